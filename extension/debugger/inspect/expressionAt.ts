import { ocamlTokens, type Token } from "../../ocaml/lexer.ts";
import { isValueName } from "./inlineNames.ts";

/**
 * The path that ends with the name at a place of a line, such as `request.headers` or `items.(3).name`, for a hover.
 * `column` and the result count from 0 in UTF-16 units; `end` is exclusive. Undefined if there is no name of a value or
 * field, or if its path starts with a module or a call.
 */
export function expressionAt(
  line: string,
  column: number,
): { readonly start: number; readonly end: number } | undefined {
  const tokens = ocamlTokens(line);
  let at = tokens.findIndex(({ kind, start, end }) => kind === "name" && start <= column && column <= end);
  const end = tokens[at]?.end;
  if (end === undefined) return undefined;
  while (tokens[at - 1]?.text === ".") {
    const isItem = tokens[at - 2]?.text === ")";
    at = isItem ? openedBy(tokens, at - 2) : at - 2;
    // `.(3)` follows a name with another dot.
    if (isItem && tokens[at - 1]?.text === ".") at -= 2;
    if (tokens[at]?.kind !== "name") return undefined;
  }
  const first = tokens[at];
  return first && isValueName(first, tokens[at - 1], tokens[at + 1])
    ? { start: first.start, end }
    : undefined;
}

/** The index of the bracket that a closing one belongs to; -1 if it is on another line. */
function openedBy(tokens: readonly Token[], closing: number): number {
  let depth = 0;
  for (let at = closing; at >= 0; at--) {
    if (tokens[at]?.text === ")") depth++;
    if (tokens[at]?.text === "(" && --depth === 0) return at;
  }
  return -1;
}
