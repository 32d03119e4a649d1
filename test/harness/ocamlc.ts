import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Context } from "mocha";
import { findProgram } from "../../scripts/programs.ts";
import { skip } from "./reporter.ts";

/** Asks OCaml's own parser about files; rejects with its words about the first that it does not take. */
export async function parseOcaml(test: Context, files: readonly string[]): Promise<void> {
  const ocamlc = findProgram(["ocamlc"]);
  if (ocamlc === undefined) skip(test, "no ocamlc on PATH");
  const named = files.flatMap((file) => [file.endsWith("i") ? "-intf" : "-impl", file]);
  await promisify(execFile)(ocamlc, ["-stop-after", "parsing", ...named]);
}
