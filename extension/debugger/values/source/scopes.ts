import type { BracketedTokens } from "../../../ocaml/brackets.ts";

/** Where the `let`s of a text end. All numbers are indices of tokens. */
export interface LetScopes {
  /** The `in` of a `let`, or undefined if it is an item of a module. */
  readonly inOf: ReadonlyMap<number, number>;
  /** The `let` to which an `and` belongs. */
  readonly letOf: ReadonlyMap<number, number>;
  /** The token that closes the innermost bracket around a `let`; the number of tokens if there is none. */
  readonly closeOf: ReadonlyMap<number, number>;
  /** The `let` in whose binding a `let` is, without brackets around it. */
  readonly outerOf: ReadonlyMap<number, number>;
}

/** Matches each `let` with its `in` and its `and`s, in one pass. */
export function letScopes(brackets: BracketedTokens): LetScopes {
  const { tokens, is, closing } = brackets;
  const inOf = new Map<number, number>();
  const letOf = new Map<number, number>();
  const closeOf = new Map<number, number>();
  const outerOf = new Map<number, number>();
  const stack: number[] = [];
  const open: { readonly close: number; readonly level: number }[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const inner = open.at(-1);
    if (inner?.close === at) {
      stack.length = inner.level;
      open.pop();
    }
    const close = closing(at);
    if (close !== undefined && close > at) open.push({ close, level: stack.length });
    const floor = open.at(-1)?.level ?? 0;
    if (is(at, "let")) {
      const outer = stack.length > floor ? stack.at(-1) : undefined;
      if (outer !== undefined) outerOf.set(at, outer);
      stack.push(at);
      closeOf.set(at, open.at(-1)?.close ?? tokens.length);
    } else if (is(at, "in") && stack.length > floor) {
      const opener = stack.pop();
      if (opener !== undefined) inOf.set(opener, at);
    } else if (is(at, "and") && stack.length > floor) {
      const opener = stack.at(-1);
      if (opener !== undefined) letOf.set(at, opener);
    }
  }
  return { inOf, letOf, closeOf, outerOf };
}

const itemWords: ReadonlySet<string> = new Set([
  "module",
  "type",
  "open",
  "exception",
  "include",
  "external",
  "class",
]);

/** Index of the token after the body of a binding that starts at `start`, a `let` or `and`. */
export function bindingEnd(brackets: BracketedTokens, scopes: LetScopes, start: number): number {
  const { tokens, is } = brackets;
  const opener = is(start, "and") ? scopes.letOf.get(start) : start;
  const limit = (opener === undefined ? undefined : scopes.closeOf.get(opener)) ?? tokens.length;
  const own = opener === undefined ? undefined : scopes.inOf.get(opener);
  for (let at = start + 1; at < limit; at = brackets.after(at)) {
    if (at === own) return at;
    if (is(at, "and") && scopes.letOf.get(at) === opener && opener !== undefined) return at;
    if (is(at, "let") && !scopes.inOf.has(at)) return at;
    const isItem = itemWords.has(tokens[at]?.text ?? "") && tokens[at]?.kind === "name";
    // `let exception E in`, `let f : type a. …` and `| exception E ->`.
    const isPart = ["let", ":", "|", "with"].some((before) => is(at - 1, before));
    if (isItem && !isPart && at > start + 1) return at;
    if (is(at, ";") && is(at + 1, ";")) return at;
  }
  return limit;
}

/** First and last line of what is after the `in` of a `let`, before the token `to`. Undefined for an item. */
export function linesOfBody(
  { tokens }: BracketedTokens,
  scopes: LetScopes,
  start: number,
  to: number,
  lineOf: (offset: number) => number,
): readonly [first: number, last: number] | undefined {
  const opening = tokens[scopes.inOf.get(start) ?? -1];
  const outer = scopes.outerOf.get(start);
  const outerEnd = outer === undefined ? undefined : scopes.inOf.get(outer);
  const last = tokens[Math.min(scopes.closeOf.get(start) ?? to, outerEnd ?? to, to) - 1];
  return opening && last && [lineOf(opening.start), lineOf(last.end)];
}

/** Index of the token that ends what begins at `at` at the latest: a closing bracket, an `in`, or the end of a binding. */
export function enclosingEnd(brackets: BracketedTokens, scopes: LetScopes, at: number): number {
  const { tokens, is, closing } = brackets;
  for (let each = at - 1; each >= 0; each--) {
    const close = closing(each);
    if (close !== undefined && close > at) return close;
    if (!is(each, "let")) continue;
    const end = scopes.inOf.get(each) ?? bindingEnd(brackets, scopes, each);
    if (end > at) return end;
  }
  return tokens.length;
}

/**
 * Indices of the tokens in a range that may bind a name in a pattern. Contains more than patterns, so that a name that
 * is not in it is certainly not bound there.
 */
export function boundNames(
  { tokens, is, closing }: BracketedTokens,
  from: number,
  to: number,
): readonly number[] {
  const found: number[] = [];
  const collect = (start: number, ends: (at: number) => boolean): void => {
    let close = -1;
    for (let at = start; at < to; at++) {
      if (at > close && ends(at)) return;
      close = Math.max(close, closing(at) ?? -1);
      if (tokens[at]?.kind === "name") found.push(at);
    }
  };
  const arrow = (at: number) => is(at, "-") && is(at + 1, ">");
  const equals = (at: number) => is(at, "=");
  for (let at = from; at < to; at++) {
    const previous = tokens[at - 1];
    const joined =
      previous !== undefined && previous.end === tokens[at]?.start && /^[|[<]$/.test(previous.text);
    if (is(at, "let") || is(at, "and") || is(at, "for")) collect(at + 1, equals);
    else if (is(at, "fun")) collect(at + 1, arrow);
    else if (is(at, "function") || is(at, "with"))
      collect(at + 1, (end) => arrow(end) || is(end, "when") || equals(end));
    else if (is(at, "|") && !joined && !/^[|>\]]$/.test(adjacent(tokens, at))) {
      collect(at + 1, (end) => arrow(end) || is(end, "when") || is(end, ";"));
    } else if (is(at, "as")) found.push(at + 1);
  }
  return found;
}

/** The text of the next token if nothing is between it and this one. */
function adjacent(tokens: BracketedTokens["tokens"], at: number): string {
  const [token, next] = [tokens[at], tokens[at + 1]];
  return token && next?.start === token.end ? next.text : "";
}
