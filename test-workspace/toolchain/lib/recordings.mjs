import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The folder of what mirage 4.11.1 and its companions printed and wrote. */
export const recordings = join(here, "..", "..", "recordings", "mirage-4.11.1");

/** The folder of the libraries that stand for MirageOS' own on the host. */
export const hostLibraries = join(here, "..", "host-libraries");

/** The bytes of a recording as text; throws when there is none of that name. */
export function recorded(...path) {
  return readFileSync(join(recordings, ...path), "utf8");
}

/** The same, or `undefined` when there is none of that name. */
export function recordedOrNone(...path) {
  try {
    return recorded(...path);
  } catch {
    return undefined;
  }
}
