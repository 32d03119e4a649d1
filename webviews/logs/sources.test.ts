import assert from "node:assert/strict";
import { allSources, isShown, onlySource, withSource } from "./sources.ts";

describe("the choice of log sources", () => {
  it("hides and shows several, and shows those that come later", () => {
    const without = withSource(withSource(allSources, "a", false), "b", false);
    assert.deepEqual(
      ["a", "b", "c"].map((name) => isShown(without, name)),
      [false, false, true],
    );
    assert.equal(isShown(withSource(without, "a", true), "a"), true);
  });

  it("adds to the only one, and goes back to all when none is left", () => {
    const two = withSource(onlySource("a"), "b", true);
    assert.deepEqual(
      ["a", "b", "c"].map((name) => isShown(two, name)),
      [true, true, false],
    );
    assert.deepEqual(withSource(withSource(two, "a", false), "b", false), allSources);
  });
});
