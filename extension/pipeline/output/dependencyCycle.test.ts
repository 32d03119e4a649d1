import assert from "node:assert/strict";
import { join } from "node:path";
import { parseOutput, place, root, summary } from "./testOutput.ts";

/** What dune 3.24.1 prints for `a.ml`, which uses `B`, and `b.ml`, which uses `A`. */
const output = `Error: Dependency cycle between:
   transitive deps of dune__exe__A.impl in _build/default
-> transitive deps of dune__exe__B.impl in _build/default
-> transitive deps of dune__exe__A.impl in _build/default
-> required by transitive deps of dune__exe__Unikernel.impl in _build/default
-> required by _build/default/main.exe
-> required by alias dist/default
make: *** [Makefile:59: build] Error 1
`;

describe("cycleProblem", () => {
  it("reports a cycle of modules where each of them names the next one", () => {
    const texts = new Map([
      [join(root, "a.ml"), "let x = 1\nlet a = B.b\n"],
      [join(root, "b.ml"), "let b = A.a\n"],
    ]);
    const problems = parseOutput(output, { readText: (path) => texts.get(path) });
    assert.deepEqual(summary(problems), [
      "a.ml:1:8-1:9 error dune: These modules depend on each other: A → B → A.",
    ]);
    assert.deepEqual(
      problems[0]?.related.map((each) => `${place(each)} ${each.message}`),
      ["b.ml:0:8-0:9 B uses A"],
    );
  });

  it("leaves dune's message if no source of the cycle can be read", () => {
    assert.match(summary(parseOutput(output))[0] ?? "", /^config\.ml:0:0-0:0 error dune: Dependency cycle/);
  });
});
