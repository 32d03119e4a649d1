import assert from "node:assert/strict";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImageReadings } from "./imageReadings.ts";
import type { ReadImage } from "./readProjectImage.ts";

describe("Readings of images", () => {
  let folder = "";
  let count = 0;
  const failed: ReadImage = { kind: "failed", message: "It is no image." };
  const image = { kind: "image" } as ReadImage;
  const project = (lockFile?: string, libraryFolders: readonly string[] = []) => {
    return { buildDir: folder, inside: "", root: folder, lockFile, libraryFolders };
  };
  const file = async (name: string): Promise<string> => {
    await writeFile(join(folder, name), name);
    return join(folder, name);
  };
  const readings = (result: ReadImage) =>
    createImageReadings(async () => {
      count += 1;
      return result;
    });
  beforeEach(async () => {
    count = 0;
    folder = await mkdtemp(join(tmpdir(), "mirageos-readings-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("are used again until the image, its project or the lock file changes", async () => {
    const [path, lock] = [await file("a.hvt"), await file("a.opam.locked")];
    const read = readings(image);
    await Promise.all([read(path, project(lock)), read(path, project(lock))]);
    await read(path, project(lock));
    assert.equal(count, 1);
    await utimes(path, 1000, 1000);
    await read(path, project(lock));
    assert.equal(count, 2);
    await utimes(lock, 1000, 1000);
    await read(path, project(lock));
    assert.equal(count, 3);
    await read(path, project(lock, ["/switch/lib"]));
    await read(path, undefined);
    assert.equal(count, 5);
  });

  it("are those of the last three images", async () => {
    const [a = "", b = "", c = "", d = ""] = await Promise.all(["a", "b", "c", "d"].map(file));
    const read = readings(image);
    for (const path of [a, b, c, a, d])
      // oxlint-disable-next-line no-await-in-loop -- The order matters.
      await read(path, undefined);
    assert.equal(count, 4);
    await read(a, undefined);
    assert.equal(count, 4);
    await read(b, undefined);
    assert.equal(count, 5);
  });

  it("are tried again after a failure, also of a file that does not exist", async () => {
    const read = readings(failed);
    const path = await file("a.hvt");
    assert.equal(await read(path, undefined), failed);
    await read(path, undefined);
    assert.equal(count, 2);
    assert.equal(await read(join(folder, "gone"), undefined), failed);
  });
});
