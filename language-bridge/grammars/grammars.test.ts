import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { sourceFiles, tokenizerOf, type Tokenize } from "../../test/harness/grammars.ts";

/**
 * `text «scope», text «scope», …` of a text: the innermost scope without the language at its end, and
 * parts without a scope left out. Neighbours with the same scope are one part.
 */
function colours(tokenize: Tokenize, text: string): string {
  const parts: { text: string; scope: string }[] = [];
  for (const line of tokenize(text).lines)
    for (const { text: part, scopes } of line) {
      const scope = (scopes.at(-1) ?? "").replace(/\.(ocaml|dune)$/, "");
      const last = parts.at(-1);
      if (last?.scope === scope) last.text += part;
      else parts.push({ text: part, scope });
    }
  return parts
    .filter(({ scope }) => scope !== "" && !scope.startsWith("meta."))
    .map(({ text: part, scope }) => `${part} «${scope}»`)
    .join(", ");
}

/** What VS Code takes for a comment, a string or code. */
function kinds(tokenize: Tokenize, text: string): string {
  return tokenize(text)
    .lines.flat()
    .map(({ text: part, scopes }) => {
      const kind = /\b(comment|string)\b/.exec(scopes.join(" "))?.[1]?.charAt(0) ?? " ";
      return kind.repeat(part.length);
    })
    .join("");
}

describe("the grammar of OCaml", () => {
  let ocaml: Tokenize;
  before(async () => {
    ocaml = await tokenizerOf("ocaml");
  });

  const examples: readonly (readonly [what: string, text: string, expected: string])[] = [
    [
      "functions and values that are bound",
      "let rec f ~a ?b x' = g x'\nand k = fun _ -> f\nlet* v = w in v",
      "let «storage.type», rec «storage.modifier», f «entity.name.function», ~a «variable.parameter», " +
        "?b «variable.parameter», = «keyword.operator», and «storage.type», k «entity.name.function», " +
        "= «keyword.operator», fun «storage.type», -> «keyword.operator», let «storage.type», " +
        "* «keyword.operator», v «variable.other», = «keyword.operator», in «keyword.other»",
    ],
    [
      "names that only begin like keywords",
      "let letter = in' + ending",
      "let «storage.type», letter «variable.other», = «keyword.operator», + «keyword.operator»",
    ],
    [
      "modules, constructors and variants",
      "match Lwt.return (Some `Eof) with None -> M.N.v",
      "match «keyword.control», Lwt «entity.name.type.module», Some «variable.other.enummember», " +
        "`Eof «variable.other.enummember», with «keyword.control», None «variable.other.enummember», " +
        "-> «keyword.operator», M «entity.name.type.module», N «entity.name.type.module»",
    ],
    [
      "a functor and what it is applied to",
      "module Main (S : Tcpip.Stack.V4V6) = struct end\nmodule M = Make (S)\nlet x = Ok",
      "module «storage.type», Main «entity.name.type.module», S «entity.name.type.module», : «keyword.operator», " +
        "Tcpip «entity.name.type.module», Stack «entity.name.type.module», V4V6 «entity.name.type.module», " +
        "= «keyword.operator», struct «keyword.other», end «keyword.other», module «storage.type», " +
        "M «entity.name.type.module», = «keyword.operator», Make «entity.name.type.module», " +
        "S «entity.name.type.module», let «storage.type», x «variable.other», = «keyword.operator», " +
        "Ok «variable.other.enummember»",
    ],
    [
      "types and type variables",
      "type ('a, +'b) t = { mutable l : 'a list; m : int } and u = A of t\nlet f (x : 'a M.t) = x",
      "type «storage.type», 'a «variable.parameter.type», + «keyword.operator», 'b «variable.parameter.type», " +
        "t «entity.name.type», = «keyword.operator», mutable «storage.modifier», l «variable.other.property», " +
        "'a «variable.parameter.type», list «support.type», m «variable.other.property», " +
        "int «support.type», and «storage.type», u «entity.name.type», " +
        "= «keyword.operator», A «variable.other.enummember», of «keyword.other», t «support.type», " +
        "let «storage.type», f «entity.name.function», : «keyword.operator», 'a «variable.parameter.type», " +
        "M «entity.name.type.module», t «support.type», = «keyword.operator»",
    ],
    [
      "characters beside type variables",
      "f 'a' '\\n' '\\'' '\"' '\\x0a' x' : 'a",
      "'a' «string.quoted.single», ' «string.quoted.single», \\n «constant.character.escape», " +
        "' «string.quoted.single», ' «string.quoted.single», \\' «constant.character.escape», " +
        "' «string.quoted.single», '\"' «string.quoted.single», ' «string.quoted.single», " +
        "\\x0a «constant.character.escape», ' «string.quoted.single», : «keyword.operator», " +
        "'a «variable.parameter.type»",
    ],
    [
      "strings with escapes and formats",
      'f "a\\"b\\n%s 100% done %-8.3f"',
      '"a «string.quoted.double», \\" «constant.character.escape», b «string.quoted.double», ' +
        "\\n «constant.character.escape», %s «constant.other.placeholder»,  100% done  «string.quoted.double», " +
        '%-8.3f «constant.other.placeholder», " «string.quoted.double»',
    ],
    [
      "quoted strings",
      '{|a " |} ^ {id|b |} (* |i} |id} ^ {%html|c|}',
      '{|a " |} «string.quoted.other», ^ «keyword.operator», {id|b |} (* |i} |id} «string.quoted.other», ' +
        "^ «keyword.operator», {%html|c|} «string.quoted.other»",
    ],
    [
      "attributes and extensions",
      "let x = [%e a.(0) [1]] [@@deriving show]\nlet%lwt y = z",
      "let «storage.type», x «variable.other», = «keyword.operator», % «punctuation.definition.attribute», " +
        "e «entity.other.attribute-name», 0 «constant.numeric», 1 «constant.numeric», " +
        "@@ «punctuation.definition.attribute», deriving «entity.other.attribute-name», let «storage.type», " +
        "%lwt «keyword.other.extension», y «variable.other», = «keyword.operator»",
    ],
    [
      "numbers",
      "0x1F_l + 1_000. + 1e-3 + 0b01n + v1",
      "0x1F_l «constant.numeric», + «keyword.operator», 1_000. «constant.numeric», + «keyword.operator», " +
        "1e-3 «constant.numeric», + «keyword.operator», 0b01n «constant.numeric», + «keyword.operator»",
    ],
    [
      "fields, labels and operators of MirageOS",
      "main ~packages:[ a.name ] (time @-> job) $ d ++ e",
      "~packages: «variable.parameter», name «variable.other.property», @-> «keyword.operator», " +
        "$ «keyword.operator», ++ «keyword.operator»",
    ],
    [
      "comments for documentation",
      "(** A @param x *)\n(***)\n(**)\nx",
      "(** A  «comment.block.documentation», @param «keyword.other.documentation», " +
        " x *) «comment.block.documentation», (***)(**) «comment.block»",
    ],
    [
      "directives of the toplevel",
      '#require "mirage"',
      '#require «keyword.other.directive», "mirage" «string.quoted.double»',
    ],
  ];
  for (const [what, text, expected] of examples)
    it(`knows ${what}`, () => assert.equal(colours(ocaml, text), expected));

  const comments: readonly (readonly [what: string, text: string, expected: string])[] = [
    ["nested comments", "(* (* *) *) x", "ccccccccccc  "],
    ["a string that holds the end of a comment", '(* "*)" *) x', "cccccccccc  "],
    ["a quoted string that does", "(* {a|*)|a} *) x", "cccccccccccccc  "],
    ["a quotation mark as a character", "(* '\"' *) x", "ccccccccc  "],
    ["an apostrophe", "(* don't *) x", "ccccccccccc  "],
    ["no comment in a string", '"(*" x', "ssss  "],
    ["an operator between parentheses", "( * ) x", "       "],
  ];
  for (const [what, text, expected] of comments)
    it(`tells comments from code: ${what}`, () => assert.equal(kinds(ocaml, text), expected));

  it("recovers at the next declaration after an incomplete one", () => {
    const next = "\nlet f x = Ok x";
    const expected =
      "let «storage.type», f «entity.name.function», = «keyword.operator», Ok «variable.other.enummember»";
    const halves = [
      "let",
      "let x =",
      "let f (x : int",
      "let main = main ~packages:[",
      "module",
      "module M = Make (",
      "open",
      "type t =",
      "type t = {",
      "type t = { a : (int,",
      "val x :",
      "let x = [@",
      "match x with",
    ];
    for (const half of halves) assert.ok(colours(ocaml, half + next).endsWith(expected), half);
  });

  it("leaves nothing open after a whole file", () => {
    const sources = sourceFiles("{test-workspace,snippets/templates}/**/*.ml").filter(
      (file) => !file.includes("syntax-error"),
    );
    assert.ok(sources.length > 40);
    for (const file of sources) {
      // The end of the file does not end a declaration such as `open Mirage`; the next one does.
      const { isClosed } = ocaml(`${readFileSync(file, "utf8")}\nlet x = 1`);
      assert.ok(isClosed, file);
    }
  });

  it("colours an interface in the same way", async () => {
    const text =
      "(** Doc *)\nval connect : ?port:int -> S.t -> (t, [> `Msg of string ]) result Lwt.t\ntype t";
    const expected =
      "(** Doc *) «comment.block.documentation», val «storage.type», connect «entity.name.function», " +
      ": «keyword.operator», ?port: «variable.parameter», int «support.type», -> «keyword.operator», " +
      "S «entity.name.type.module», t «support.type», -> «keyword.operator», t «support.type», " +
      "> «keyword.operator», `Msg «variable.other.enummember», of «keyword.other», string «support.type», " +
      "result «support.type», Lwt «entity.name.type.module», t «support.type», type «storage.type», " +
      "t «entity.name.type»";
    assert.equal(colours(await tokenizerOf("ocaml.interface"), text), expected);
  });
});

describe("the grammar of dune files", () => {
  let dune: Tokenize;
  before(async () => {
    dune = await tokenizerOf("dune");
  });

  it("knows stanzas, fields, strings, variables and comments", () => {
    const text =
      '; (a\n(rule\n (target x.xen) ; b\n (enabled_if (= %{context_name} "so\\"lo5"))\n (flags :standard -w 70))\n(include dune.build)';
    const expected =
      "; (a «comment.line.semicolon», rule «keyword.other.stanza», target «entity.name.tag», " +
      "; b «comment.line.semicolon», enabled_if «entity.name.tag», = «entity.name.tag», " +
      '%{context_name} «variable.other», "so «string.quoted.double», \\" «constant.character.escape», ' +
      'lo5" «string.quoted.double», flags «entity.name.tag», :standard «constant.language», ' +
      "70 «constant.numeric», include «keyword.other.stanza»";
    assert.equal(colours(dune, text), expected);
  });

  it("recovers at the next stanza after an incomplete one", () => {
    for (const half of ["(", "(library", "(library\n (name (a", "(rule (deps\n"])
      assert.ok(colours(dune, `${half}\n(test)`).endsWith("test «keyword.other.stanza»"), half);
  });

  it("leaves nothing open after a whole file", async () => {
    for (const [language, pattern] of [
      ["dune", "**/{dune,dune.build,dune.config}"],
      ["dune-project", "**/dune-project"],
      ["dune-workspace", "**/dune-workspace{,.config}"],
    ] as const) {
      const tokenize = await tokenizerOf(language);
      const sources = sourceFiles(`{test-workspace,snippets/templates}/${pattern}`);
      assert.ok(sources.length > 0, pattern);
      for (const file of sources) {
        const text = readFileSync(file, "utf8");
        assert.ok(tokenize(text).isClosed, file);
        assert.match(colours(tokenize, text), /«keyword\.other\.stanza»/, file);
      }
    }
  });
});
