import assert from "node:assert/strict";
import { readOpamFile, listOf } from "./opamFile.ts";
import { compareOpamVersions, unmetOpamBound } from "./opamVersion.ts";

describe("Versions of opam", () => {
  it("are ordered as opam orders them", () => {
    const sorted = [
      "",
      "~~",
      "~",
      "0.9",
      "1.0~beta1",
      "1.0~rc",
      "1.0",
      "1.0+dune9",
      "1.0.1",
      "1.2",
      "1.10",
      "v0.16",
      "dev",
    ];
    const expected = [
      "~~",
      "~",
      "",
      "0.9",
      "1.0~beta1",
      "1.0~rc",
      "1.0",
      "1.0+dune9",
      "1.0.1",
      "1.2",
      "1.10",
      "dev",
      "v0.16",
    ];
    assert.deepEqual(sorted.toSorted(compareOpamVersions), expected);
    assert.equal(compareOpamVersions("1.02", "1.2"), 0);
  });

  it("are compared with the bounds of a dependency", () => {
    const bound = (version: string, filter: string) => {
      const [value] = listOf(readOpamFile(`depends: ["a" {${filter}}]`), "depends");
      return unmetOpamBound(version, value?.filter ?? []);
    };
    assert.equal(bound("4.1.0", '?monorepo & >= "4.0.0" & < "5.0.0"'), undefined);
    assert.deepEqual(bound("5.0.0", '?monorepo & >= "4.0.0" & < "5.0.0"'), {
      operator: "<",
      version: "5.0.0",
    });
    assert.deepEqual(bound("3.9", 'build & >= "4.0.0"'), { operator: ">=", version: "4.0.0" });
    assert.equal(bound("3.9", '>= "4.0.0" | = "3.9"'), undefined);
  });
});
