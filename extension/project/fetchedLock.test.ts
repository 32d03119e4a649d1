import assert from "node:assert/strict";
import { mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFetchedLock, readFetchedLock } from "./fetchedLock.ts";

describe("The lock file that dependencies were fetched for", () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-lock é "));
    path = join(folder, "hello-unix.opam.locked");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Writes the lock file as if at a time in seconds. */
  const write = async (text: string, seconds: number) => {
    await writeFile(path, text);
    await utimes(path, seconds, seconds);
    return { path, mtime: (await stat(path)).mtimeMs };
  };

  it("is recognized after it was written again with the same content, and not with another one", async () => {
    const first = await write('depends: ["lwt" {= "5.9.0"}]', 1000);
    const fetched = await readFetchedLock(path);
    assert.equal(await isFetchedLock(first, fetched), true);
    assert.equal(await isFetchedLock(await write('depends: ["lwt" {= "5.9.0"}]', 2000), fetched), true);
    assert.equal(await isFetchedLock(await write('depends: ["lwt" {= "5.9.1"}]', 3000), fetched), false);
  });

  it("is not reported as another one if it was removed meanwhile", async () => {
    await write("old", 1000);
    const fetched = await readFetchedLock(path);
    const later = await write("new", 2000);
    await rm(path);
    assert.equal(await isFetchedLock(later, fetched), true);
  });
});
