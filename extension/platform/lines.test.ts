import assert from "node:assert/strict";
import fc from "fast-check";
import { lineSplitter } from "./lines.ts";

function split(chunks: readonly Uint8Array[], maxBytes?: number): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line), maxBytes);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}
const bytes = (text: string) => Buffer.from(text, "utf8");

describe("lineSplitter", () => {
  it("ends lines at LF, CR LF and a lone CR, also across chunks", () => {
    assert.deepEqual(split([bytes("a\nb\r"), bytes("\nc\rd\n\ne")]), ["a", "b", "c", "d", "", "e"]);
  });

  it("keeps characters whole that are cut between chunks", () => {
    const text = bytes("naïve 🐫\n");
    assert.deepEqual(split([...text].map((byte) => Uint8Array.of(byte))), ["naïve 🐫"]);
  });

  it("replaces invalid UTF-8 and preserves NUL", () => {
    assert.deepEqual(split([Uint8Array.of(0x61, 0xff, 0x00, 0x62, 0x0a)]), ["a\uFFFD\0b"]);
  });

  it("emits a long line in bounded pieces, and then the next line", () => {
    const lines = split([bytes("é".repeat(25)), bytes("\nnext\n")], 10);
    assert.equal(lines.slice(0, -1).join(""), "é".repeat(25));
    assert.ok(lines.every((line) => Buffer.byteLength(line) <= 10));
    assert.equal(lines.at(-1), "next");
  });

  it("reports which pieces continue a line", () => {
    const rests: boolean[] = [];
    const splitter = lineSplitter((_, isRest) => rests.push(isRest), 4);
    splitter.push(bytes("short\nab\n0123456789\nend\n"));
    assert.deepEqual(rests, [false, true, false, false, true, true, false]);
  });

  it("is not affected if the stream reuses its buffer", () => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    const buffer = bytes("abc");
    splitter.push(buffer);
    buffer.fill("x");
    splitter.push(bytes("d\n"));
    assert.deepEqual(lines, ["abcd"]);
  });

  it("emits the same lines however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "é", "🐫", "\n", "\r\n", "\r")), fc.nat(7), (parts, step) => {
        const whole = bytes(parts.join(""));
        const chunks = [];
        for (let i = 0; i < whole.length; i += step + 1) chunks.push(whole.subarray(i, i + step + 1));
        assert.deepEqual(split(chunks), split([whole]));
      }),
    );
  });
});
