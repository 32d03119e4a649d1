import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../platform/readText.ts";
import { isImageParts, type ImageParts } from "../protocol/image.ts";
import { array, number, object } from "../protocol/validators.ts";
import { withoutSymbols } from "./imageParts.ts";

/** The sizes of the modules of the last two images that were built at a path. */
export interface BuildSummaries {
  /** Stores an image that was written at a time (milliseconds). Rejects if the file cannot be written. */
  readonly add: (path: string, at: number, parts: ImageParts) => Promise<void>;
  /** The image that was built before one that was written at a time; undefined if none is stored. */
  readonly before: (path: string, at: number) => Promise<ImageParts | undefined>;
}

const isStored = object({ builds: array(object({ at: number, parts: isImageParts })) });
const kept = 2;

/** Stores summaries as one JSON file for each path of an image. The folder need not exist. */
export function createBuildSummaries(folder: string): BuildSummaries {
  const fileOf = (path: string): string =>
    join(folder, `${createHash("sha256").update(path).digest("hex").slice(0, 32)}.json`);
  const stored = async (path: string) => {
    try {
      const value: unknown = JSON.parse((await readText(fileOf(path))) ?? "");
      return isStored(value) ? value.builds : [];
    } catch {
      // Another window may have been closed while it wrote the file.
      return [];
    }
  };
  return {
    add: async (path, at, parts) => {
      const earlier = (await stored(path)).filter((each) => each.at < at);
      const builds = [...earlier, { at, parts: withoutSymbols(parts) }].slice(-kept);
      await mkdir(folder, { recursive: true });
      const file = fileOf(path);
      const draft = `${file}.${process.pid}.tmp`;
      await writeFile(draft, JSON.stringify({ builds }));
      await rename(draft, file);
    },
    before: async (path, at) => (await stored(path)).findLast((each) => each.at < at)?.parts,
  };
}
