import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readText, textLimit } from "./readText.ts";

describe("readText", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "mirageos-text-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  it("returns the text of an ordinary file", async () => {
    await writeFile(join(folder, "plain"), "let ünï = 1");
    assert.equal(await readText(join(folder, "plain")), "let ünï = 1");
  });

  it("returns undefined for a missing file and a folder", async () => {
    assert.equal(await readText(join(folder, "missing")), undefined);
    assert.equal(await readText(folder), undefined);
  });

  it("returns undefined for a pipe and a device, without reading them", async function () {
    if (process.platform === "win32") return this.skip();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await symlink("/dev/zero", join(folder, "endless"));
    assert.equal(await readText(join(folder, "pipe")), undefined);
    assert.equal(await readText(join(folder, "endless")), undefined);
  });

  it("returns undefined for a file above the size limit", async () => {
    const file = await open(join(folder, "huge"), "w");
    await file.truncate(textLimit + 1);
    await file.close();
    assert.equal(await readText(join(folder, "huge")), undefined);
    assert.equal(await readText(join(folder, "plain"), 3), undefined);
  });
});
