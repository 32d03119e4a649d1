/** Reads the recordings of albatross for tests. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../../test-workspace/recordings/albatross-961c4e3/", import.meta.url);

/** One direction of a recorded connection. */
export interface Recording {
  /** Such as `wire/024-info-one.reply.hex`. */
  readonly file: string;
  /** The frames with their length prefixes, and the comment before each. */
  readonly frames: readonly { readonly comment: string; readonly bytes: Buffer }[];
}

/** Reads the recordings whose file names match, in the order of their names. */
export function readRecordings(pattern: RegExp): readonly Recording[] {
  return ["wire", "tls"]
    .flatMap((each) => readdirSync(new URL(`${each}/`, folder)).map((name) => `${each}/${name}`))
    .filter((file) => file.endsWith(".hex") && pattern.test(file))
    .toSorted()
    .map((file) => ({ file, frames: parse(readFileSync(new URL(file, folder), "utf8")) }));
}

/** Reads the bytes of one recording. */
export const recordedBytes = (file: string): Buffer =>
  Buffer.concat(parse(readFileSync(new URL(`${file}.hex`, folder), "utf8")).map(({ bytes }) => bytes));

function parse(text: string): Recording["frames"] {
  const frames: { comment: string; bytes: Buffer }[] = [];
  let comment = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) comment = line;
    else if (line !== "")
      frames.push({
        comment,
        bytes: Buffer.from(
          line.replaceAll(/\{zero:(\d+)\}/g, (_, count: string) => "00".repeat(Number(count))),
          "hex",
        ),
      });
  }
  return frames;
}
