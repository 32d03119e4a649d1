import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runningUnikernels } from "./runningUnikernels.ts";

describe("the unikernels that run as processes", () => {
  it("are those whose image is in a project, also if it was built again since", async () => {
    const proc = await mkdtemp(join(tmpdir(), "proc-"));
    try {
      for (const [pid, exe] of [
        ["7", "/ws/a é/dist/hello"],
        ["30", "/ws/a é/dist/hello (deleted)"],
        ["8", "/usr/bin/bash"],
        ["9", "/ws/other/dist/hello"],
      ] as const) {
        await mkdir(join(proc, pid));
        await symlink(exe, join(proc, pid, "exe"));
        await writeFile(join(proc, pid, "cmdline"), `${exe.split(" (")[0]}\0-l\0*:debug\0`);
      }
      await mkdir(join(proc, "10"));
      await writeFile(join(proc, "uptime"), "");
      const image = "/ws/a é/dist/hello";
      assert.deepEqual(await runningUnikernels(["/ws/a é"], proc), [
        { pid: 30, image, command: `${image} -l *:debug` },
        { pid: 7, image, command: `${image} -l *:debug` },
      ]);
    } finally {
      await rm(proc, { recursive: true });
    }
  });

  it("are empty without the folder /proc", async () => {
    assert.deepEqual(await runningUnikernels(["/"], "/no such folder"), []);
  });
});
