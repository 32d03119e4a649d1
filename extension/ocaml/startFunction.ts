import type { BracketedTokens, Span } from "./brackets.ts";

/** One parameter of a function as it is written. */
export interface StartParameter {
  readonly text: string;
  readonly span: Span;
  /** `?x`: an application may omit it. */
  readonly optional: boolean;
}

/** A module's `start` function as far as its text shows it. */
export interface StartFunction {
  readonly nameSpan: Span;
  readonly parameters: readonly StartParameter[];
  /** Number of further parameters that its body takes first: `fun x ->`, `function`. */
  readonly further: number;
  /** Offset at which a parameter is added: after the last one or the name. */
  readonly insertAt: number;
  /** Whether its result is certainly not another function, because operators of Lwt make it. */
  readonly ends: boolean;
}

/** Words that neither an expression nor a module expression contains, so that a header ends at them. */
export const headerEndWords: ReadonlySet<string> = new Set([
  "let",
  "open",
  "include",
  "exception",
  "external",
  "val",
]);

/** Reads the binding of `start` whose name is the token at `nameAt`. Returns undefined while its parameters are being typed. */
export function readStart(brackets: BracketedTokens, nameAt: number, to: number): StartFunction | undefined {
  const { text, tokens, is } = brackets;
  const name = tokens[nameAt];
  if (!name) return undefined;
  const parameters: StartParameter[] = [];
  let insertAt = name.end;
  let at = nameAt + 1;
  while (at < to && !is(at, "=") && !is(at, ":")) {
    const begin = at;
    const optional = is(at, "?");
    if (optional || is(at, "~")) at++;
    const labelled = at > begin;
    if (labelled && tokens[at]?.kind === "name" && is(at + 1, ":")) at += 2;
    // An item cannot be a parameter: the function is being typed.
    if (tokens[at] === undefined || headerEndWords.has(tokens[at]?.text ?? "") || is(at, "end"))
      return undefined;
    const [first, last] = [tokens[begin], tokens[brackets.after(at) - 1]];
    if (!first || !last) return undefined;
    const span = { start: first.start, end: last.end };
    parameters.push({ text: text.slice(span.start, span.end), span, optional });
    insertAt = span.end;
    at = brackets.after(at);
  }
  while (at < to && !is(at, "=")) at = brackets.after(at);
  if (!is(at, "=")) return undefined;
  const { further, ends } = readBody(brackets, at + 1, to);
  return { nameSpan: { start: name.start, end: name.end }, parameters, further, insertAt, ends };
}

/**
 * Counts the parameters that the body of a function takes itself, and finds out whether its result certainly
 * comes from Lwt: an operator of Lwt outside of brackets and of `let … in`, or `Lwt.return` as its last
 * expression.
 */
function readBody(
  brackets: BracketedTokens,
  from: number,
  to: number,
): { readonly further: number; readonly ends: boolean } {
  const { is } = brackets;
  let at = from;
  let further = 0;
  while (is(at, "fun")) {
    for (at++; at < to && !(is(at, "-") && is(at + 1, ">")); at = brackets.after(at)) {
      if (!is(at, "~") && !is(at, ":") && !is(at - 1, ":")) further++;
    }
    at += 2;
  }
  if (is(at, "function")) return { further: further + 1, ends: false };
  const body = at;
  let lets = 0;
  for (; at < to; at = brackets.after(at)) {
    if (is(at, "let") && lets === 0 && is(at + 1, "*")) return { further, ends: true };
    if (is(at, "let")) lets++;
    else if (is(at, "in")) lets--;
    else if (lets === 0) {
      if (doubtful.has(brackets.tokens[at]?.text ?? "")) break;
      const binds = is(at, ">") && (is(at + 1, ">") || is(at + 1, "|")) && is(at + 2, "=");
      const first = at === body || is(at - 1, "in") || is(at - 1, ";");
      const returns =
        is(at, "Lwt") && is(at + 1, ".") && brackets.tokens[at + 2]?.text.startsWith("return") === true;
      if (binds || (first && returns)) return { further, ends: true };
    }
  }
  return { further, ends: false };
}

/** After one of these, an operator may belong to a part of the expression only, or another item has begun. */
const doubtful: ReadonlySet<string> = new Set([
  "fun",
  "function",
  "match",
  "if",
  "try",
  "module",
  "type",
  "and",
]);
