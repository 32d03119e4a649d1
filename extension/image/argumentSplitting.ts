import { createReadStream } from "node:fs";

/** The error message of mirage-bootvar's `parse_argv`, which every image with that function contains. */
const errorMessage = "bad input line - either escaped or quoted or both";

/**
 * Whether a Unix image joins its arguments with spaces and splits them again, as mirage-bootvar does (its
 * `unix/`, formerly mirage-bootvar-unix). `false` if the file can't be read.
 */
export async function splitsArguments(path: string): Promise<boolean> {
  let before = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "latin1", highWaterMark: 1 << 20 })) {
      const text = before + String(chunk);
      if (text.includes(errorMessage)) return true;
      before = text.slice(-errorMessage.length);
    }
  } catch {
    // The check of the image reports it.
  }
  return false;
}
