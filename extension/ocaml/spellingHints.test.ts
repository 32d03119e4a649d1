import assert from "node:assert/strict";
import { spellingFixes } from "./spellingHints.ts";

const textsOf = (message: string, rangeText: string) =>
  spellingFixes(message, rangeText).map(({ text }) => text);

describe("spellingFixes", () => {
  it("reads the suggestions of all versions of OCaml", () => {
    // OCaml 4.13, 5.1, 5.4; ocamllsp.
    for (const message of [
      "Unbound value Logs.inof\nHint: Did you mean info?",
      "Unbound value Logs.inof\nHint: Did you mean Logs.info?",
      'Unbound value "Logs.inof"\nHint:   Did you mean "Logs.info"?',
      "Error: Unbound value Logs.inof\n  Hint: Did you mean info?",
    ])
      assert.deepEqual(textsOf(message, "Logs.inof"), ["Logs.info"], message);
    const constructor =
      'This variant expression is expected to have type "t"\nThere is no constructor "Fo" within type "t"\nHint: Did you mean "Foo"?';
    assert.deepEqual(textsOf(constructor, "Fo"), ["Foo"]);
  });

  it("reads those that ocamllsp 1.26 reports as information about the message", () => {
    assert.deepEqual(
      spellingFixes("Unbound value Duration.of_secx", "Duration.of_secx", [
        "Hint: Did you mean Duration.of_sec?",
      ]),
      [{ name: "Duration.of_sec", text: "Duration.of_sec" }],
    );
  });

  it("reads several suggestions", () => {
    const message = "Unbound value greet\nHint: Did you mean greets, great or\n  agreed?";
    assert.deepEqual(textsOf(message, "greet"), ["greets", "great", "agreed"]);
    assert.deepEqual(textsOf('Unbound value "x1"\nHint: Did you mean "x2" or "x3"?', "x1"), ["x2", "x3"]);
  });

  it("reads those for operators, numbers and libraries", () => {
    assert.deepEqual(textsOf("Unbound value =>\nHint: Did you mean >=?", "=>"), [">="]);
    const number =
      "This expression has type int but an expression was expected of type\n         float\n  Hint: Did you mean `1.'?";
    assert.deepEqual(textsOf(number, "1"), ["1."]);
    assert.deepEqual(textsOf('Library "lwtt" not found.\nHint: did you mean lwt?', "lwtt"), ["lwt"]);
  });

  it("returns none for a hint about something else", () => {
    const operator =
      "This expression has type float but an expression was expected of type int\nHint: Did you mean to use `+.'?";
    assert.deepEqual(textsOf(operator, "x"), []);
    assert.deepEqual(textsOf("Unbound value greet", "greet"), []);
    assert.deepEqual(textsOf("Unbound value foo\nHint: Did you mean bar?", "other text"), []);
    assert.deepEqual(textsOf("Unbound value foo\nHint: Did you mean bar?", "other"), []);
    assert.deepEqual(textsOf("Hint: Did you forget a `;'?", "x"), []);
  });
});
