import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logFileIn } from "./logFile.ts";

describe("the file of a launch configuration's console", () => {
  let above: string;
  let folder: string;
  before(async () => {
    above = await realpath(await mkdtemp(join(tmpdir(), "mirageos-log-")));
    folder = join(above, "project");
    await mkdir(join(folder, "logs"), { recursive: true });
    await mkdir(join(above, "outside"));
    await writeFile(join(above, "outside", "theirs"), "");
  });
  after(() => rm(above, { recursive: true, force: true }));

  it("is below the folder of the project", async () => {
    assert.deepEqual(await logFileIn(folder, "logs/a.log"), { path: join(folder, "logs", "a.log") });
    assert.deepEqual(await logFileIn(folder, "new/deep/a.log"), { path: join(folder, "new/deep/a.log") });
    assert.deepEqual(await logFileIn(folder, "..a"), { path: join(folder, "..a") });
  });

  it("is refused outside it, with both places and what to do", async () => {
    for (const name of ["../outside/a.log", join(above, "outside", "a.log"), ".."]) {
      const found = await logFileIn(folder, name);
      assert.ok("refused" in found, name);
      assert.match(found.refused, /leads out of the folder .*project, to .*\. Name a file below/);
    }
  });

  it("is refused where a link leads out", async function () {
    if (process.platform === "win32") return this.skip();
    await symlink(join(above, "outside"), join(folder, "linked"));
    await symlink(join(above, "outside", "theirs"), join(folder, "linked.log"));
    await symlink(join(above, "outside", "not-there"), join(folder, "dangling.log"));
    for (const name of ["linked/a.log", "linked/new/a.log", "linked.log", "dangling.log"])
      assert.ok("refused" in (await logFileIn(folder, name)), name);
  });

  it("is refused where a pipe or a folder has its name", async function () {
    if (process.platform === "win32") return this.skip();
    execFileSync("mkfifo", [join(folder, "pipe.log")]);
    for (const name of ["pipe.log", "logs"]) {
      const found = await logFileIn(folder, name);
      assert.ok("refused" in found && found.refused.includes("no ordinary file"), name);
    }
  });
});
