import { basename } from "node:path";
import type { SourceRange } from "../project/config.ts";
import type { ResolvePath } from "./location.ts";

/** Another place that a message names. */
export interface RelatedPlace {
  readonly file: string;
  readonly range: SourceRange;
  readonly message: string;
}

/** Lines that begin a message without a place, and lines that only end the one before. */
const openings: readonly { readonly pattern: RegExp; readonly kind: "mirage" | "dune" | "run" | "end" }[] = [
  // functoria prints the command it ran, over several lines, when that failed.
  { pattern: /^run \[/, kind: "run" },
  // cmdliner: `mirage: unknown option '--nope'`, after a usage line.
  { pattern: /^mirage: (?=\S)/, kind: "mirage" },
  // functoria's check of the version header.
  {
    pattern:
      /^(?=Version mismatch: |Unknown first line, must be |Bad comment, multiple |only digits and \. allowed in version|couldn't extract version )/,
    kind: "mirage",
  },
  { pattern: /^(?=configuration file .* missing$)/, kind: "mirage" },
  { pattern: /^(?=UDPv4v6 socket not supported |\S.* not supported on non-UNIX targets\.$)/, kind: "mirage" },
  // config.exe itself died, for example for a block device on muen.
  { pattern: /^Fatal error: exception /, kind: "mirage" },
  { pattern: /^opam-monorepo: \[ERROR\] /, kind: "mirage" },
  { pattern: /^(?=Internal error! Please report to \S*dune)/, kind: "dune" },
  // What else is printed between messages, on stdout while they are on stderr.
  {
    pattern:
      /^(?:g?make(?:\[\d+\])?: | ?↳ |Done: +\d|Scanned \d+|dune |Your unikernel binary |Execute the binary )/,
    kind: "end",
  },
  {
    pattern:
      /^(?:adding unit argument |Successfully |Usage: |Context: |\[(?:NOTE|WARNING|ERROR)\] |==> |Leaving directory|Entering directory)/,
    kind: "end",
  },
];

/** With `--display short` (or so configured) dune names each command: `  ocamlc x.{cmi,cmo} [solo5] (exit 2)`. */
export const commandEcho = /^ *[\w.-]*ocaml\w* .*(?:\{[\w,]+\}|\.exe)(?: \[\w+\])?(?: \(exit \d+\))?$/;

/** What kind of message a line begins, and its text without the introduction. */
export function openingOf(text: string) {
  if (commandEcho.test(text)) return { kind: "end" as const, text };
  for (const { pattern, kind } of openings) {
    const match = pattern.exec(text);
    if (match) return { kind, text: text.slice(match[0].length) };
  }
  return undefined;
}

// `Error:`, `Warning 26 [unused-var]:`, `Warning 26:` (before OCaml 4.12), `Alert deprecated:`,
// `Error (warning 26 [unused-var]):`, `Error (alert deprecated):`.
const severityLine =
  /^(Error|Warning|Alert)(?: ([\w-]+)(?: \[([\w-]+)\])?)?(?: \((?:warning|alert) ([\w-]+)(?: \[([\w-]+)\])?\))?:(?: (.*))?$/;

/** The first line of a message of dune or a compiler: how bad it is, its code, its first words. */
export function parseSeverity(line: string) {
  const match = severityLine.exec(line);
  if (!match) return undefined;
  const [, kind, number, name, errorNumber, errorName, text = ""] = match;
  const code = name ?? errorName ?? number ?? errorNumber;
  return { severity: kind === "Error" ? ("error" as const) : ("warning" as const), code, text };
}

/** Whose message it is, by the file it is about; dune names the project's folder as `.`. */
export function sourceOf(file: string): "ocaml" | "dune" {
  return file === "." || /^dune(?:[.-]|$)|\.opam$/.test(basename(file)) ? "dune" : "ocaml";
}

/** What in the output of a program makes it the report of a failure. */
const failureWords =
  /\berror\b|undefined reference|\*\*\* |No such file|not found|Command (?:exited|got signal)|exception/i;

/** Linkers tell the place in several lines before they say what is wrong with it. */
export function headlineFirst(text: string): string {
  const lines = text.split("\n");
  const headline = lines.find((line) => failureWords.test(line));
  if (headline === undefined || headline === lines[0]) return text;
  return `${headline.replace(/^.*(?=undefined reference)/, "").trim()}\n${text}`;
}

/** What dune shows of an action may be no complaint at all: a code generator that tells what it does. */
export function severityOfOutput(text: string): "error" | "warning" | undefined {
  if (failureWords.test(text)) return "error";
  return /\bwarning\b/i.test(text) ? "warning" : undefined;
}

const placeLimit = 20;

/** Places that C compilers and linkers name: `FILE:LINE:COLUMN: …`, `FILE:LINE:(.text+0xd): …`. */
export function placesIn(text: string, resolvePath: ResolvePath): RelatedPlace[] {
  const places: RelatedPlace[] = [];
  for (const line of text.split("\n")) {
    const match = /^([^\s:][^:]*):(\d+):(?:(\d+):|\([^)]*\):) ?(.+)$/.exec(line);
    // A bare file name is relative to a folder that the output does not name.
    if (!match?.[1]?.includes("/") || places.length >= placeLimit) continue;
    const startLine = Math.max(0, Math.min(Number(match[2]), 0x7fffffff) - 1);
    const column = Math.max(0, Math.min(Number(match[3] ?? 1), 0x7fffffff) - 1);
    const range = { startLine, startColumn: column, endLine: startLine, endColumn: column };
    places.push({ file: resolvePath(match[1]), range, message: match[4] ?? "" });
  }
  return places;
}

/** Of opam-monorepo's report of its solver only the packages with a problem: the rest is very long. */
export function shortenSolverReport(message: string): string {
  if (!message.startsWith("Can't find all required versions")) return message;
  const [first = "", ...blocks] = message.split(/\n(?=\S)/);
  return [first, ...blocks.filter((block) => /^- \S+ -> \(problem\)/.test(block))].join("\n");
}
