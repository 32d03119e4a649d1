import assert from "node:assert/strict";
import fc from "fast-check";
import { readToolInput } from "./toolInput.ts";

describe("readToolInput", () => {
  it("accepts omitted properties, empty strings and null", () => {
    const nothing = readToolInput({});
    assert.deepEqual(readToolInput(undefined), nothing);
    assert.deepEqual(readToolInput({ unikernel: "", target: null, options: null, count: null }), nothing);
    assert.equal(nothing.count, 100);
  });

  it("returns the given properties", () => {
    const read = readToolInput({
      unikernel: "hello",
      target: "hvt",
      options: ["--net=host"],
      level: "warning",
      count: 5.5,
    });
    assert.equal(read.unikernel, "hello");
    assert.equal(read.target, "hvt");
    assert.deepEqual(read.options, ["--net=host"]);
    assert.equal(read.level, "warning");
    assert.equal(read.count, 5);
    assert.equal(readToolInput({ count: 1e9 }).count, 1000);
  });

  it("rejects invalid input and says what to send instead", () => {
    const rejected = (input: unknown, expected: RegExp) =>
      assert.throws(() => readToolInput(input), expected);
    rejected({ target: "windows" }, /"target" must be one of unix, .*not "windows"/);
    rejected({ options: "--net=host" }, /"options" must be an array/);
    rejected({ options: ["-t", "hvt"] }, /Pass the target as "target"/);
    rejected({ options: ["--target=hvt"] }, /Pass the target as "target"/);
    rejected({ options: ["hello.ml"] }, /"hello.ml" is not an option/);
    rejected({ level: "loud" }, /"level" must be one of app, error/);
    rejected({ unikernel: 3 }, /"unikernel" must be a string/);
    rejected({ count: 0 }, /"count" must be a number from 1 to 1000/);
  });

  it("returns an input or throws an Error for any value", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          readToolInput(input);
        } catch (error) {
          assert.ok(error instanceof Error && error.message.endsWith("."), String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
