import type { BracketedTokens } from "./brackets.ts";
import type { Parameter } from "./ast.ts";

/** Words that cannot begin an argument of a call. */
const keywords: ReadonlySet<string> = new Set(
  "in let and then else with of do done match if fun function end open include module type exception external when as to downto try rec val while for mod or".split(
    " ",
  ),
);
const itemWords: ReadonlySet<string> = new Set([
  "open",
  "include",
  "module",
  "type",
  "exception",
  "external",
  "val",
]);

const item = (brackets: BracketedTokens, at: number) =>
  brackets.tokens[at]?.kind === "name" && itemWords.has(brackets.tokens[at]?.text ?? "");

/** Whether an item of the file, or the `let` of an expression, begins at the token. */
export function startsItem(brackets: BracketedTokens, at: number): boolean {
  return brackets.is(at, "let") || item(brackets, at);
}

/** Reads a parameter of a function. `end` is the index of the token after it. */
export function readParameter(
  { tokens, is, after }: BracketedTokens,
  from: number,
): Parameter & { readonly end: number } {
  const labelled = is(from, "~") || is(from, "?");
  const at = labelled ? from + 1 : from;
  const nameAt = is(at, "(") ? at + 1 : at;
  const name = tokens[nameAt]?.kind === "name" ? tokens[nameAt]?.text : undefined;
  if (!labelled) return { name, label: undefined, end: after(at) };
  if (is(at + 1, ":")) {
    const inner = is(at + 2, "(") ? at + 3 : at + 2;
    return { name: tokens[inner]?.text, label: name, end: after(at + 2) };
  }
  return { name, label: name, end: after(at) };
}

/** The operator at a token and its number of signs; `|`, `->`, `:` and `=` alone are not operators. */
export function operatorAt(
  { tokens }: BracketedTokens,
  at: number,
): { readonly text: string; readonly width: number } | undefined {
  let text = "";
  let width = 0;
  while (tokens[at + width]?.kind === "sign" && "$@|>=<^+-*/&:%".includes(tokens[at + width]?.text ?? " ")) {
    if (width > 0 && tokens[at + width]?.start !== tokens[at + width - 1]?.end) break;
    text += tokens[at + width]?.text ?? "";
    width++;
  }
  return text === "" || ["|", "->", ":", "=", "|]"].includes(text) ? undefined : { text, width };
}

/** Whether a simple expression, which can be an argument, begins at the token. */
export function startsSimpleExpression({ tokens }: BracketedTokens, at: number): boolean {
  const token = tokens[at];
  if (!token) return false;
  if (token.kind === "name") return !keywords.has(token.text) || token.text === "begin";
  // The lexer returns a number of one digit as a sign.
  return token.kind !== "sign" || /[([{!`\d]/.test(token.text);
}
