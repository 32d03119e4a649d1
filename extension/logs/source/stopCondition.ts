import { formatValues, type FormatValue } from "../../ocaml/logs/formatValues.ts";
import type { Level } from "../../ocaml/logs/levels.ts";
import type { LogCall } from "../../ocaml/logs/logCalls.ts";
import { afterArgument, afterLabels, pathAt } from "../../ocaml/logs/logScope.ts";
import { lineStarts } from "../../ocaml/sourceRange.ts";
import { ocamlTokens, type Token } from "../../ocaml/lexer.ts";
import type { LogRecord } from "../model.ts";

/**
 * The condition for a breakpoint at a call that logs, so that it stops only when the call logs the text of a record
 * again, for example `path = "/item/2" && count = 3`. It compares the arguments that are names or fields with what the
 * record says about them, and a level that the program computes with the record's level. `text` is that of the file
 * with the call. Returns `undefined` if the call has no such argument.
 */
export function stopCondition(
  text: string,
  { range, format, level }: Pick<LogCall, "range" | "format" | "level">,
  record: LogRecord,
): string | undefined {
  const tokens = ocamlTokens(text);
  const starts = lineStarts(text);
  const offset = (line: number, column: number) => (starts[line] ?? text.length) + column;
  const [start, end] = [offset(range.startLine, range.startColumn), offset(range.endLine, range.endColumn)];
  const from = tokens.findIndex((token) => token.start >= start);
  const after = tokens.findIndex((token) => token.start >= end);
  if (from < 0 || after < 0) return undefined;
  const message = [record.message.slice(record.prefixLength), ...record.more].join("\n").trimEnd();
  const tests = [
    level === undefined ? levelTest(tokens, from, after, record.level) : undefined,
    ...argumentTests(tokens, after, formatValues(format, message)),
  ];
  return [...new Set(tests.filter((test) => test !== undefined))].join(" && ") || undefined;
}

/** Tests the arguments after a format, one for each that is a name or a field whose value the message shows. */
function argumentTests(
  tokens: readonly Token[],
  from: number,
  values: readonly FormatValue[],
): (string | undefined)[] {
  const tests: (string | undefined)[] = [];
  let at = from;
  for (const value of values) {
    for (let count = 1; count <= value.parameters; count++) {
      const token = tokens[at];
      // After a sign such as `!` it is not clear where the argument ends.
      if (!token || (token.kind === "sign" && !"([{".includes(token.text))) return tests;
      const end = afterArgument(tokens, at);
      const path = pathAt(tokens, at);
      if (path.end === end && isVariable(path.path)) tests.push(valueTest(path.path, value));
      at = end;
    }
  }
  return tests;
}

/** Tests a level that is an argument of `msg`. */
function levelTest(
  tokens: readonly Token[],
  from: number,
  until: number,
  level: Level | undefined,
): string | undefined {
  const msg = tokens.findIndex(({ text }, at) => at >= from && at < until && text === "msg");
  if (msg < 0 || level === undefined) return undefined;
  const { path } = pathAt(tokens, afterLabels(tokens, msg + 1));
  return isVariable(path) ? `${path} = ${level[0]?.toUpperCase()}${level.slice(1)}` : undefined;
}

const isVariable = (path: string) => /^[\p{Ll}_][\p{L}\p{N}_']*(?:\.[\p{Ll}_][\p{L}\p{N}_']*)*$/u.test(path);

function valueTest(path: string, { conversion, text }: FormatValue): string | undefined {
  if (text === undefined) return undefined;
  switch (conversion) {
    case "d":
    case "i":
      return `${path} = ${text.replace(/^\+/, "")}`;
    case "b":
    case "B":
      return `${path} = ${text}`;
    case "s":
      // Consoles may have changed other characters.
      return /^[^\p{C}]*$/u.test(text) ? `${path} = "${text.replace(/["\\]/g, String.raw`\$&`)}"` : undefined;
    case "S":
      return /^"[^\p{C}"\\]*"$/u.test(text) ? `${path} = ${text}` : undefined;
    default:
      return undefined;
  }
}
