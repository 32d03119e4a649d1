import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Context } from "mocha";
import { findProgram } from "../../scripts/programs.ts";
import { skip } from "./reporter.ts";

/** Parses files with the OCaml compiler. Rejects with its message if a file has a syntax error. */
export async function parseOcaml(test: Context, files: readonly string[]): Promise<void> {
  const ocamlc = findProgram(["ocamlc"]);
  if (ocamlc === undefined) skip(test, "no ocamlc on PATH");
  const fileArgs = files.flatMap((file) => [file.endsWith("i") ? "-intf" : "-impl", file]);
  await promisify(execFile)(ocamlc, ["-stop-after", "parsing", ...fileArgs]);
}
