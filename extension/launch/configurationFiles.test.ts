import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configurationFiles, isKnown } from "./configurationFiles.ts";

describe("files of launch configurations", () => {
  let folder: string;
  const launch = () => join(folder, ".vscode", "launch.json");

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-files-"));
    await mkdir(join(folder, ".vscode"));
    await writeFile(launch(), "{}");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const stamps = () => configurationFiles([folder], join(folder, "all.code-workspace"));
  const changes: Readonly<Record<string, () => Promise<void>>> = {
    "one is written": () => writeFile(launch(), "{ }"),
    "an older one takes its place": async () => {
      await writeFile(join(folder, "older.json"), "{}");
      await rename(join(folder, "older.json"), launch());
    },
    "one is gone": () => rm(launch()),
    "one comes": () => writeFile(join(folder, ".vscode", "tasks.json"), "{}"),
    "the workspace's own is written": () => writeFile(join(folder, "all.code-workspace"), "{}"),
  };

  it("are known as long as none changes", async () => {
    assert.ok(isKnown(await stamps(), await stamps(), 0));
  });

  for (const [what, change] of Object.entries(changes)) {
    it(`are not known when ${what}`, async () => {
      const read = await stamps();
      await change();
      assert.ok(!isKnown(await stamps(), read, Infinity));
    });
  }

  it("are not known when another folder is open too", async () => {
    const read = await stamps();
    assert.ok(!isKnown(await configurationFiles([folder, tmpdir()], undefined), read, Infinity));
  });

  it("that were never read are known where they are older than the window", async () => {
    const now = await stamps();
    assert.ok(isKnown(now, undefined, Date.now() + 3_600_000));
    assert.ok(!isKnown(now, undefined, Date.now()));
  });
});
