import assert from "node:assert/strict";
import { allSources, isSourceShown, onlySource, withSource } from "./sourceFilter.ts";

describe("log source filter", () => {
  it("hides and shows several sources, and shows later ones", () => {
    const without = withSource(withSource(allSources, "a", false), "b", false);
    assert.deepEqual(
      ["a", "b", "c"].map((name) => isSourceShown(without, name)),
      [false, false, true],
    );
    assert.equal(isSourceShown(withSource(without, "a", true), "a"), true);
  });

  it("adds to a single source, and returns to all sources when none is left", () => {
    const two = withSource(onlySource("a"), "b", true);
    assert.deepEqual(
      ["a", "b", "c"].map((name) => isSourceShown(two, name)),
      [true, true, false],
    );
    assert.deepEqual(withSource(withSource(two, "a", false), "b", false), allSources);
  });
});
