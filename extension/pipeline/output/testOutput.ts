import { readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { lineSplitter } from "../../platform/lines.ts";
import { outputParser, type OutputParserOptions } from "./diagnostics.ts";
import type { OutputProblem } from "./outputProblem.ts";

/** The folder in which the recordings of errors were made, and its config.ml. */
export const root = resolve("/home/dev/work/err-hvt");
export const configFile = join(root, "config.ml");

/** The problems in the output of a step. `failed` is whether the step failed. */
export function parseOutput(
  bytes: Uint8Array | string,
  options: Partial<OutputParserOptions> = {},
  failed = false,
): readonly OutputProblem[] {
  const parser = outputParser({ root, configFile, ...options });
  const splitter = lineSplitter(parser.line);
  splitter.push(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  splitter.end();
  return parser.end(failed);
}

export const recorded = (path: string): Buffer =>
  readFileSync(new URL(`../../../test-workspace/recordings/mirage-4.11.1/${path}`, import.meta.url));

export const insideRoot = (file: string): string => relative(root, file).split(sep).join("/");

export const place = ({ file, range: r }: Pick<OutputProblem, "file" | "range">): string =>
  `${insideRoot(file)}:${r.startLine}:${r.startColumn}-${r.endLine}:${r.endColumn}`;

/** One line per problem: location, severity, source, code and the first line of the message. */
export const summary = (problems: readonly OutputProblem[]): readonly string[] =>
  problems.map((problem) => {
    const code = problem.code === undefined ? "" : ` ${problem.code}`;
    return `${place(problem)} ${problem.severity} ${problem.source}${code}: ${problem.message.split("\n")[0]}`;
  });
