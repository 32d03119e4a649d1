import { parseDescription } from "../../extension/graph/dot.ts";
import { functorOf } from "../../extension/graph/functor.ts";
import { mainsIn, nodeAt, packagesInConfig, readPlaces } from "../../extension/graph/places.ts";
import { readBindings } from "../../extension/graph/terms.ts";
import { callSites } from "../../extension/logs/callSites.ts";
import { readConfig } from "../../extension/project/config.ts";
import { ocamlTokens } from "../../extension/project/ocaml.ts";
import { readConfigSource } from "../../language-bridge/configSource.ts";
import { librariesIn } from "../../language-bridge/duniverse.ts";
import { configMigrations, headerEdit, sourceMigrations } from "../../language-bridge/migrations.ts";
import { mismatches } from "../../language-bridge/mismatch.ts";
import { readBrackets } from "../../language-bridge/tokens.ts";
import { readSource } from "../../language-bridge/unikernelSource.ts";
import { type Fuzzed, text } from "./fuzzed.ts";
import { inputs, recorded } from "./samples.ts";
import { ocamlShapes, ocamlWords } from "./words.ts";

const ocaml = recorded(/(config|unikernel|main)\.ml$/);
const { graph: described } = parseDescription(
  recorded(/network\/hvt\/describe-dot-eval\.stdout$/)[0]?.toString("utf8") ?? "",
);
if (!described) throw new Error("The recorded description of network holds no graph.");

/** OCaml, whole and half typed. */
export const ocamlParsers: readonly Fuzzed[] = [
  {
    name: "OCaml",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => [
      ocamlTokens(input),
      readConfig(input),
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
      readBindings(input),
      mainsIn(input),
      readPlaces(described, input),
      described.nodes.slice(0, 1).map((node) => packagesInConfig(described, input, node)),
      nodeAt(described, input, Math.floor(input.length / 2)),
      functorOf(input, "Unikernel.Main"),
      callSites(input),
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
    read: text(librariesIn),
  },
];
