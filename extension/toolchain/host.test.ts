import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeHost, hostPath, readHost, realSources, type HostSources } from "./host.ts";

describe("readHost", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "host "));
    for (const name of ["kvm", "mark", "apt"]) writeFileSync(join(root, name), "");
  });
  after(() => rmSync(root, { recursive: true }));

  const read = (some: Partial<HostSources>) =>
    readHost({
      ...realSources(),
      platform: "linux",
      arch: "x64",
      release: "6.1.0-18-amd64",
      uid: 1000,
      kvmDevice: join(root, "kvm"),
      tunDevice: join(root, "none"),
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

  it("distinguishes a device without permission from a missing one", async () => {
    const failing = (code: string) => (path: string) =>
      Promise.reject(Object.assign(new Error(`${code}: open '${path}'`), { code }));
    assert.equal((await read({ openDevice: failing("EACCES") })).kvm, "denied");
    assert.equal((await read({ openDevice: failing("EPERM") })).kvm, "denied");
    assert.equal((await read({ openDevice: failing("ENODEV") })).kvm, "absent");
  });

  it("reads the user id and whether tap interfaces can be created", async () => {
    assert.equal((await read({})).uid, 1000);
    assert.equal((await read({})).tun, false);
    assert.equal((await read({ tunDevice: join(root, "kvm") })).tun, true);
    assert.equal((await read({ tunDevice: join(root, "kvm"), platform: "darwin" })).tun, false);
  });

  it("reads the host inside the folder that MIRAGEOS_HOST_ROOT names", () => {
    assert.equal(hostPath("/dev/kvm", {}), "/dev/kvm");
    assert.equal(hostPath("/dev/kvm", { MIRAGEOS_HOST_ROOT: "" }), "/dev/kvm");
    assert.equal(hostPath("/dev/kvm", { MIRAGEOS_HOST_ROOT: root }), join(root, "dev", "kvm"));
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
