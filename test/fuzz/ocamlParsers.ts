import { parseDescription } from "../../extension/graph/dot/parseDescription.ts";
import { functorOf } from "../../extension/graph/source/functorSource.ts";
import { mainsIn, nodeAt, packagesInConfig, readSourceMap } from "../../extension/graph/source/sourceMap.ts";
import { parseBindings } from "../../extension/ocaml/parseExpression.ts";
import { logCalls } from "../../extension/ocaml/logs/logCalls.ts";
import { migrateUnikernel } from "../../extension/migrate/migrate.ts";
import { readConfigFile } from "../../extension/mirage/config/configFile.ts";
import { ocamlTokens } from "../../extension/ocaml/lexer.ts";
import { readConfigSource } from "../../extension/mirage/config/configSource.ts";
import { readDuneFile } from "../../extension/project/duneFile.ts";
import { configMigrations, headerEdit, sourceMigrations } from "../../extension/mirage/migrations.ts";
import { mismatches } from "../../language-bridge/features/mismatch.ts";
import { readBrackets } from "../../extension/ocaml/brackets.ts";
import { readSource } from "../../extension/ocaml/functors.ts";
import { type Fuzzed, text } from "./fuzzed.ts";
import { inputs, recorded } from "./samples.ts";
import { ocamlShapes, ocamlWords } from "./words.ts";

const ocaml = recorded(/(config|unikernel|main)\.ml$/);
const { graph: described } = parseDescription(
  recorded(/network\/hvt\/describe-dot-eval\.stdout$/)[0]?.toString("utf8") ?? "",
);
if (!described) throw new Error("The recorded description of network contains no graph.");

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
