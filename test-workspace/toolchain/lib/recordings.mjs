import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The folder of the recorded output and files of mirage 4.11.1 and the other tools. */
export const recordings = join(here, "..", "..", "recordings", "mirage-4.11.1");

/** The folder of the libraries that replace those of MirageOS on the host. */
export const hostLibraries = join(here, "..", "host-libraries");

/** Returns the text of a recording. Throws if it does not exist. */
export function recorded(...path) {
  return readFileSync(join(recordings, ...path), "utf8");
}

/** Returns the text of a recording, or `undefined` if it does not exist. */
export function recordedOrNone(...path) {
  try {
    return recorded(...path);
  } catch {
    return undefined;
  }
}
