import assert from "node:assert/strict";
import { problems } from "../platform/errors.ts";
import { createFailureNotices, isRefusal } from "./failureNotices.ts";

/** Messages that the test closes. It records the texts in the order in which they appear. */
function testNotices() {
  const notices = createFailureNotices();
  const shown: string[] = [];
  const closing: (() => void)[] = [];
  const failed = (text: string, unikernel = "hello") =>
    notices.failed(unikernel, text, () => {
      shown.push(text);
      const closed = Promise.withResolvers<void>();
      closing.push(closed.resolve);
      return closed.promise;
    });
  return { notices, shown, closing, failed };
}

describe("Messages about failed jobs", () => {
  it("are shown one at a time for a unikernel, and the latest after the open one was closed", async () => {
    const { shown, closing, failed } = testNotices();
    const first = failed("a");
    await Promise.all([failed("b"), failed("c")]);
    const other = failed("d", "crash");
    assert.deepEqual(shown, ["a", "d"]);
    closing[0]?.();
    closing[1]?.();
    await other;
    await new Promise(setImmediate);
    assert.deepEqual(shown, ["a", "d", "c"]);
    closing[2]?.();
    await first;
  });

  it("do not appear later if the next job succeeded", async () => {
    const { notices, shown, closing, failed } = testNotices();
    const first = failed("a");
    await failed("b");
    notices.succeeded("hello");
    closing[0]?.();
    await first;
    assert.deepEqual(shown, ["a"]);
  });

  it("replace an open one with the same text", async () => {
    const { shown, closing, failed } = testNotices();
    const first = failed("a");
    const second = failed("a");
    assert.deepEqual(shown, ["a", "a"]);
    // VS Code closes the first when the second appears.
    closing[0]?.();
    await first;
    await failed("b");
    assert.deepEqual(shown, ["a", "a"]);
    closing[1]?.();
    await new Promise(setImmediate);
    assert.deepEqual(shown, ["a", "a", "b"]);
    closing[2]?.();
    await second;
  });
});

describe("A job that this computer can't do", () => {
  it("is told from one that failed", () => {
    const failed = { kind: "failed", step: "build", hint: undefined } as const;
    const refused = problems.targetNotReady("spt", { action: "build", reasons: ["x"] }, "y", []);
    assert.ok(isRefusal({ ...failed, problem: refused }));
    assert.ok(!isRefusal({ ...failed, problem: problems.noUnikernel() }));
    assert.ok(!isRefusal({ kind: "cancelled" }));
  });
});
