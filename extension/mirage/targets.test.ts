import assert from "node:assert/strict";
import { targetDetails } from "./targetDetails.ts";
import { artifactOf, hostTarget, isTarget, targetIds, targets } from "./targets.ts";

describe("the table of targets", () => {
  it("names images as mirage does", () => {
    const artifacts = Object.fromEntries(targetIds.map((id) => [id, artifactOf(id, "hello")]));
    assert.deepEqual(artifacts, {
      unix: "dist/hello",
      macosx: "dist/hello",
      hvt: "dist/hello.hvt",
      spt: "dist/hello.spt",
      virtio: "dist/hello.virtio",
      muen: "dist/hello.muen",
      genode: "dist/hello.genode",
      xen: "dist/hello.xen",
      qubes: "dist/hello.xen",
      "unikraft-qemu": "dist/hello.qemu",
      "unikraft-firecracker": "dist/hello.fc",
    });
  });

  it("has either a booter or instructions for each target", () => {
    for (const target of Object.values(targets)) {
      assert.equal(target.booter === undefined, targetDetails[target.id].bootSteps.length > 0, target.id);
    }
  });

  it("distinguishes targets from other strings", () => {
    assert.equal(isTarget("hvt"), true);
    assert.equal(isTarget("ukvm"), false);
    assert.equal(isTarget("toString"), false);
  });
});

describe("hostTarget", () => {
  it("is macosx on macOS only", () => {
    assert.deepEqual((["darwin", "linux", "freebsd"] as const).map(hostTarget), ["macosx", "unix", "unix"]);
  });
});
