import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import fc from "fast-check";
import { changedVariables, envValue, findProgram, mergeEnv, parseOpamEnv } from "./env.ts";

/** Formats a string as OCaml's `%S`. */
const ocamlLiteral = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      if (char === '"' || char === "\\") return `\\${char}`;
      return byte >= 0x20 && byte < 0x7f ? char : `\\${String(byte).padStart(3, "0")}`;
    })
    .join("");

describe("parseOpamEnv", () => {
  it("parses the output of `opam env --sexp`", () => {
    const text = `(
  ("OPAM_SWITCH_PREFIX" "/home/dev/.opam/mirage")
  ("CAML_LD_LIBRARY_PATH" "/home/dev/.opam/mirage/lib/stublibs:")
  ("PATH" "/home/dev/.opam/mirage/bin:/usr/bin")
)
`;
    assert.deepEqual(parseOpamEnv(text), {
      OPAM_SWITCH_PREFIX: "/home/dev/.opam/mirage",
      CAML_LD_LIBRARY_PATH: "/home/dev/.opam/mirage/lib/stublibs:",
      PATH: "/home/dev/.opam/mirage/bin:/usr/bin",
    });
    assert.deepEqual(parseOpamEnv("(\n)\n"), {});
  });

  it("decodes OCaml's escapes, also bytes beyond ASCII", () => {
    const text = String.raw`(("A" "a \"b\" \\ \t(c) \195\169 /caf\195\169"))`;
    assert.deepEqual(parseOpamEnv(text), { A: 'a "b" \\ \t(c) é /café' });
  });

  it("returns undefined for other text", () => {
    for (const text of ["", "[ERROR] no switch", '("A" "b")', '(("A" "b)', '(("A"))', '(("A" "b") rest)']) {
      assert.equal(parseOpamEnv(text), undefined, text);
    }
  });

  it("parses whatever OCaml writes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        assert.deepEqual(parseOpamEnv(`(\n  ("V" "${ocamlLiteral(value)}")\n)\n`), { V: value });
      }),
    );
  });
});

describe("mergeEnv", () => {
  it("replaces, adds and removes variables", () => {
    assert.deepEqual(mergeEnv({ A: "1", B: "2", C: undefined }, { B: "3", D: "4", A: undefined }, "linux"), {
      B: "3",
      D: "4",
    });
  });

  it("has one PATH on Windows, whatever its case", () => {
    const env = mergeEnv({ Path: "C:\\a" }, { PATH: "C:\\b" }, "win32");
    assert.deepEqual(env, { Path: "C:\\b" });
    assert.equal(envValue(env, "PATH", "win32"), "C:\\b");
    assert.equal(envValue(env, "PATH", "linux"), undefined);
  });
});

const createFile = (path: string, mode: number) => {
  writeFileSync(path, "");
  chmodSync(path, mode);
};

describe("findProgram", () => {
  let root = "";
  const inRoot = (...parts: string[]) => join(root, ...parts);
  before(() => {
    root = mkdtempSync(join(tmpdir(), "programs é "));
    for (const folder of ["first", "second", "first/mirage"]) mkdirSync(inRoot(folder), { recursive: true });
    createFile(inRoot("second", "mirage"), 0o755);
    createFile(inRoot("first", "dune"), 0o644);
    createFile(inRoot("second", "dune"), 0o755);
    createFile(inRoot("second", "opam.exe"), 0o755);
  });
  after(() => rmSync(root, { recursive: true }));

  it("returns the first executable file on PATH, not a folder or a plain file of that name", async function () {
    if (process.platform === "win32") return this.skip();
    const env = { PATH: [inRoot("none"), inRoot("first"), inRoot("second")].join(delimiter) };
    assert.equal(await findProgram("mirage", env), inRoot("second", "mirage"));
    assert.equal(await findProgram("dune", env), inRoot("second", "dune"));
    assert.equal(await findProgram("opam", env), undefined);
  });

  it("returns an absolute path as it is if it is executable", async function () {
    if (process.platform === "win32") return this.skip();
    assert.equal(await findProgram(inRoot("second", "dune"), {}), inRoot("second", "dune"));
    assert.equal(await findProgram(inRoot("first", "dune"), {}), undefined);
  });

  it("never returns a program of the current folder", async () => {
    for (const PATH of ["", ".", delimiter, "node_modules/.bin"]) {
      assert.equal(await findProgram("tsc", { PATH }), undefined);
    }
    assert.equal(await findProgram("../bin/sh", { PATH: "/usr/bin" }, "linux"), undefined);
    assert.equal(await findProgram("", { PATH: "/usr/bin" }), undefined);
  });
});

describe("changedVariables", () => {
  it("returns new and changed variables, and null for those that are gone", () => {
    const base = { HOME: "/home/dev", PATH: "/bin", OLD: "1", UNSET: undefined };
    const env = { HOME: "/home/dev", PATH: "/switch/bin:/bin", OPAMSWITCH: "mirage" };
    assert.deepEqual(changedVariables(base, env), {
      PATH: "/switch/bin:/bin",
      OPAMSWITCH: "mirage",
      OLD: null,
    });
  });
});
