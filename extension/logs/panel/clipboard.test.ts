import assert from "node:assert/strict";
import { clipboardText } from "./clipboard.ts";
import type { LogRecord } from "../model.ts";

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
  prefixLength: 0,
  status: undefined,
});

/** Portions as the panel's feed returns them, and how many records were read from them. */
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

describe("clipboardText", () => {
  it("returns all records and reports their number", () => {
    const one = clipboardText(portions(1).all, 1);
    assert.match(one.text, /^\S+ .*message 0\n$/);
    assert.deepEqual([one.message, one.isComplete], ["Copied 1 record.", true]);
    const many = clipboardText(portions(100_000).all, 100_000);
    assert.equal(many.text.split("\n").length, 100_001);
    assert.deepEqual([many.message, many.isComplete], ["Copied 100,000 records.", true]);
  });

  it("returns and reads only the first hundred thousand of more records, and says so", () => {
    const { all, read } = portions(1_000_000);
    const { text, message, isComplete } = clipboardText(all, 1_000_000);
    assert.equal(text.split("\n").length, 100_001);
    assert.match(text.slice(-20), /message 99999\n$/);
    assert.equal(
      message,
      "Copied only the first 100,000 of 1,000,000 records. To get all of them, save them to a file.",
    );
    assert.equal(isComplete, false);
    assert.ok(read.records <= 102_000, `${read.records} records were read`);
  });

  it("returns fewer records if they are long", () => {
    const { text, message, isComplete } = clipboardText(portions(10_000, "x".repeat(60_000)).all, 10_000);
    assert.ok(text.length <= 32_000_000, `${text.length} characters`);
    assert.equal(isComplete, false);
    assert.match(message, /^Copied only the first 5\d\d of 10,000 records/);
  });

  it("does not count records that no longer exist", () => {
    assert.match(clipboardText(portions(3).all, 10).message, /^Copied only the first 3 of 10 records/);
  });
});
