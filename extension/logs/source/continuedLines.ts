import { ocamlTokens, type Token } from "../../ocaml/lexer.ts";
import { formatMatcher, type FormatMatcher } from "../../ocaml/logs/formatMatcher.ts";
import { logCalls } from "../../ocaml/logs/logCalls.ts";
import type { ContinuesMessage } from "../console/openRecord.ts";
import { matchCallSites } from "./matchCallSites.ts";

const printers = new Set([
  "print_endline",
  "prerr_endline",
  "print_string",
  "prerr_string",
  "printf",
  "eprintf",
  "printl",
  "eprintl",
  "pr",
  "epr",
]);
/** Printers of plain strings; the others take a format. */
const plainPrinters = /_(?:endline|string)$|l$/;
/** With more print calls than this, lines are no longer compared with all of them. */
const maxFormats = 500;

/**
 * Decides which lines continue a message, from the sources of a unikernel. A line that one of its print calls
 * prints does not continue a message, and neither does a line below a message that matches whole calls of
 * `Logs`, none of which can log the line too. `undefined` for messages of libraries.
 */
export function createMessageLines(texts: readonly string[]): ContinuesMessage {
  const calls = texts.flatMap((text) => logCalls(text));
  const printed = new Set<string>();
  const formats: FormatMatcher[] = [];
  for (const text of texts) addPrintedLines(text, printed, formats);

  return (record, line) => {
    if (printed.has(line) || formats.some(({ matches }) => matches(line))) return false;
    // Without further lines: a match of the beginning alone does not say where the message ends.
    const sites = matchCallSites(record, calls);
    const body = [record.message.slice(record.prefixLength), ...record.more].join("\n");
    const whole = sites.filter(({ matcher }) => matcher.matches(body));
    if (whole.length === 0) return undefined;
    return whole.some(({ matcher }) => matcher.matches(`${body}\n${line}`)) ? undefined : false;
  };
}

/** Finds the lines that calls such as `prerr_endline "…"` and `Printf.printf "…"` print. */
function addPrintedLines(text: string, printed: Set<string>, formats: FormatMatcher[]): void {
  if (!/\b(?:pr(?:int|err)_|e?printf|e?printl|e?pr\b)/.test(text)) return;
  const tokens = ocamlTokens(text);
  tokens.forEach((token, at) => {
    if (token.kind !== "name" || !printers.has(token.text)) return;
    const argument = firstString(tokens, at + 1);
    if (argument === undefined) return;
    for (const line of linesOf(argument, plainPrinters.test(token.text))) {
      if (plainPrinters.test(token.text) || !/[%@]/.test(line)) printed.add(line);
      else {
        const matcher = formatMatcher([line]);
        // `%s\n` alone could print any line.
        if (matcher.literal > 1 && formats.length < maxFormats) formats.push(matcher);
      }
    }
  });
}

/** The literal that follows a function, also after `@@`, `(` or a channel such as `stderr`. */
function firstString(tokens: readonly Token[], from: number): string | undefined {
  for (const token of tokens.slice(from, from + 3)) {
    if (token.kind === "string") return token.text;
    if (token.kind !== "sign" || !"@(".includes(token.text)) return undefined;
  }
  return undefined;
}

/** The lines of a printed text. Format's own line ends count too. */
function linesOf(text: string, isPlain: boolean): readonly string[] {
  const lines = (isPlain ? text : text.replaceAll(/@[.\n]|%!/g, (end) => (end === "%!" ? "" : "\n"))).split(
    "\n",
  );
  return lines.filter((line) => line !== "");
}
