import fc from "fast-check";
import { parsers } from "./parsers.ts";

describe("The parser for", () => {
  for (const { name, inputs, read } of parsers) {
    it(`${name} throws no exception on any input`, async () => {
      await fc.assert(
        fc.asyncProperty(inputs, async (bytes) => void (await read(bytes))),
        { numRuns: 200 },
      );
    });
  }
});
