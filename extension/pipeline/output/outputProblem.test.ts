import assert from "node:assert/strict";
import { firstSentence } from "./outputProblem.ts";

describe("the first sentence of a message", () => {
  for (const [message, expected] of [
    [
      "Unbound value Duration.of_secx\nHint:   Did you mean Duration.of_sec?",
      "Unbound value Duration.of_secx",
    ],
    [
      "This expression has type int but an expression was expected of type\n         float\n  Hint: Did you mean `1.'?",
      "This expression has type int but an expression was expected of type float",
    ],
    [
      "This expression has type string\nbut an expression was expected of type int\nType string is not compatible with int",
      "This expression has type string but an expression was expected of type int",
    ],
    ['Library "unix" not found.\n-> required by library "lwt.unix"', 'Library "unix" not found.'],
    [
      "Signature mismatch:\nThe value start is required but not provided",
      "Signature mismatch: The value start is required but not provided",
    ],
    ["These arguments:\n  A B", "These arguments: A B"],
    ["It ends here:", "It ends here:"],
    [`${"x".repeat(300)}\nHint: no`, `${"x".repeat(200)}…`],
  ] as const)
    it(`of ${JSON.stringify(message.slice(0, 60))}`, () => assert.equal(firstSentence(message), expected));
});
