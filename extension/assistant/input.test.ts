import assert from "node:assert/strict";
import fc from "fast-check";
import { readInput } from "./input.ts";

describe("what a language model asks a tool", () => {
  it("may leave everything out, also as an empty text or null", () => {
    const nothing = readInput({});
    assert.deepEqual(readInput(undefined), nothing);
    assert.deepEqual(readInput({ unikernel: "", target: null, options: null, count: null }), nothing);
    assert.equal(nothing.count, 100);
  });

  it("is read", () => {
    const asked = readInput({
      unikernel: "hello",
      target: "hvt",
      options: ["--net=host"],
      level: "warning",
      count: 5.5,
    });
    assert.equal(asked.unikernel, "hello");
    assert.equal(asked.target, "hvt");
    assert.deepEqual(asked.options, ["--net=host"]);
    assert.equal(asked.level, "warning");
    assert.equal(asked.count, 5);
    assert.equal(readInput({ count: 1e9 }).count, 1000);
  });

  it("is refused with what to send instead", () => {
    const refused = (input: unknown, expected: RegExp) => assert.throws(() => readInput(input), expected);
    refused({ target: "windows" }, /"target" must be one of unix, .*not "windows"/);
    refused({ options: "--net=host" }, /"options" must be a list/);
    refused({ options: ["-t", "hvt"] }, /Give the target as "target"/);
    refused({ options: ["--target=hvt"] }, /Give the target as "target"/);
    refused({ options: ["hello.ml"] }, /"hello.ml" is no option/);
    refused({ level: "loud" }, /"level" must be one of app, error/);
    refused({ unikernel: 3 }, /"unikernel" must be a text/);
    refused({ count: 0 }, /"count" must be a number from 1 to 1000/);
  });

  it("ends in an answer or an Error, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          readInput(input);
        } catch (error) {
          assert.ok(error instanceof Error && error.message.endsWith("."), String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
