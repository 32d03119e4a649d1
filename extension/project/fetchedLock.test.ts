import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
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

  it("is recognized after it was written again with the same content, and not with another one", async () => {
    await writeFile(path, 'depends: ["lwt" {= "5.9.0"}]');
    const fetched = await readFetchedLock(path);
    assert.equal(await isFetchedLock(path, fetched), true);
    await writeFile(path, 'depends: ["lwt" {= "5.9.0"}]');
    assert.equal(await isFetchedLock(path, fetched), true);
    await writeFile(path, 'depends: ["lwt" {= "5.9.1"}]');
    assert.equal(await isFetchedLock(path, fetched), false);
  });

  it("is not reported as another one if it was removed meanwhile", async () => {
    await writeFile(path, "old");
    const fetched = await readFetchedLock(path);
    await rm(path);
    assert.equal(await isFetchedLock(path, fetched), true);
  });
});
