import { ocamlTokens, type Token } from "./lexer.ts";

/** A part of a text: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Whether a span contains another one. */
export const spanContains = (outer: Span, inner: Span): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

/** The span with the rest of its line, if only blanks follow, so that no empty line is left. */
export function withLineEnd(text: string, { start, end }: Span): Span {
  const rest = /[ \t]*(?:\r?\n)?/y;
  rest.lastIndex = end;
  return { start, end: end + (rest.exec(text)?.[0].length ?? 0) };
}

/** The tokens of an OCaml text with the partner of every bracket, so that a reader can skip what it does not understand. */
export interface BracketedTokens {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Whether the token is this word or sign, and not a string with this value. */
  readonly is: (at: number, text: string) => boolean;
  /** Index of the closing partner of `(`, `[`, `{`, `struct`, `sig`, `begin` and `object`; undefined if nothing closes it. */
  readonly closing: (at: number) => number | undefined;
  /** Index of the token after the content of the bracket: its partner, or the item that ends a bracket left open. */
  readonly end: (at: number) => number;
  /** Index of the token after the bracket that opens here, or after this token. Never before `at + 1`. */
  readonly after: (at: number) => number;
}

/** A bracket that is open: the index of its token, and whether its first item is indented. */
interface Open {
  readonly at: number;
  readonly word: string;
  indented: boolean | undefined;
}

const openers: ReadonlySet<string> = new Set(["(", "[", "{", "struct", "sig", "begin", "object"]);
const closers: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
/** The words that begin an item of a module. */
export const itemWords: ReadonlySet<string> = new Set([
  "module",
  "let",
  "open",
  "type",
  "include",
  "exception",
  "external",
]);

/**
 * Matches the brackets of OCaml text, also of text that is being typed: an `end` closes what is open
 * inside its `struct`, and a top-level item at the beginning of a line closes the brackets that were left
 * open before it. The time is linear in the length of the text.
 */
export function readBrackets(text: string): BracketedTokens {
  const tokens = ocamlTokens(text);
  /** Keyed by token: the index of the partner, or of the item before which it was left open; 0 if there is none. */
  const partner = new Int32Array(tokens.length);
  const abandoned = new Int32Array(tokens.length);
  const words = tokens.map((token) => (token.kind === "string" ? "" : token.text));
  const open: Open[] = [];
  const outermost = (at: number) => {
    const before = text[(tokens[at]?.start ?? 0) - 1];
    return before === undefined || before === "\n" || before === "\r";
  };

  for (let at = 0; at < tokens.length; at++) {
    const here = words[at] ?? "";
    const top = open.at(-1);
    if (itemWords.has(here)) {
      const flush = outermost(at);
      if (top) top.indented ??= !flush;
      if (flush) for (const left of abandon(open)) abandoned[left] = at;
    } else if (openers.has(here)) {
      open.push({ at, word: here, indented: undefined });
    } else if (here === "end") {
      const from = open.findLastIndex((each) => each.word.length > 1);
      const opener = from < 0 ? undefined : open[from];
      if (opener) {
        partner[opener.at] = at;
        open.length = from;
      }
    } else if (closers[here] !== undefined && top?.word === closers[here]) {
      partner[top.at] = at;
      open.pop();
    }
  }
  return {
    text,
    tokens,
    is: (at, expected) => words[at] === expected,
    closing: (at) => partner[at] || undefined,
    end: (at) => partner[at] || abandoned[at] || tokens.length,
    after: (at) => (partner[at] || at) + 1,
  };
}

/** Removes the brackets that cannot continue at a top-level item, and returns the indices of their openers. */
function abandon(open: Open[]): number[] {
  const kept = open.findLastIndex((each) => !isAbandoned(each)) + 1;
  return open.splice(kept).map(({ at }) => at);
}

/** A bracket cannot continue at a top-level item; a `struct` can, unless its own items are indented. */
function isAbandoned(top: Open): boolean {
  return top.word.length === 1 || ((top.word === "struct" || top.word === "sig") && top.indented === true);
}

/** Index after a simple pattern, or after a tuple of them without brackets. */
export function patternEnd({ is, after }: BracketedTokens, from: number): number {
  let at = after(from);
  while (is(at, ",")) at = after(at + 1);
  return at;
}

/**
 * Indices of the names that a pattern binds: one for each part of a tuple, a single one for other patterns.
 * Undefined for a part that is not a plain name, with or without a type.
 */
export function patternNames(
  { tokens, is, after }: BracketedTokens,
  from: number,
  to: number,
): (number | undefined)[] {
  const bracketed = is(from, "(") && after(from) === to;
  const [begin, end] = bracketed ? [from + 1, to - 1] : [from, to];
  const names: (number | undefined)[] = [];
  for (let at = begin; at < end; at = after(at)) {
    if (at > begin && !is(at - 1, ",")) continue;
    const nameAt = is(at, "(") ? at + 1 : at;
    const closed = nameAt === at || is(nameAt + 1, ":") || is(nameAt + 1, ")");
    names.push(tokens[nameAt]?.kind === "name" && closed ? nameAt : undefined);
  }
  return names;
}

/** Whether the text ends inside a comment or a string literal, as while one is being typed. */
export function endsUnclosed(text: string, tokens: readonly Token[]): boolean {
  const rest = text.slice(tokens.at(-1)?.start ?? 0);
  // An unclosed literal or comment swallows whatever follows.
  const last = ocamlTokens(`${rest};`).at(-1);
  return last?.kind !== "sign" || last.text !== ";";
}

/** The text with every run of white space replaced by one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
