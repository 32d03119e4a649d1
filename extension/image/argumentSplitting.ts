import { createReadStream } from "node:fs";

/** What `parse_argv` of mirage-bootvar says of a text it can't split: it stands in every image that has it. */
const complaint = "bad input line - either escaped or quoted or both";

/**
 * Whether a Unix image joins its arguments with spaces and splits them anew, as mirage's boot arguments are
 * read (mirage-bootvar's `unix/`, before it mirage-bootvar-unix). False for one that can't be read.
 */
export async function splitsArguments(path: string): Promise<boolean> {
  let before = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "latin1", highWaterMark: 1 << 20 })) {
      const text = before + String(chunk);
      if (text.includes(complaint)) return true;
      before = text.slice(-complaint.length);
    }
  } catch {
    // What can't be read is reported where it is looked into.
  }
  return false;
}
