import { readdirSync, readFileSync, statSync } from "node:fs";
import fc from "fast-check";

const recordings = new URL("../../test-workspace/recordings/", import.meta.url);
const pieceBytes = 4096;

/** The recorded files whose path matches: a few KB from the beginning of each, at most forty files. */
export function recorded(path: RegExp): readonly Buffer[] {
  return readdirSync(recordings, { recursive: true, encoding: "utf8" })
    .filter((each) => path.test(each))
    .toSorted()
    .map((each) => new URL(each, recordings))
    .filter((each) => statSync(each).isFile())
    .slice(0, 40)
    .map((each) => readFileSync(each).subarray(0, pieceBytes));
}

/** One change of some bytes: where, as a part of the whole, how much is taken out, and what is put in. */
type Change = readonly [at: number, removed: number, added: Uint8Array];

function changed(bytes: Buffer, changes: readonly Change[]): Buffer {
  let result = bytes;
  for (const [at, removed, added] of changes) {
    const from = Math.floor((at / 1000) * result.length);
    result = Buffer.concat([result.subarray(0, from), added, result.subarray(from + removed)]);
  }
  return result;
}

/**
 * Inputs for a parser: bytes at random, the words of its language in any order, and samples of it with
 * parts cut out, repeated and put in.
 */
export function inputs(samples: readonly Buffer[], words: readonly string[]): fc.Arbitrary<Buffer> {
  const raw = fc.uint8Array({ maxLength: 200 });
  const word = fc.constantFrom(...words, "\n", "\r\n", "\0", " ", "\u001b[31m", "é", "🐫", "\ud800");
  const spoken = fc.array(word, { maxLength: 60 }).map((parts) => Buffer.from(parts.join("")));
  const added = fc.oneof(
    raw,
    spoken,
    fc.tuple(word, fc.nat(40)).map(([each, times]) => Buffer.from(each.repeat(times))),
  );
  const change = fc.tuple(fc.nat(1000), fc.nat(80), added);
  const sample = samples.length > 0 ? samples : [Buffer.from(words.join(" "))];
  const near = fc
    .tuple(fc.constantFrom(...sample), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([bytes, changes]) => changed(bytes, changes));
  return fc.oneof(
    raw.map((bytes) => Buffer.from(bytes)),
    spoken,
    near,
  );
}
