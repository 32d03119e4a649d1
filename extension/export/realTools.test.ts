import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ociArchive, ociLayout } from "./ociImage.ts";
import { systemdUnit } from "./systemdUnit.ts";
import { helloUnikernel } from "./testUnikernel.ts";

/** Runs a program and returns what it printed; `undefined` if it is not installed. Fails if it exits with an error. */
function output(program: string, ...args: readonly string[]): string | undefined {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (error) return undefined;
  assert.equal(status, 0, `${program} ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout + stderr;
}

describe("Other tools", () => {
  let folder: string;
  let layout: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "mirageos export ü-"));
    layout = join(folder, "hello-oci");
    for (const { path, content } of ociLayout(helloUnikernel)) {
      mkdirSync(dirname(join(layout, path)), { recursive: true });
      writeFileSync(join(layout, path), content);
    }
    writeFileSync(join(folder, "hello.tar"), ociArchive(ociLayout(helloUnikernel)));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("skopeo reads the layout and the archive", function () {
    const inspected = output("skopeo", "inspect", `oci:${layout}:latest`);
    if (inspected === undefined) return this.skip();
    const { Architecture, Labels } = JSON.parse(inspected) as { Architecture: string; Labels: object };
    assert.equal(Architecture, "arm64");
    assert.equal(Object.keys(Labels).length, 7);
    assert.equal(output("skopeo", "inspect", `oci-archive:${join(folder, "hello.tar")}:latest`), inspected);
    output(
      "skopeo",
      "copy",
      `oci:${layout}:latest`,
      `docker-archive:${join(folder, "docker.tar")}:hello:latest`,
    );
  });

  it("umoci unpacks the layout to the same image with urunc's annotations", function () {
    const bundle = join(folder, "bundle");
    if (output("umoci", "unpack", "--rootless", "--image", `${layout}:latest`, bundle) === undefined)
      return this.skip();
    assert.deepEqual(
      readFileSync(join(bundle, "rootfs/unikernel/hello.hvt")),
      Buffer.from(helloUnikernel.image),
    );
    const config = JSON.parse(readFileSync(join(bundle, "config.json"), "utf8")) as {
      readonly process: { readonly args: readonly string[] };
      readonly annotations: Readonly<Record<string, string>>;
    };
    assert.deepEqual(config.process.args, helloUnikernel.arguments);
    assert.equal(config.annotations["com.urunc.unikernel.hypervisor"], "hvt");
  });

  it("systemd-analyze accepts the unit", function () {
    const unit = join(folder, "hello.service");
    const text = systemdUnit({
      name: "hello 100%",
      target: "hvt",
      command: ["/bin/sh", "-c", "exit 0", String.raw`--hello="a\b" 'c' 100% $HOME`, ";", "ü", "", "a\nb"],
      cwd: folder,
      stopCommand: ["/bin/sh", "-c", "true; true"],
      taps: [],
      usesKvm: true,
      user: "root",
    });
    writeFileSync(unit, text);
    const printed = output("systemd-analyze", "verify", "--man=no", unit);
    if (printed === undefined) return this.skip();
    // It only warns about lines that it does not understand. It also reads units of the system.
    assert.deepEqual(
      printed.split("\n").filter((line) => line.includes("hello.service")),
      [],
    );
  });
});
