import assert from "node:assert/strict";
import { keepOutput } from "./keptOutput.ts";

describe("The kept output of a boot", () => {
  it("is its end", () => {
    const output = keepOutput(4);
    for (const text of ["a", "bc", "", "defghi"]) output.push(Buffer.from(text));
    assert.equal(output.text(), "fghi");
    output.push(Buffer.from("j"));
    assert.equal(output.text(), "ghij");
  });

  it("is everything if that is short, and does not change with the buffer that was passed", () => {
    const output = keepOutput(100);
    const buffer = Buffer.from("hello");
    output.push(buffer);
    buffer.fill(0);
    assert.equal(output.text(), "hello");
  });
});
