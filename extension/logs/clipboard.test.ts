import assert from "node:assert/strict";
import { forClipboard } from "./clipboard.ts";
import type { LogRecord } from "./model.ts";

const record = (seq: number, message = `message ${seq}`): LogRecord => ({
  seq,
  receivedAt: 0,
  loggedAt: 0,
  kind: "log",
  stream: "stdout",
  level: "info",
  source: "application",
  message,
  more: [],
  frames: [],
  lead: 0,
  status: undefined,
});

/** Portions as the panel's feed gives them, and how many records were asked for. */
function portions(end: number, message?: string) {
  const read = { records: 0 };
  function* all(): Iterable<readonly LogRecord[]> {
    for (let from = 0; from < end; from += 2000) {
      const portion = Array.from({ length: Math.min(2000, end - from) }, (_, at) =>
        record(from + at, message),
      );
      read.records += portion.length;
      yield portion;
    }
  }
  return { all: all(), read };
}

describe("records for the clipboard", () => {
  it("are all of them, counted in words", () => {
    const one = forClipboard(portions(1).all, 1);
    assert.match(one.text, /^\S+ .*message 0\n$/);
    assert.deepEqual([one.words, one.all], ["1 record is on the clipboard.", true]);
    const many = forClipboard(portions(100_000).all, 100_000);
    assert.equal(many.text.split("\n").length, 100_001);
    assert.deepEqual([many.words, many.all], ["100,000 records are on the clipboard.", true]);
  });

  it("are the first hundred thousand of more, which is said, and no more are read", () => {
    const { all, read } = portions(1_000_000);
    const { text, words, all: everything } = forClipboard(all, 1_000_000);
    assert.equal(text.split("\n").length, 100_001);
    assert.match(text.slice(-20), /message 99999\n$/);
    assert.equal(
      words,
      "Only the first 100,000 of 1,000,000 records are on the clipboard: more are for a file.",
    );
    assert.equal(everything, false);
    assert.ok(read.records <= 102_000, `${read.records} records were read`);
  });

  it("are as many as have room when each is long", () => {
    const { text, words, all } = forClipboard(portions(10_000, "x".repeat(60_000)).all, 10_000);
    assert.ok(text.length <= 32_000_000, `${text.length} letters`);
    assert.equal(all, false);
    assert.match(words, /^Only the first 5\d\d of 10,000 records/);
  });

  it("that are gone meanwhile are not counted", () => {
    assert.match(forClipboard(portions(3).all, 10).words, /^Only the first 3 of 10 records/);
  });
});
