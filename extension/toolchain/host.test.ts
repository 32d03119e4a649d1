import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeHost, readHost, type HostSources } from "./host.ts";
import { skip } from "../../test/harness/reporter.ts";

describe("readHost", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "host "));
    for (const name of ["kvm", "kvm-denied", "mark", "apt"]) writeFileSync(join(root, name), "");
    chmodSync(join(root, "kvm-denied"), 0o000);
  });
  after(() => rmSync(root, { recursive: true }));

  const read = (some: Partial<HostSources>) =>
    readHost({
      platform: "linux",
      arch: "x64",
      release: "6.1.0-18-amd64",
      kvmDevice: join(root, "kvm"),
      containerMarks: [join(root, "none")],
      apt: join(root, "none"),
      brew: [],
      ...some,
    });

  it("opens /dev/kvm as the tenders do", async () => {
    assert.equal((await read({})).kvm, "ok");
    assert.equal((await read({ kvmDevice: join(root, "none") })).kvm, "absent");
    assert.equal((await read({ platform: "darwin" })).kvm, "absent");
  });

  it("tells a device it may not open from one that is not there", async function () {
    // Neither root nor Windows is refused by the mode of a file.
    if (process.getuid?.() === 0) skip(this, "root may open every file");
    if (process.platform === "win32") skip(this, "Windows has no file modes");
    assert.equal((await read({ kvmDevice: join(root, "kvm-denied") })).kvm, "denied");
  });

  it("describes the computer in one line", async () => {
    assert.equal(describeHost(await read({})), "Linux x86-64, /dev/kvm usable");
    const windows = await read({
      release: "5.15.153.1-microsoft-standard-WSL2",
      containerMarks: [join(root, "mark")],
      kvmDevice: join(root, "none"),
      apt: join(root, "apt"),
    });
    assert.equal(describeHost(windows), "Linux x86-64 (WSL, in a container), no /dev/kvm");
    assert.equal(windows.packageManager, "apt");
    assert.equal(describeHost(await read({ platform: "darwin", arch: "arm64" })), "macOS arm64");
  });
});
