import { basename } from "node:path";
import type { ResolvePath } from "./location.ts";
import { headerCode, type RelatedLocation } from "./outputProblem.ts";

/** The name before a message of make: `make`, `gmake`, `mingw32-make`, `/usr/bin/make`, `make.exe`. */
export const makeName = String.raw`(?:\S*[-/\\])?g?make(?:\.exe)?`;

/** Lines that start a message without a location, and lines that only end the previous message. */
const openings: readonly {
  readonly pattern: RegExp;
  readonly kind: "configure" | "opam-monorepo" | "dune" | "run" | "end";
  readonly code?: string;
}[] = [
  // functoria prints a command that failed, over several lines.
  { pattern: /^run \[/, kind: "run" },
  // cmdliner: `mirage: unknown option '--nope'`, after a usage line.
  { pattern: /^mirage: (?=\S)/, kind: "configure" },
  // functoria's check of the version header.
  {
    pattern:
      /^(?=Version mismatch: |Unknown first line, must be |Bad comment, multiple |only digits and \. allowed in version|couldn't extract version )/,
    kind: "configure",
    code: headerCode,
  },
  { pattern: /^(?=configuration file .* missing$)/, kind: "configure" },
  {
    pattern: /^(?=UDPv4v6 socket not supported |\S.* not supported on non-UNIX targets\.$)/,
    kind: "configure",
  },
  // config.exe itself failed, for example because of a block device on muen.
  { pattern: /^Fatal error: exception /, kind: "configure" },
  { pattern: /^opam-monorepo: \[ERROR\] /, kind: "opam-monorepo" },
  { pattern: /^(?=Internal error! Please report to \S*dune)/, kind: "dune" },
  // Other lines between messages, which are on stdout while the messages are on stderr.
  { pattern: new RegExp(String.raw`^${makeName}(?:\[\d+\])?: `), kind: "end" },
  {
    pattern: /^(?: ?↳ |Done: +\d|Scanned \d+|dune |Your unikernel binary |Execute the binary )/,
    kind: "end",
  },
  {
    pattern:
      /^(?:adding unit argument |Successfully |Usage: |Context: |\[(?:NOTE|WARNING|ERROR)\] |==> |Leaving directory|Entering directory)/,
    kind: "end",
  },
];

/** With `--display short` or the equivalent setting, dune prints each command: `  ocamlc x.{cmi,cmo} [solo5] (exit 2)`. */
export const commandEcho = /^ *[\w.-]*ocaml\w* .*(?:\{[\w,]+\}|\.exe)(?: \[\w+\])?(?: \(exit \d+\))?$/;

/** The context of dune's next message, dune's progress, and the make that started dune. */
const outsideRules = new RegExp(
  String.raw`^(?:Context: \S+$|Done: +\d+% \(|` +
    String.raw`${makeName}: \*\*\* \[(?:\S*Makefile:(?:\d+: )?)?(?:build|all|depends?|lock|pull|install-switch|clean)\] )`,
);

/**
 * Whether a line ends the output of a program in a rule of dune. Every other line belongs to that output, whatever it
 * looks like: a make in a rule prints `make[1]: …` with its level, and its compilers' commands are not indented.
 */
export function endsProgramOutput(text: string): boolean {
  return outsideRules.test(text) || (/^ |[\])]$/.test(text) && commandEcho.test(text));
}

/** Returns the kind of message that a line starts, the text after the prefix, and the code of the problem if it has one. */
export function openingOf(text: string) {
  if (commandEcho.test(text)) return { kind: "end" as const, text };
  for (const { pattern, kind, code } of openings) {
    const match = pattern.exec(text);
    if (match) return { kind, text: text.slice(match[0].length), code };
  }
  return undefined;
}

// `Error:`, `Warning 26 [unused-var]:`, `Warning 26:` (before OCaml 4.12), `Alert deprecated:`,
// `Error (warning 26 [unused-var]):`, `Error (alert deprecated):`.
const severityLine =
  /^(Error|Warning|Alert)(?: ([\w-]+)(?: \[([\w-]+)\])?)?(?: \((?:warning|alert) ([\w-]+)(?: \[([\w-]+)\])?\))?:(?: (.*))?$/;

/** Parses the first line of a message of dune or a compiler into severity, code and text. */
export function parseSeverity(line: string) {
  const match = severityLine.exec(line);
  if (!match) return undefined;
  const [, kind, number, name, errorNumber, errorName, text = ""] = match;
  const code = name ?? errorName ?? number ?? errorNumber;
  return { severity: kind === "Error" ? ("error" as const) : ("warning" as const), code, text };
}

/** Returns the source of a message about this file. dune names the project's folder `.`. */
export function messageSource(file: string): "ocaml" | "dune" {
  return file === "." || /^dune(?:[.-]|$)|\.opam$/.test(basename(file)) ? "dune" : "ocaml";
}

/** Recognizes the report of a failure in the output of a program. */
const failurePattern =
  /\berror\b|undefined reference|\*\*\* |No such file|not found|Command (?:exited|got signal)|exception/i;

/** Puts the line with the error first, because linkers print several lines with its location before it. */
export function headlineFirst(text: string): string {
  const lines = text.split("\n");
  const headline = lines.find((line) => failurePattern.test(line));
  if (headline === undefined || headline === lines[0]) return text;
  return `${headline.replace(/^.*(?=undefined reference)/, "").trim()}\n${text}`;
}

/**
 * Returns the severity of an action's output, or undefined if it reports no problem: dune also shows what a code
 * generator prints.
 */
export function severityOfOutput(text: string): "error" | "warning" | undefined {
  if (failurePattern.test(text)) return "error";
  return /\bwarning\b/i.test(text) ? "warning" : undefined;
}

const locationLimit = 20;

/** Finds the locations in messages of C compilers and linkers: `FILE:LINE:COLUMN: …`, `FILE:LINE:(.text+0xd): …`. */
export function locationsIn(text: string, resolvePath: ResolvePath): RelatedLocation[] {
  const locations: RelatedLocation[] = [];
  for (const line of text.split("\n")) {
    const match = /^([^\s:][^:]*):(\d+):(?:(\d+):|\([^)]*\):) ?(.+)$/.exec(line);
    // Skip a bare file name: it is relative to a folder that the output does not name.
    if (!match?.[1]?.includes("/") || locations.length >= locationLimit) continue;
    const startLine = Math.max(0, Math.min(Number(match[2]), 0x7fffffff) - 1);
    const column = Math.max(0, Math.min(Number(match[3] ?? 1), 0x7fffffff) - 1);
    const range = { startLine, startColumn: column, endLine: startLine, endColumn: column };
    locations.push({ file: resolvePath(match[1]), range, message: match[4] ?? "" });
  }
  return locations;
}
