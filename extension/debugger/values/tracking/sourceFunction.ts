import { readBrackets, type BracketedTokens } from "../../../ocaml/brackets.ts";
import { bindingEnd, boundNames, letScopes, type LetScopes } from "./scopes.ts";

/** A parameter of a function, in the order of its registers. */
export interface SourceParameter {
  /** Undefined for a pattern, `()` or an optional parameter with a default. */
  readonly name: string | undefined;
  /** Offset of the name; 0 without one. */
  readonly at: number;
  /** As annotated in the source. */
  readonly type: string | undefined;
  readonly optional: boolean;
}

/** A `let` inside of a function that binds one name. */
export interface SourceBinding {
  readonly name: string;
  /** Offset of the name. */
  readonly at: number;
  /** Offsets of the expression after `=`. */
  readonly start: number;
  readonly end: number;
  readonly type: string | undefined;
  /** First and last line in which the name means this binding; lines count from 1. */
  readonly visible: readonly [first: number, last: number];
}

/** A function as its source defines it. */
export interface SourceFunction {
  /** Offset of its name. */
  readonly at: number;
  readonly line: number;
  readonly parameters: readonly SourceParameter[];
  readonly bindings: readonly SourceBinding[];
  /** First and last line. */
  readonly lines: readonly [first: number, last: number];
  /** Whether every jump to its beginning is a call of itself. */
  readonly tailRecursive: boolean;
  /** The lines at which a name may be bound inside of the function, parameters excluded. */
  readonly boundAt: (name: string) => readonly number[];
}

/** A source file in which functions are looked up. */
export interface SourceText {
  /** The function of this name whose head is at a line; the only one of this name if the line is not known. */
  readonly functionNamed: (name: string, line: number | undefined) => SourceFunction | undefined;
  /** Offset of a line's column in bytes; lines count from 1. */
  readonly offsetAt: (line: number, column: number) => number;
}

/** Reads the functions of an OCaml file. Never throws. */
export function readSourceText(text: string): SourceText {
  const brackets = readBrackets(text);
  const scopes = letScopes(brackets);
  const starts = [0];
  for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
  const lineOf = (offset: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return {
    offsetAt: (line, column) => {
      const start = starts[line - 1] ?? text.length;
      // The compiler counts bytes; a column may be on a later line.
      const rest = Buffer.from(text.slice(start, start + column)).subarray(0, column);
      return start + rest.toString("utf8").length;
    },
    functionNamed: (name, line) => {
      const found = brackets.tokens.flatMap((token, at) => {
        if (token.kind !== "name" || token.text !== name) return [];
        const read = readFunction(brackets, scopes, at, lineOf);
        return read ? [read] : [];
      });
      if (line === undefined) return found.length === 1 ? found[0] : undefined;
      const there = found.filter(({ line: from, headEnd }) => from <= line && line <= headEnd);
      return there.length === 1 ? there[0] : undefined;
    },
  };
}

/** Reads the function whose name is a token; undefined if the token does not define one. */
function readFunction(
  brackets: BracketedTokens,
  scopes: LetScopes,
  nameAt: number,
  lineOf: (offset: number) => number,
): (SourceFunction & { readonly headEnd: number }) | undefined {
  const { tokens, is } = brackets;
  const start = keywordBefore(brackets, nameAt);
  const name = tokens[nameAt];
  const first = start === undefined ? undefined : tokens[start];
  if (start === undefined || !name || !first) return undefined;
  const limit = bindingEnd(brackets, scopes, start);
  const head = readParameters(brackets, nameAt + 1, limit);
  if (!head) return undefined;
  const end = Math.max(limit, head.end);
  const lastLine = lineOf((tokens[end - 1] ?? name).end);
  const bound = Map.groupBy(boundNames(brackets, head.end, end), (at) => tokens[at]?.text ?? "");
  const words = tokens.slice(head.end, end);
  const opener = is(start, "and") ? (scopes.letOf.get(start) ?? start) : start;
  // `let[@inline never] rec`
  const afterKeyword = is(opener + 1, "[") ? brackets.after(opener + 1) : opener + 1;
  return {
    at: name.start,
    line: lineOf(name.start),
    headEnd: lineOf((tokens[head.end] ?? name).start),
    parameters: head.parameters,
    bindings: readBindings(brackets, scopes, head.end, end, lineOf),
    lines: [lineOf(first.start), lastLine],
    tailRecursive:
      is(afterKeyword, "rec") &&
      words.some(({ text }) => text === name.text) &&
      !words.some(({ text }) => text === "while" || text === "for"),
    boundAt: (each) => (bound.get(each) ?? []).map((at) => lineOf(tokens[at]?.start ?? 0)),
  };
}

/** The `let` or `and` before a name that is defined, or undefined. */
function keywordBefore({ is, closing }: BracketedTokens, nameAt: number): number | undefined {
  let at = nameAt - 1;
  if (is(at, "rec")) at--;
  // `let[@inline never] f x`
  while (is(at, "]")) {
    let open = at - 1;
    while (open >= 0 && closing(open) !== at) open--;
    if (open < 0 || !is(open + 1, "@")) return undefined;
    at = open - 1;
  }
  return is(at, "let") || is(at, "and") ? at : undefined;
}

/** Reads parameters up to `=`, and those of a `fun` after it if there are none before. */
function readParameters(
  brackets: BracketedTokens,
  from: number,
  to: number,
): { readonly parameters: readonly SourceParameter[]; readonly end: number } | undefined {
  const { is } = brackets;
  const before = parametersUntil(brackets, from, to, (at) => is(at, "=") || is(at, ":"));
  if (!before) return undefined;
  let end = before.end;
  while (end < to && !is(end, "=")) end = brackets.after(end);
  if (!is(end, "=")) return undefined;
  end++;
  const inside = is(end, "fun")
    ? parametersUntil(brackets, end + 1, to, (at) => is(at, "-") || is(at, ":"))
    : undefined;
  if (before.parameters.length > 0) {
    // A single tuple is passed in several registers.
    const [only] = before.parameters;
    const isTuple = before.parameters.length === 1 && !inside && only?.isTuple;
    return { parameters: isTuple ? [] : before.parameters, end };
  }
  if (!inside) return undefined;
  const [only] = inside.parameters;
  return { parameters: inside.parameters.length === 1 && only?.isTuple ? [] : inside.parameters, end };
}

function parametersUntil(
  brackets: BracketedTokens,
  from: number,
  to: number,
  ends: (at: number) => boolean,
): { readonly parameters: (SourceParameter & { isTuple: boolean })[]; readonly end: number } | undefined {
  const { tokens, is, text } = brackets;
  const parameters: (SourceParameter & { isTuple: boolean })[] = [];
  let at = from;
  for (; at < to && !ends(at); at = brackets.after(at)) {
    const optional = is(at, "?");
    const labelled = optional || is(at, "~");
    if (labelled) at++;
    // `~label:pattern`
    if (labelled && tokens[at]?.kind === "name" && is(at + 1, ":")) at += 2;
    const token = tokens[at];
    if (!token || at >= to) return undefined;
    const unknown = { name: undefined, at: 0, type: undefined, optional, isTuple: false };
    if (token.kind === "name" && token.text !== "_") {
      parameters.push({ ...unknown, name: token.text, at: token.start });
      continue;
    }
    if (!is(at, "(")) {
      parameters.push(unknown);
      continue;
    }
    const close = brackets.closing(at);
    if (close === undefined) return undefined;
    // `(type a)` is not a parameter at run time.
    if (is(at + 1, "type")) continue;
    const inner = tokens[at + 1];
    const named = inner?.kind === "name" && inner.text !== "_";
    const plain = named && (at + 2 === close || is(at + 2, ":"));
    const hasDefault = range(at + 2, close).some((each) => is(each, "="));
    const type = is(at + 2, ":")
      ? text.slice(tokens[at + 3]?.start ?? 0, tokens[close - 1]?.end ?? 0).replace(/\s+/g, " ")
      : undefined;
    const isTuple = range(at + 1, close).some((each) => is(each, ","));
    parameters.push(
      plain && !hasDefault
        ? { name: inner.text, at: inner.start, type, optional, isTuple: false }
        : { ...unknown, isTuple },
    );
  }
  return at < to ? { parameters, end: at } : undefined;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** The `let x = … in` of a range. */
function readBindings(
  brackets: BracketedTokens,
  scopes: LetScopes,
  from: number,
  to: number,
  lineOf: (offset: number) => number,
): readonly SourceBinding[] {
  const { tokens, is, text } = brackets;
  const found: SourceBinding[] = [];
  for (let at = from; at < to; at++) {
    const isLet = is(at, "let");
    if (!isLet && !is(at, "and")) continue;
    const opener = isLet ? at : scopes.letOf.get(at);
    const close = opener === undefined ? undefined : scopes.inOf.get(opener);
    const name = tokens[at + 1];
    if (opener === undefined || close === undefined || name?.kind !== "name" || name.text === "_") continue;
    let equals = at + 2;
    const typed = is(equals, ":");
    if (typed) while (equals < close && !is(equals, "=")) equals = brackets.after(equals);
    if (!is(equals, "=")) continue;
    const end = bindingEnd(brackets, scopes, at);
    const [begin, last] = [tokens[equals + 1], tokens[end - 1]];
    const [opening, closing] = [tokens[close], tokens[Math.min(scopes.closeOf.get(opener) ?? to, to) - 1]];
    if (!begin || !last || !opening || !closing || end <= equals + 1) continue;
    found.push({
      name: name.text,
      at: name.start,
      start: begin.start,
      end: last.end,
      type: typed
        ? text.slice(tokens[at + 3]?.start, tokens[equals - 1]?.end).replace(/\s+/g, " ")
        : undefined,
      visible: [lineOf(opening.start), lineOf(closing.end)],
    });
  }
  return found;
}
