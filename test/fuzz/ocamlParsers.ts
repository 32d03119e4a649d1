import { crunchedFiles } from "../../extension/image/size/crunchedFiles.ts";
import { parseDescription } from "../../extension/graph/dot/parseDescription.ts";
import { functorOf } from "../../extension/graph/source/functorSource.ts";
import { mainsIn, nodeAt, packagesInConfig, readSourceMap } from "../../extension/graph/source/sourceMap.ts";
import { parseBindings } from "../../extension/ocaml/parseExpression.ts";
import { logCalls } from "../../extension/ocaml/logs/logCalls.ts";
import { migrateUnikernel } from "../../extension/migrate/migrate.ts";
import { readConfigFile } from "../../extension/mirage/config/registrations.ts";
import { ocamlTokens } from "../../extension/ocaml/lexer.ts";
import { readConfigSource } from "../../extension/mirage/config/parseConfig.ts";
import { readDuneFile } from "../../extension/project/libraries/duneFile.ts";
import { configMigrations, headerEdit, sourceMigrations } from "../../extension/mirage/migrations.ts";
import { mismatches } from "../../language-bridge/features/mainMismatch.ts";
import { readBrackets } from "../../extension/ocaml/brackets.ts";
import { readSource } from "../../extension/ocaml/functors.ts";
import { parseDeclaration } from "../../extension/debugger/values/types/declaration.ts";
import { parseType } from "../../extension/debugger/values/types/ocamlType.ts";
import { parsePath } from "../../extension/debugger/values/paths/parsePath.ts";
import { declarationsIn, outlineIn } from "../../extension/debugger/values/toplevelDeclarations.ts";
import { parseInstruction } from "../../extension/debugger/values/tracking/operands.ts";
import { readSourceText } from "../../extension/debugger/values/source/sourceFunction.ts";
import { type Fuzzed, text } from "./fuzzed.ts";
import { inputs, recorded } from "./samples.ts";
import { ocamlShapes, ocamlWords } from "./words.ts";

const ocaml = recorded(/(config|unikernel|main)\.ml$/);
const { graph: described } = parseDescription(
  recorded(/network\/hvt\/describe-dot-eval\.stdout$/)[0]?.toString("utf8") ?? "",
);
if (!described) throw new Error("The recorded description of network contains no graph.");

const typeWords = [
  ..."( ) [ ] { } < > | ; : , . -> * ` ' ? ~ = .. # & ! - + && || <> mod not fst".split(" "),
  ..."int list 'a A of type and mutable private as t M. Map.Make(S).t [@@unboxed] val sig end module".split(
    " ",
  ),
  ..."mov %rax,8(%rsp) 0x10 $1 true 1.5 'c' \"s\"".split(" "),
];

/** Parsers of OCaml source, which may be incomplete. */
export const ocamlParsers: readonly Fuzzed[] = [
  {
    name: "OCaml",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => [
      ocamlTokens(input),
      readConfigFile(input),
      readConfigSource(input),
      readSource(input),
      readBrackets(input),
    ]),
  },
  {
    name: "modules of ocaml-crunch",
    inputs: inputs(ocaml, [
      '\n  let d_0123456789abcdef0123456789abcdef = "',
      "  let file_chunks = function\n",
      '    | "a" | "/a" -> Some [',
      " d_0123456789abcdef0123456789abcdef;",
      " ]\n",
      "\\065",
      '\\"',
    ]),
    shapes: ocamlShapes,
    read: text(crunchedFiles),
  },
  {
    name: "OCaml for the graph and the logs",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => [
      parseBindings(readBrackets(input)),
      mainsIn(input),
      readSourceMap(described, input),
      described.nodes.slice(0, 1).map((node) => packagesInConfig(described, input, node)),
      nodeAt(described, input, Math.floor(input.length / 2)),
      functorOf(input, "Unikernel.Main"),
      logCalls(input),
    ]),
  },
  {
    name: "OCaml for the mismatches and migrations",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => [
      mismatches({
        config: readConfigSource(input),
        source: (file) => (file.includes(".") ? undefined : readSource(input)),
      }),
      configMigrations(input, readConfigSource(input), "4.11.1"),
      sourceMigrations(input, "4.11.1"),
      headerEdit(input, "(* mirage >= 4.9.0 *)"),
    ]),
  },
  {
    name: "OCaml for the migration of a unikernel",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) =>
      migrateUnikernel({ path: "config.ml", text: input }, [{ path: "unikernel.ml", text: input }], "4.11.1"),
    ),
  },
  {
    name: "types, declarations and expressions of the debugger",
    inputs: inputs([], typeWords),
    shapes: [
      "(",
      "[ `A of ",
      "int -> ",
      "int * ",
      "'a ",
      "M.(",
      "< m : ",
      "!",
      "- ",
      "a.",
      "not ",
      "type t = A of ",
      "type t = { a : ",
      "sig type t = ",
      "mov (%rax),",
    ].map((repeated) => ["", repeated] as const),
    read: text((input) => [
      parseType(input),
      parseDeclaration(input),
      parsePath(input),
      declarationsIn(input),
      outlineIn(input, "M"),
      parseInstruction(input),
    ]),
  },
  {
    name: "functions of the debugger",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => {
      const source = readSourceText(input);
      return [source.functionNamed("start", undefined)?.boundAt("x"), source.offsetAt(3, 7)];
    }),
  },
  {
    name: "dune files",
    inputs: inputs(recorded(/[\\/]dune(?:\.\w+)?$/), [
      "(library",
      "(modules",
      "(name ",
      "\\ ",
      ":standard",
      ";",
      "(",
    ]),
    shapes: [
      ["", "(library"],
      ["(library ", "(modules "],
      ["(library (modules", " "],
      ["(library (name x) ", "("],
    ],
    read: text(readDuneFile),
  },
];
