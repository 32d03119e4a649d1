import assert from "node:assert/strict";
import type { TargetId } from "../../mirage/targets.ts";
import { run } from "../../platform/process.ts";
import { debugRequest } from "./debugRequest.ts";

const request = (target: TargetId, file: string) =>
  debugRequest({
    target,
    spec: { file, args: [], cwd: "/", env: {} },
    image: "/nowhere/image",
    gdb: "gdb",
    ocaml: undefined,
    debugTender: "/nowhere/solo5-hvt-debug",
    root: "/",
    workspaceFolders: [],
    run,
    configuration: { stopOnEntry: false, justMyCode: true, gdbSetup: [] },
  });

describe("A boot that gdb cannot debug", () => {
  for (const [target, file, message] of [
    ["hvt", "/nowhere/solo5-hvt", /solo5-hvt-debug was not found beside solo5-hvt\. Debug on spt/],
    ["virtio", "solo5-virtio-run", /Install qemu-system-x86_64/],
    ["xen", "xl", /image for xen can't be debugged/],
  ] as const) {
    it(`says what it needs: ${target} in ${file}`, () => assert.rejects(request(target, file), { message }));
  }
});
