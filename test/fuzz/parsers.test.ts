import fc from "fast-check";
import { parsers } from "./parsers.ts";

describe("any input is read without an exception", () => {
  for (const { name, inputs, read } of parsers) {
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(inputs, async (bytes) => void (await read(bytes))),
        { numRuns: 200 },
      );
    });
  }
});
