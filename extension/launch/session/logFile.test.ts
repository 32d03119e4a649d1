import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveLogFile } from "./logFile.ts";

describe("resolveLogFile", () => {
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

  it("resolves a path in the project's folder", async () => {
    assert.deepEqual(await resolveLogFile(folder, "logs/a.log"), { path: join(folder, "logs", "a.log") });
    assert.deepEqual(await resolveLogFile(folder, "new/deep/a.log"), {
      path: join(folder, "new/deep/a.log"),
    });
    assert.deepEqual(await resolveLogFile(folder, "..a"), { path: join(folder, "..a") });
  });

  it("refuses a path outside of the folder, with both paths and advice", async () => {
    for (const name of ["../outside/a.log", join(above, "outside", "a.log"), ".."]) {
      const found = await resolveLogFile(folder, name);
      assert.ok("refused" in found, name);
      assert.match(found.refused, /is outside of the folder .*project: .*\. Choose a file in that folder/);
    }
  });

  it("refuses a path that leads out of the folder through a link", async function () {
    if (process.platform === "win32") return this.skip();
    await symlink(join(above, "outside"), join(folder, "linked"));
    await symlink(join(above, "outside", "theirs"), join(folder, "linked.log"));
    await symlink(join(above, "outside", "not-there"), join(folder, "dangling.log"));
    for (const name of ["linked/a.log", "linked/new/a.log", "linked.log", "dangling.log"])
      assert.ok("refused" in (await resolveLogFile(folder, name)), name);
  });

  it("refuses a pipe and a folder", async function () {
    if (process.platform === "win32") return this.skip();
    execFileSync("mkfifo", [join(folder, "pipe.log")]);
    for (const name of ["pipe.log", "logs"]) {
      const found = await resolveLogFile(folder, name);
      assert.ok("refused" in found && found.refused.includes("not a regular file"), name);
    }
  });
});
