import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEmptyFolder, writeFiles, writeReason } from "./write.ts";

describe("writing a new project", () => {
  let scratch = "";
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), "mirageos new ü-"));
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const files = [
    { path: "config.ml", text: "1" },
    { path: "lib/dune", text: "2" },
    { path: "unikernel.ml", text: "3" },
  ];

  it("creates folders, also with spaces and non-ASCII letters in their names", async () => {
    const folder = join(scratch, "a b", "ünï");
    await writeFiles(folder, files);
    assert.equal(await readFile(join(folder, "lib", "dune"), "utf8"), "2");
  });

  it("does not overwrite a file, and removes what it wrote", async () => {
    const folder = join(scratch, "there");
    await mkdir(folder);
    await writeFile(join(folder, "unikernel.ml"), "mine");
    const error: unknown = await writeFiles(folder, files).catch((reason: unknown) => reason);
    assert.match(writeReason(error), /unikernel\.ml already exists; nothing was changed/);
    assert.deepEqual(await readdir(folder), ["unikernel.ml"]);
    assert.equal(await readFile(join(folder, "unikernel.ml"), "utf8"), "mine");
  });

  it("does not follow symbolic links", async () => {
    const folder = join(scratch, "linked");
    await mkdir(folder);
    await symlink(join(scratch, "elsewhere"), join(folder, "config.ml"));
    await assert.rejects(writeFiles(folder, files));
    assert.deepEqual(await readdir(scratch), ["linked"]);
  });

  it("explains that part of the path is a file", async () => {
    await writeFile(join(scratch, "file"), "");
    const error: unknown = await writeFiles(join(scratch, "file", "x"), files).catch(
      (reason: unknown) => reason,
    );
    assert.match(writeReason(error), /file, not a folder/);
  });

  it("ignores files of editors and git when it checks whether a folder is empty", async () => {
    await mkdir(join(scratch, ".git"));
    assert.equal(await isEmptyFolder(scratch), true);
    await writeFile(join(scratch, "notes.txt"), "");
    assert.equal(await isEmptyFolder(scratch), false);
    assert.equal(await isEmptyFolder(join(scratch, "nowhere")), false);
  });
});
