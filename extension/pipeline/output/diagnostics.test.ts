import assert from "node:assert/strict";
import { isAbsolute, join } from "node:path";
import fc from "fast-check";
import { outputParser } from "./diagnostics.ts";
import { configFile, insideRoot, parseOutput, place, recorded, root, summary } from "./testOutput.ts";
import { anyText } from "../../../test/harness/anyText.ts";

const typeError =
  "unikernel.ml:7:41-7:44 error ocaml: This constant has type string but an expression was expected of type";
const unusedVariable = "unikernel.ml:3:6-3:12 warning ocaml unused-var: unused variable unused.";
const noSolo5 = "fatal error: solo5.h: No such file or directory";
const badTarget =
  "config.ml:0:0-0:0 error configure: option '-t': invalid value 'nosuch', expected one of 'unix',";
const versionMismatch =
  "config.ml:0:0-0:0 error configure version-header: Version mismatch: required is mirage >= 4.12.0, but 4.11.1 is installed. " +
  "Please upgrade your installation (opam update; opam install 'mirage>=4.12.0')";
const syntaxError = "config.ml:5:0-5:0 error ocaml: Syntax error: ] expected";

const expected: Readonly<Record<string, readonly string[]>> = {
  "errors/build/hvt/type-error/make-build.stderr": [typeError],
  "errors/build/hvt/type-error/dune-build-color.stderr": [typeError],
  "errors/build/hvt/type-error/dune-build-tty.stdout": [typeError],
  "errors/build/unix/type-error/make-build.stderr": [typeError],
  "errors/build/unix/type-error/dune-build-short.stderr": [typeError],
  "errors/build/hvt/two-errors/make-build.stderr": [
    "unikernel.ml:0:14-0:17 error ocaml: This constant has type string but an expression was expected of type",
  ],
  "errors/build/hvt/syntax-error-eof/make-build.stderr": [
    "unikernel.ml:1:17-1:19 error ocaml: Syntax error: ) expected",
  ],
  "errors/build/hvt/unix-module/make-build.stderr": [
    "unikernel.ml:3:10-3:14 error ocaml: Unbound module Unix",
  ],
  "errors/build/hvt/missing-library/make-build.stderr": [
    'dune.build:12:28-12:41 error dune: Library "cohttp-mirage" not found.',
  ],
  "errors/build/hvt/missing-start/make-build.stderr": [
    "mirage/main.ml:93:3-93:18 error ocaml: Unbound value Unikernel.start",
  ],
  "errors/build/hvt/link-error/make-build.stderr": [
    "unikernel.ml:4:0-4:0 error dune: undefined reference to `no_such_c_symbol'",
  ],
  "errors/build/hvt/unused-var-warning/dune-build.stderr": [unusedVariable],
  "errors/build/hvt/unused-var-warning/dune-build-dev.stderr": [unusedVariable.replace("warning", "error")],
  "errors/build/hvt/nonexhaustive-warning/dune-build.stderr": [
    "unikernel.ml:2:8-2:28 warning ocaml partial-match: this pattern-matching is not exhaustive.",
  ],
  "errors/build/hvt/state/build-before-configure.stderr": [
    'config.ml:0:0-0:0 warning dune: No dune-project file has been found in directory ".". A default one',
    "config.ml:0:0-0:0 error dune: Don't know how to build ./dist",
  ],
  "errors/build/hvt/state/corrupt-dune.stderr": [
    "dune.build:33:0-33:23 error dune: either the name or the public_name field must be present",
  ],
  "errors/configure/syntax-error/configure.stderr": [syntaxError],
  "errors/configure/syntax-error/configure-tty.stdout": [syntaxError],
  "errors/configure/type-error/configure-tty.stdout": [
    "config.ml:4:18-4:20 error ocaml: The constant 42 has type int but an expression was expected of type",
  ],
  "errors/configure/unused-variable-warning/configure.stderr": [
    "config.ml:3:11-3:12 warning ocaml unused-var-strict: unused variable x.",
  ],
  "errors/configure/version-too-new/configure.stderr": [versionMismatch],
  "errors/configure/version-too-new/configure-color-always.stderr": [versionMismatch],
  "errors/configure/good/unknown-target.stderr": [badTarget],
  "errors/configure/good/unknown-option.stderr": [
    "config.ml:0:0-0:0 error configure: unknown option '--nope'",
  ],
  "errors/configure/good/no-config-file.stderr": [
    "config.ml:0:0-0:0 error configure: configuration file nosuch.ml missing",
  ],
  "errors/configure/good/user-dune-file.stderr": [
    "config.ml:0:0-0:0 error dune: Don't know how to build ./config.exe",
  ],
  "errors/toolchain/no-ocaml-solo5-clean.stderr": [
    `duniverse/mirage-ptime/solo5/dune:6:9-6:27 error dune: mirage_ptime_stubs.c:17:10: ${noSolo5}`,
    `duniverse/mirage-solo5/lib/bindings/dune:0:0-9:164 error dune: clock_stubs.c:17:10: ${noSolo5}`,
    "dune.build:18:36-18:44 error dune: manifest.c:4:10: fatal error: mft_abi.h: No such file or directory",
  ],
  "../ocaml-4.13.1/several-lines.stderr": [
    "a.mli:1:43-1:43 warning ocaml eol-in-string: unescaped end-of-line in a string constant (non-portable code)",
    "main.ml:3:5-3:10 warning ocaml deprecated: Dune__exe.A.old",
    "main.ml:2:12-4:6 error ocaml: This expression has type int but an expression was expected of type",
  ],
  "../ocaml-4.13.1/bytes.stderr": [
    "main.ml:0:17-0:18 error ocaml: This expression has type int but an expression was expected of type",
  ],
  "../ocaml-4.13.1/signature-mismatch.stderr": [
    "main.ml:0:8-0:13 warning ocaml deprecated: Dune__exe.A.old",
    "main.ml:3:4-4:14 warning ocaml partial-match: this pattern-matching is not exhaustive.",
    "main.ml:1:8-4:14 warning ocaml partial-match: this pattern-matching is not exhaustive.",
    "main.ml:5:8-5:9 warning ocaml unused-rec-flag: unused rec flag.",
    "main.ml:6:33-8:3 error ocaml: Signature mismatch:",
  ],
  "errors/toolchain/mirage-lib-missing.stderr": [
    'dune.config:8:12-8:18 error dune: Library "mirage" not found.',
  ],
  "errors/toolchain/no-solo5-elftool.stderr": [
    "dune.build:25:7-25:20 error dune: Program solo5-elftool not found in the tree or in PATH",
  ],
  "locks/second-build.stderr": [
    "config.ml:0:0-0:0 error dune: Another Dune instance is currently running. Aborting...",
  ],
  "locks/configure-while-watch.stderr": [],
  "skeleton/device-usage/network/hvt+net=host/configure.stderr": [
    "config.ml:0:0-0:0 error configure: UDPv4v6 socket not supported on non-UNIX targets.",
  ],
  "skeleton/device-usage/block/muen/configure.stderr": [
    'config.ml:0:0-0:0 error configure: Failure("Block devices not supported on Muen target.")',
  ],
  "builds/device-usage/kv_ro-spt/build.stderr": [],
  "paths/with-space/make-build-hvt.stderr": [],
};

const byteRange = (excerpt: string) => `File "a.ml", line 3, characters 9-15:\n${excerpt}Error: no\n`;
const isOriginal = (path: string) => path === join(root, "lib", "a.ml");

describe("outputParser", () => {
  for (const [path, problems] of Object.entries(expected)) {
    it(`reads ${path}`, () => assert.deepEqual(summary(parseOutput(recorded(path))), problems));
  }

  it("has the whole message and the related location", () => {
    const [problem] = parseOutput(recorded("errors/build/hvt/syntax-error-eof/make-build.stderr"));
    assert.deepEqual(
      problem?.related.map((related) => `${place(related)} ${related.message}`),
      ["unikernel.ml:1:10-1:11 This ( might be unmatched"],
    );
    const [mismatch] = parseOutput(recorded("errors/build/hvt/start-wrong-type/make-build.stderr"));
    assert.match(mismatch?.message ?? "", /expected of type\n {9}unit io = unit Lwt\.t$/);
    assert.deepEqual(mismatch?.related.map(place), ["config.ml:0:0-0:0"]);
  });

  it("reports a link error at the source line that the linker names, and nothing generated", () => {
    const [problem] = parseOutput(recorded("errors/build/hvt/link-error/make-build.stderr"));
    assert.deepEqual(problem?.related, []);
    assert.match(problem?.message ?? "", /Error during linking/);
  });

  it("names only the packages that the solver could not find", () => {
    const [problem] = parseOutput(recorded("make-depend/device-usage/http-fetch-unix/make-depend.stderr"));
    assert.deepEqual(problem?.message.match(/^- \S+/gm), [
      "- cohttp-mirage",
      "- conduit-mirage",
      "- tls-mirage",
    ]);
    assert.doesNotMatch(problem?.message ?? "", /Selected|WARNING|make/);
  });

  it("reports the failed command if nothing else explains the failure", () => {
    const lines =
      "run ['_build/default/./config.exe' 'configure'\n     '-t' 'hvt']: No such file or directory\n";
    assert.match(
      parseOutput(lines)[0]?.message ?? "",
      /'configure' '-t' 'hvt'\]: No such file or directory$/,
    );
  });

  it("parses locations of several lines, of whole lines and of OCaml before 4.08", () => {
    const text = "let f =\n  function\n  | 1 -> ()\n";
    const readLine = (_: string, line: number) => text.split("\n")[line];
    const message = "\nError: no\n";
    for (const [location, at] of [
      ['File "a.ml", lines 1-3, characters 4-7:', "0:4-2:7"],
      ['File "a.ml", lines 1-2:', "0:0-1:10"],
      ['File "a.ml", line 1, characters 4-28:', "0:4-2:9"],
      ['File "a.ml", line 3:', "2:0-2:11"],
    ] as const) {
      assert.deepEqual(parseOutput(location + message, { readLine }).map(place), [`a.ml:${at}`], location);
    }
    assert.deepEqual(summary(parseOutput('File "l.mll", line 3, character 4: syntax error.\n')), [
      "l.mll:2:4-2:4 error ocaml: syntax error.",
    ]);
  });

  it("parses warnings and alerts of OCaml 4 and 5", () => {
    const at = 'File "a.ml", line 1, characters 0-1:\n1 | x\n    ^\n';
    for (const [text, severity, code] of [
      ["Warning 26: unused variable x.", "warning", "26"],
      ["Warning 26 [unused-var]: unused variable x.", "warning", "unused-var"],
      ["Alert deprecated: Foo.x", "warning", "deprecated"],
      ["Error (alert deprecated): Foo.x", "error", "deprecated"],
      ["Error (warning 26 [unused-var]): unused variable x.", "error", "unused-var"],
    ] as const) {
      const [problem] = parseOutput(`${at}${text}\n`);
      assert.deepEqual([problem?.severity, problem?.code], [severity, code], text);
    }
  });

  it("relates the declarations of a signature mismatch and the definition of an alert", () => {
    const recordedMismatch = parseOutput(recorded("../ocaml-4.13.1/signature-mismatch.stderr")).at(-1);
    assert.deepEqual(recordedMismatch?.related.map(place), ["main.ml:6:15-6:26", "main.ml:7:6-7:7"]);
    const [mismatch] = parseOutput(`File "a.ml", line 1:
Error: The implementation a.ml does not match the interface a.mli:
       Values do not match: val x : int is not included in val x : string
       File "a.mli", line 1, characters 0-14: Expected declaration
       File "_build/default/a.ml", line 1, characters 4-5: Actual declaration
`);
    assert.deepEqual(
      mismatch?.related.map((related) => `${place(related)} ${related.message}`),
      ["a.mli:0:0-0:14 Expected declaration", "a.ml:0:4-0:5 Actual declaration"],
    );
    const [alert] = parseOutput(`File "b.ml", line 1, characters 8-13:
1 | let _ = A.old
            ^^^^^
Alert deprecated: A.old
use new
File "a.mli", line 2, characters 0-28:
2 | val old : int [@@deprecated]
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Definition
`);
    assert.equal(alert?.message, "A.old\nuse new");
    assert.deepEqual(alert?.related.map(place), ["a.mli:1:0-1:28"]);
  });

  it("converts bytes to columns with the excerpt, with the file, or not at all", () => {
    assert.deepEqual(parseOutput(byteRange('3 | "é🐫" ^ "é1"\n     ^^^\n')).map(place), ["a.ml:2:6-2:11"]);
    assert.deepEqual(parseOutput(byteRange(""), { readLine: () => '"é🐫" ^ "é1"' }).map(place), [
      "a.ml:2:6-2:11",
    ]);
    assert.deepEqual(parseOutput(byteRange("")).map(place), ["a.ml:2:9-2:15"]);
  });

  it("finds the original of a file in the build folder, unless it was generated there", () => {
    for (const [printed, file] of [
      ["_build/solo5/lib/a.ml", "lib/a.ml"],
      ["_build/.sandbox/0f/default/lib/a.ml", "lib/a.ml"],
      [`${root}/_build/default/lib/a.ml`, "lib/a.ml"],
      ["_build/default/lib/gen.ml", "_build/default/lib/gen.ml"],
      ["lib/../lib/a.ml", "lib/a.ml"],
      ['odd "name", line 1.ml', 'odd "name", line 1.ml'],
    ] as const) {
      const [problem] = parseOutput(`File "${printed}", line 1, characters 0-1:\nError: no\n`, {
        exists: isOriginal,
      });
      assert.equal(insideRoot(problem?.file ?? ""), file);
    }
  });

  it("limits the problems of a flood of output, and drops warnings before errors", () => {
    const parser = outputParser({ root, configFile });
    for (let i = 0; i < 100_000; i++) {
      parser.line(`File "a.ml", line ${i + 1}, characters 0-1:`);
      parser.line(i % 5000 === 4999 ? `Error: ${"x".repeat(40_000)}` : `Warning 1: ${i}`);
      parser.line("and more");
    }
    for (let i = 0; i < 100_000; i++) parser.line(`line ${i} of a message that does not end`);
    const problems = parser.end();
    assert.equal(problems.length, 500);
    assert.equal(problems.filter(({ severity }) => severity === "error").length, 20);
    assert.ok(problems.every(({ message }) => message.length <= 8 * 1024));
  });

  it("accepts any lines", () => {
    const pieces = [
      'File "a.ml", line 3, characters 4-7:',
      'File "caml_startup", line 1:',
      'File "x", lines 99999999999999999999-1, characters 9-1: y',
      "3 | let",
      "    ^^^",
      "Error: a",
      "Warning 3:",
      "  This",
      "run ['x'",
      "Context: solo5",
      "/a/b.c:3:4: error: no",
      "make: *** [x] Error 1",
      "\u001b[1mError\u001b[0m: b",
    ];
    const line = fc.oneof(fc.constantFrom(...pieces), anyText());
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const parser = outputParser({ root, configFile, readLine: () => "é" });
        for (const text of lines) parser.line(text);
        for (const { range: r, file } of parser.end()) {
          assert.ok(isAbsolute(file));
          assert.ok(r.startLine >= 0 && r.startColumn >= 0 && r.endColumn >= 0 && r.endLine >= r.startLine);
        }
      }),
      { numRuns: 50 },
    );
  });
});
