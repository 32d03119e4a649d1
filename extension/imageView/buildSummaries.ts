import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../platform/readText.ts";
import { isImageParts, type ImageParts } from "../protocol/image.ts";
import { partsBytes, withoutSymbols } from "./imageParts.ts";

/** An image that was built earlier. */
export interface StoredBuild {
  /** When its file was written (milliseconds). */
  readonly at: number;
  /** Its bytes in memory. */
  readonly bytes: number;
}

/** The sizes of the modules of the last twenty images that were built at a path, which names unikernel and target. */
export interface BuildSummaries {
  /** Stores an image that was written at a time (milliseconds). Rejects if the file cannot be written. */
  readonly add: (path: string, at: number, parts: ImageParts) => Promise<void>;
  /** The images that were built before one that was written at a time, oldest first. Never rejects. */
  readonly earlier: (path: string, at: number) => Promise<readonly StoredBuild[]>;
  /** The sizes of an image that was written at a time; undefined if they are not stored. */
  readonly read: (path: string, at: number) => Promise<ImageParts | undefined>;
  /** The image that was built before one that was written at a time; undefined if none is stored. */
  readonly before: (path: string, at: number) => Promise<ImageParts | undefined>;
}

const kept = 20;
const fileName = /^(?<at>\d+(?:\.\d+)?)-(?<bytes>\d+)\.json$/;

/**
 * Stores each summary as one file, `TIME-BYTES.json`, in a folder for the path of the image: a summary may have a hundred
 * kilobytes, and most of them are never read. The folder need not exist.
 */
export function createBuildSummaries(root: string): BuildSummaries {
  const folderOf = (path: string): string =>
    join(root, createHash("sha256").update(path).digest("hex").slice(0, 32));
  const stored = async (path: string): Promise<readonly (StoredBuild & { readonly file: string })[]> => {
    const folder = folderOf(path);
    const names = await readdir(folder).catch((): string[] => []);
    return names
      .flatMap((name) => {
        const { at, bytes } = fileName.exec(name)?.groups ?? {};
        return at === undefined ? [] : [{ at: Number(at), bytes: Number(bytes), file: join(folder, name) }];
      })
      .toSorted((a, b) => a.at - b.at);
  };
  const readFile = async (file: string | undefined): Promise<ImageParts | undefined> => {
    if (file === undefined) return undefined;
    try {
      const value: unknown = JSON.parse((await readText(file)) ?? "");
      return isImageParts(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const earlier = async (path: string, at: number) => (await stored(path)).filter((each) => each.at < at);
  return {
    add: async (path, at, parts) => {
      const all = await stored(path);
      await mkdir(folderOf(path), { recursive: true });
      const file = join(folderOf(path), `${at}-${partsBytes(parts)}.json`);
      const draft = `${file}.${process.pid}.tmp`;
      // Another window may be closed while it writes the file.
      await writeFile(draft, JSON.stringify(withoutSymbols(parts)));
      await rename(draft, file);
      const others = all.filter((each) => each.file !== file);
      // A clock that was set back leaves builds of the future.
      const excess = [...others.filter((each) => each.at >= at), ...others.slice(0, -(kept - 1))];
      await Promise.all(excess.map((each) => rm(each.file, { force: true })));
    },
    earlier: async (path, at) =>
      (await earlier(path, at)).map(({ at: time, bytes }) => ({ at: time, bytes })),
    read: async (path, at) => readFile((await stored(path)).find((each) => each.at === at)?.file),
    before: async (path, at) => readFile((await earlier(path, at)).at(-1)?.file),
  };
}
