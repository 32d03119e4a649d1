import assert from "node:assert/strict";
import { failureText } from "./report.ts";

describe("The text of a failed boot test without an editor", () => {
  it("contains what was expected and what came", () => {
    const message = "10.0.0.2:8080 did not send the expected text.";
    assert.equal(
      failureText({ message, expected: "echo abc", actual: "no\n" }),
      `${message}\nExpected: "echo abc"\nReceived: "no\\n"`,
    );
  });

  it("does not repeat what the message says", () => {
    const message = "http://10.0.0.2/ answered with status 200, not 404.";
    assert.equal(failureText({ message, expected: "404", actual: "200" }), message);
    const record = "No record matched: bye";
    assert.equal(failureText({ message: record, expected: "bye", actual: "hello" }), record);
    assert.equal(failureText({ message: "It was stopped." }), "It was stopped.");
  });

  it("is short, even for a long answer", () => {
    const text = failureText({ message: "No.", expected: "a", actual: "b".repeat(4096) });
    assert.ok(text.length < 400);
    assert.match(text, /b…"$/);
  });
});
