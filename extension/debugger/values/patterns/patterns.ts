import type { BracketedTokens, Span } from "../../../ocaml/brackets.ts";
import { bindingEnd, enclosingEnd, linesOfBody, type LetScopes } from "../source/scopes.ts";
import { readPattern, type PatternVariable } from "./patternReader.ts";

/** The exception that ends an expression, for the patterns of a `try` and for `exception` in a `match`. */
export interface RaisedIn {
  readonly raisedIn: Span;
}

/** A pattern in a function. */
export interface SourcePattern {
  /** What is matched: a parameter, an expression, or an exception that an expression has raised. */
  readonly root: number | Span | RaisedIn;
  readonly variables: readonly PatternVariable[];
  /** First and last line in which its names certainly mean this pattern; lines count from 1. */
  readonly visible: readonly [first: number, last: number];
  /** The last line whose code decides whether the value matches; 0 for a pattern that always matches. */
  readonly matches: number;
  /** The last line of its case; undefined if it is not one of several. */
  readonly ends?: number;
}

/** Reads the patterns of each `match`, of each `try` and of each `let … in` in a range of tokens. */
export function readPatterns(
  brackets: BracketedTokens,
  scopes: LetScopes,
  from: number,
  to: number,
  lineOf: (offset: number) => number,
): readonly SourcePattern[] {
  const { is } = brackets;
  const found: SourcePattern[] = [];
  for (let at = from; at < to; at++) {
    if (is(at, "match") || is(at, "try")) {
      const end = Math.min(enclosingEnd(brackets, scopes, at), to);
      const cases = casesOf(brackets, at + 1, end);
      const span = cases === undefined ? undefined : spanOf(brackets, at, cases);
      // `match%lwt` and `try%lwt` make functions of their cases.
      if (cases !== undefined && span && !is(at + 1, "%")) {
        const root = is(at, "try") ? { raisedIn: span } : span;
        const line = lineOf(span.start);
        const mayHandle = is(at, "try") || range(cases, end).some((each) => is(each, "exception"));
        // Without names, so that what is around it is not taken for it.
        if (mayHandle) found.push({ root: { raisedIn: span }, variables: [], visible: [1, 0], matches: 0 });
        found.push(...readCases(brackets, { root, from: cases, to: end, line }, lineOf));
      }
    }
    const close = is(at, "let") ? scopes.inOf.get(at) : undefined;
    if (close === undefined) continue;
    let equals = at + 1;
    while (equals < close && !is(equals, "=")) equals = brackets.after(equals);
    const root = spanOf(brackets, equals, bindingEnd(brackets, scopes, at));
    const visible = linesOfBody(brackets, scopes, at, to, lineOf);
    const variables = readPattern(brackets, at + 1, equals);
    const isPattern = variables.some(({ steps }) => steps.length > 0);
    if (!root || !visible || !isPattern) continue;
    found.push({ root, variables, visible, matches: visible[0] });
  }
  return found;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** The span of the tokens after one and before another one. */
function spanOf({ tokens }: BracketedTokens, after: number, before: number): Span | undefined {
  const [first, last] = [tokens[after + 1], tokens[before - 1]];
  return first && last && last.end > first.start ? { start: first.start, end: last.end } : undefined;
}

/** Index of the `with` of a `match`. */
function casesOf({ is, after }: BracketedTokens, from: number, to: number): number | undefined {
  let open = 0;
  for (let at = from; at < to; at = after(at)) {
    if (is(at, "match") || is(at, "try")) open++;
    if (is(at, "with") && open-- === 0) return at;
  }
  return undefined;
}

/** Reads the cases after the token `from`, a `with` or `function`, which is on a line. */
export function readCases(
  brackets: BracketedTokens,
  of: {
    readonly root: SourcePattern["root"];
    readonly from: number;
    readonly to: number;
    readonly line: number;
  },
  lineOf: (offset: number) => number,
): readonly SourcePattern[] {
  const { tokens, is, after } = brackets;
  const lineAt = (at: number) => lineOf(tokens[at]?.start ?? 0);
  const isBar = (at: number) => {
    const [token, next, previous] = [tokens[at], tokens[at + 1], tokens[at - 1]];
    const isJoined = next?.start === token?.end && /^[|>\]]$/.test(next?.text ?? "");
    return is(at, "|") && !isJoined && !(is(at - 1, "|") && previous?.end === token?.start);
  };
  const isArrow = (at: number) => is(at, "-") && is(at + 1, ">");
  const cases: { from: number; patternEnd: number; arrow: number; end: number }[] = [];
  let at = of.from + 1;
  if (isBar(at)) at++;
  while (at < of.to) {
    const start = at;
    while (at < of.to && !isArrow(at) && !is(at, "when")) at = after(at);
    const patternEnd = at;
    while (at < of.to && !isArrow(at)) at = after(at);
    const arrow = at;
    // The cases of a function or match at the end of a case go on to the end.
    let isNested = false;
    let open = 0;
    let loops = 0;
    let isEnd = false;
    for (; at < of.to && !(isBar(at) && !isNested); at = after(at)) {
      if (["match", "function", "try"].some((word) => is(at, word))) isNested = true;
      if (is(at, "match") || is(at, "try")) open++;
      // The `with` of a `try` around it.
      if (is(at, "with") && open-- === 0) isEnd = true;
      if (is(at, "do")) loops++;
      if (is(at, "done") && loops-- === 0) isEnd = true;
      if (isEnd) break;
    }
    cases.push({ from: start, patternEnd, arrow, end: at });
    if (isEnd) break;
    at++;
  }
  return cases.flatMap(({ from, patternEnd, arrow, end }, index) => {
    const isException = is(from, "exception") && typeof of.root === "object" && "start" in of.root;
    const root = isException ? { raisedIn: of.root } : of.root;
    const variables = readPattern(brackets, isException ? from + 1 : from, patternEnd);
    if (variables.length === 0 || arrow >= end) return [];
    const shared = new Set(
      [cases[index - 1], cases[index + 1]]
        .flatMap((each) => (each ? [each] : []))
        .flatMap((each) => [lineAt(each.from), lineAt(each.end - 1)]),
    );
    if (cases.length > 1) shared.add(of.line);
    let [first, last] = [lineAt(arrow), lineAt(end - 1)];
    while (first <= last && shared.has(first)) first++;
    while (last >= first && shared.has(last)) last--;
    // A case that shares its lines with others is never visible, but its end is known.
    const visible = [first, last] as const;
    return [{ root, variables, visible, matches: lineAt(arrow), ends: lineAt(end - 1) }];
  });
}

/** Whether the first pattern of a `function` may be a tuple. */
export function hasTupleCase({ is }: BracketedTokens, from: number, to: number): boolean {
  for (let at = from; at < to && !(is(at, "-") && is(at + 1, ">")); at++) if (is(at, ",")) return true;
  return false;
}
