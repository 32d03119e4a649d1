import type { Token } from "../lexer.ts";
import { afterArgument, afterLabels, isItem } from "./logScope.ts";

/** A format string of a call that logs. */
export interface LogFormat {
  /** Literals with their escapes resolved; undefined for text that is not known. */
  readonly pieces: readonly (string | undefined)[];
  /** Offset of its end. */
  readonly end: number;
  /** Whether the call has a header, or may have one. */
  readonly hasHeader: boolean;
}

/** Number of tokens after `fun m ->` in which its format is searched if no bracket ends it. */
const reach = 400;
/** Words that begin an item of a structure: the function before it has ended. */
const items = new Set(["let", "module", "open", "type", "exception", "external", "val", "class", "include"]);

/**
 * The formats of the function `(fun m -> … m "…" …)`, `@@ fun m -> …` or `begin fun m -> … end` that starts at
 * a token: one for each branch that logs, none if there is no such function.
 */
export function logFormats(tokens: readonly Token[], from: number): LogFormat[] {
  let start = from;
  let enclosed = false;
  for (; start < from + 6; start++) {
    const text = tokens[start]?.text ?? "";
    if (text !== "@" && text !== "(" && text !== "begin") break;
    enclosed ||= text !== "@";
  }
  if (tokens[start]?.text !== "fun" && tokens[start]?.text !== "function") return [];
  start++;
  // `fun[@inline never] m ->`, `fun (m : …) ->`
  if (tokens[start]?.text === "[") start = afterArgument(tokens, start);
  const typed = tokens[start]?.text === "(";
  const binder = tokens[typed ? start + 1 : start];
  if (binder?.kind !== "name") return [];
  const body = typed ? afterArgument(tokens, start) : start + 1;
  return formatsOf(tokens, body, binder.text, enclosed);
}

function formatsOf(tokens: readonly Token[], from: number, binder: string, enclosed: boolean): LogFormat[] {
  const formats: LogFormat[] = [];
  const until = Math.min(tokens.length, from + reach);
  const ends = bodyEnd(tokens, enclosed);
  for (let at = from; at < until && !ends(at); at++) {
    const token = tokens[at]!;
    if (token.kind !== "name" || token.text !== binder) continue;
    const last = tokens[at - 1]?.text ?? "";
    if (last !== "" && ".~?#".includes(last)) continue;
    // Another function with this parameter: the one before it is not closed yet.
    if (last === "fun" || last === "function") break;
    formats.push(...formatsAt(tokens, at + 1));
  }
  return formats;
}

/** Returns a function that takes the tokens in order and says whether the body ends before the token. */
function bodyEnd(tokens: readonly Token[], enclosed: boolean): (at: number) => boolean {
  let depth = 0;
  let lets = 0;
  let ifs = 0;
  let cases = 0;
  return (at) => {
    const { text, kind } = tokens[at]!;
    const last = tokens[at - 1]?.text;
    if (kind === "sign" && "([{".includes(text)) depth++;
    if (kind === "sign" && ")]}".includes(text)) return --depth < 0;
    if (kind === "string" || depth > 0) return false;
    if (text === "end") return cases === 0;
    if (items.has(text) && isItem(tokens, at)) return true;
    if (text === "let") lets++;
    if (text === "in" && --lets < 0) return true;
    if (enclosed) return false;
    if (text === ";") return true;
    if (text === "if") ifs++;
    if (text === "else" && --ifs < 0) return true;
    if (text === "match" || text === "function" || text === "try") cases++;
    const isOr = last === "|" || tokens[at + 1]?.text === "|";
    return (text === "|" && cases === 0 && !isOr) || text === "done" || (text === "fun" && last === "@");
  };
}

/** The formats after `m` and its labels: a literal, or `"…" ^^ "…" ^^ name` in brackets, or a choice of these. */
function formatsAt(tokens: readonly Token[], from: number): LogFormat[] {
  const at = afterLabels(tokens, from);
  const token = tokens[at];
  const hasHeader = tokens
    .slice(from, at)
    .some(({ text }, index) => text === "header" && "~?".includes(tokens[from + index - 1]?.text ?? " "));
  if (token?.kind === "string") return [{ pieces: [token.text], end: token.end, hasHeader }];
  return token?.text === "(" ? inBrackets(tokens, at).map((format) => ({ ...format, hasHeader })) : [];
}

/** The formats of an expression in brackets, one for each branch of `if` or `match`. */
function inBrackets(tokens: readonly Token[], opening: number): Omit<LogFormat, "hasHeader">[] {
  const closing = afterArgument(tokens, opening) - 1;
  if (tokens[closing]?.text !== ")") return [];
  const formats: Omit<LogFormat, "hasHeader">[] = [];
  let pieces: (string | undefined)[] = [];
  let end = 0;
  /** Whether the token is in the condition of `if`, or between `match` and `->`. */
  let isCondition = false;
  const finish = () => {
    if (!isCondition && pieces.some((piece) => piece !== undefined)) formats.push({ pieces, end });
    pieces = [];
  };
  const unknown = () => {
    if (pieces.length === 0 || pieces.at(-1) !== undefined) pieces.push(undefined);
  };
  let at = opening + 1;
  while (at < closing) {
    const token = tokens[at]!;
    const next = token.text === "(" || token.kind === "name" ? afterArgument(tokens, at) : at + 1;
    if (token.kind === "string") pieces.push(token.text);
    else if (["if", "match", "function"].includes(token.text)) {
      finish();
      isCondition = true;
    } else if (token.text === "then" || (token.text === ">" && tokens[at - 1]?.text === "-")) {
      pieces = [];
      isCondition = false;
    } else if (token.text === "else") finish();
    else if (token.text === "|") {
      finish();
      isCondition = true;
    } else if (token.text === ":") break;
    else if (token.kind === "name" || token.text === "(") unknown();
    if (token.kind === "string" || token.kind === "name" || token.text === "(") end = tokens[next - 1]!.end;
    at = Math.max(next, at + 1);
  }
  finish();
  return formats;
}
