import { readdirSync, readFileSync, statSync } from "node:fs";
import fc from "fast-check";

const recordings = new URL("../../test-workspace/recordings/", import.meta.url);
const pieceBytes = 4096;

/** Returns the first 4 KB of each recorded file whose path matches, for at most forty files. */
export function recorded(path: RegExp): readonly Buffer[] {
  return readdirSync(recordings, { recursive: true, encoding: "utf8" })
    .filter((each) => path.test(each))
    .toSorted()
    .map((each) => new URL(each, recordings))
    .filter((each) => statSync(each).isFile())
    .slice(0, 40)
    .map((each) => readFileSync(each).subarray(0, pieceBytes));
}

/**
 * One edit: the position in thousandths of the length, the number of removed bytes, and the inserted bytes.
 */
type Edit = readonly [at: number, removed: number, added: Uint8Array];

function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  let result = bytes;
  for (const [at, removed, added] of edits) {
    const from = Math.floor((at / 1000) * result.length);
    result = Buffer.concat([result.subarray(0, from), added, result.subarray(from + removed)]);
  }
  return result;
}

/**
 * Generates inputs for a parser: random bytes, the words of its language in random order, and samples with
 * random edits.
 */
export function inputs(samples: readonly Buffer[], words: readonly string[]): fc.Arbitrary<Buffer> {
  const raw = fc.uint8Array({ maxLength: 200 });
  const word = fc.constantFrom(...words, "\n", "\r\n", "\0", " ", "\u001b[31m", "é", "🐫", "\ud800");
  const wordSequence = fc.array(word, { maxLength: 60 }).map((parts) => Buffer.from(parts.join("")));
  const added = fc.oneof(
    raw,
    wordSequence,
    fc.tuple(word, fc.nat(40)).map(([each, times]) => Buffer.from(each.repeat(times))),
  );
  const edit = fc.tuple(fc.nat(1000), fc.nat(80), added);
  const sample = samples.length > 0 ? samples : [Buffer.from(words.join(" "))];
  const editedSample = fc
    .tuple(fc.constantFrom(...sample), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([bytes, edits]) => applyEdits(bytes, edits));
  return fc.oneof(
    raw.map((bytes) => Buffer.from(bytes)),
    wordSequence,
    editedSample,
  );
}
