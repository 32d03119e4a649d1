import assert from "node:assert/strict";
import { parseOutput, place, summary } from "./testOutput.ts";

describe("the output of a program that a rule of dune runs", () => {
  const rule = `File "duniverse/mirage-xen/lib/bindings/dune", lines 1-10, characters 0-162:
 1 | (rule
10 |     (run %{make})))))
Context: solo5
`;
  const at = "duniverse/mirage-xen/lib/bindings/dune:0:0-9:162 error dune";
  const outer = "make: *** [Makefile:59: build] Error 1\n";

  it("has everything that a make in the rule prints", () => {
    const output = `gmake[1]: Entering directory '/w/p/_build/solo5/duniverse/mirage-xen/lib/bindings'
ocamlfind -toolchain solo5 ocamlopt -c -o bmap.o bmap.c
gmake[1]: Leaving directory '/w/p/_build/solo5/duniverse/mirage-xen/lib/bindings'
Uncaught exception: Not_found
gmake[1]: *** [<builtin>: bmap.o] Error 3
`;
    for (const end of ["", outer, "/usr/bin/gmake: *** [build] Error 1\n"]) {
      const problems = parseOutput(rule + output + end);
      assert.deepEqual(summary(problems), [`${at}: Uncaught exception: Not_found`]);
      assert.match(problems[0]?.message ?? "", /bmap\.c\ngmake\[1\]: Leaving .*\n.*\n.* Error 3$/);
    }
  });

  for (const printed of [
    "mingw32-make[2]: *** [all] Error 2",
    "ocamlfind ocamlopt -package unix gen.ml -o gen.exe\ngen.ml: error",
    "dune build ./gen\nFatal error: exception Not_found",
    'Fatal error: exception Sys_error("x")',
    "[ERROR] No package named x found.",
    "Usage: gen FILE\ngen: error: no FILE",
    "==> fetch\ncurl: (22) The requested URL returned error: 404",
    "Entering directory 'x'\nfatal: not a git repository: error",
    "Successfully patched a\npatch: *** malformed patch at line 3",
    "run [\nmirage: error",
    "opam-monorepo: [ERROR] No lockfile",
    "Error: gen failed",
  ])
    it(`has ${printed.replace("\n", " ")}`, () => {
      const problems = parseOutput(`${rule}first line\n${printed}\n${outer}`);
      assert.deepEqual(problems.map(place), [at.replace(" error dune", "")]);
      const message = problems[0]?.message ?? "";
      assert.ok(message.endsWith(`first line\n${printed}`), message);
    });

  it("is an error without any word of failure if the step failed and reported nothing else", () => {
    const end = (output: string, failed: boolean) => summary(parseOutput(output, {}, failed));
    const output = `${rule}gen: 3 Zeilen zu viel\n${outer}`;
    assert.deepEqual(end(output, true), [`${at}: gen: 3 Zeilen zu viel`]);
    assert.deepEqual(end(output, false), []);
    assert.deepEqual(end(`${output}File "a.ml", line 1, characters 0-1:\nError: no\n`, true), [
      "a.ml:0:0-0:1 error ocaml: no",
    ]);
  });

  it("is not a related location of the message before it", () => {
    const problems = parseOutput(
      `File "a.ml", line 1, characters 0-1:\nError: no\n${rule}  cc: error: no such file\n`,
    );
    assert.deepEqual(summary(problems), ["a.ml:0:0-0:1 error ocaml: no", `${at}: cc: error: no such file`]);
  });

  it("ends a compiler's message at the line of any make", () => {
    for (const make of ["make", "gmake[2]", "mingw32-make", "/opt/bin/gmake", "make.exe"]) {
      const [problem] = parseOutput(
        `File "a.ml", line 1, characters 0-1:\nError: no\n${make}: *** [x] Error 1\n`,
      );
      assert.equal(problem?.message, "no", make);
    }
  });
});
