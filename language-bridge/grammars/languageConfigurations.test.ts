import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../../scripts/programs.ts";
import { sourceFiles } from "../../test/harness/grammars.ts";

// The language jsonc is VS Code's own: the manifest only adds a file name to it.
const languages = manifest.contributes.languages.filter(({ id }) => id !== "jsonc");

describe("the language configurations", () => {
  interface Configuration {
    readonly comments: object;
    readonly indentationRules: {
      readonly increaseIndentPattern: string;
      readonly decreaseIndentPattern: string;
    };
    readonly onEnterRules: readonly {
      readonly beforeText: string;
      readonly afterText?: string;
      readonly action: object;
    }[];
  }
  const read = (id: string): Configuration => {
    const path = languages.find((each) => each.id === id)?.configuration;
    assert.ok(path !== undefined, id);
    return JSON.parse(readFileSync(join(root, path), "utf8"));
  };
  const ocaml = read("ocaml");

  it("indent after what opens a block", () => {
    const increase = new RegExp(ocaml.indentationRules.increaseIndentPattern);
    for (const line of [
      "let main =",
      "module Main (S : V) = struct",
      "  if a then",
      "  else",
      "  | Ok x ->",
      "  Logs.info (fun f ->",
      "begin",
      "  try ",
      "let f = function",
      "  x :=",
    ])
      assert.match(line, increase);
    for (const line of [
      "let main = job",
      "  let x = 1 in",
      "match x with",
      "  a >>= fun b ->",
      "x >=",
      "let structure",
      "(* a = b *)",
    ])
      assert.doesNotMatch(line, increase);
  });

  it("outdent what closes a block", () => {
    const decrease = new RegExp(ocaml.indentationRules.decreaseIndentPattern);
    for (const line of ["  end", "  done;", "  )", "  |]", "  }"]) assert.match(line, decrease);
    for (const line of ["  ending", "  let x = end", "  in", "  | A"]) assert.doesNotMatch(line, decrease);
  });

  it("align the second line of a comment with its text", () => {
    // VS Code takes the brackets out of comments before it compares them with the rules.
    const action = (before: string, after = "") =>
      ocaml.onEnterRules.find(
        ({ beforeText, afterText = "" }) =>
          new RegExp(beforeText).test(before) && new RegExp(afterText).test(after),
      )?.action;
    const withText = { indent: "none", appendText: "   " };
    const withDocumentation = { indent: "none", appendText: "    " };
    for (const bracket of ["(", ""]) {
      assert.deepEqual(action(`  ${bracket}* Listens`, " *)"), withText);
      assert.deepEqual(action(`  ${bracket}* Listens`, " *"), withText);
      assert.deepEqual(action(`  ${bracket}** Listens`, " *"), withDocumentation);
      assert.deepEqual(action(`${bracket}** Listens`), withDocumentation);
    }
    for (const line of ["  (* Listens *)", "(** Listens *)", "** Listens *", "let x = 1", "  * 2"])
      assert.equal(action(line), undefined, line);
  });

  it("set nothing that would be added to the OCaml Platform's", () => {
    // VS Code takes each property from the last extension that sets it, and sorts extensions by their folders.
    const folder = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
    assert.ok(folder < "ocamllabs.ocaml-platform-2.3.0");
    const brackets = ["autoClosingPairs", "brackets", "comments", "surroundingPairs"];
    const itsOcaml = [...brackets, "indentationRules", "onEnterRules"];
    const itsDune = [...brackets, "wordPattern"];
    for (const { id } of languages) {
      const its = id.startsWith("ocaml") ? itsOcaml : itsDune;
      for (const property of Object.keys(read(id))) assert.ok(its.includes(property), `${id}: ${property}`);
    }
  });

  it("are for each file that mirage and dune write", () => {
    const known = languages.flatMap(({ filenames = [] }) => filenames);
    for (const file of sourceFiles("test-workspace/recordings/**/generated/**/dune*")) {
      const name = basename(file);
      assert.ok(known.includes(name) || name.startsWith("dune-workspace."), file);
    }
  });
});
