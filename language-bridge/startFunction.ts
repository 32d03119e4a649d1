import type { Brackets, Span } from "./tokens.ts";

/** One parameter of a function as it is written. */
export interface StartParameter {
  readonly text: string;
  readonly span: Span;
  /** `?x`: it can be left out where the function is applied. */
  readonly optional: boolean;
}

/** What the text tells of a module's `start`. */
export interface StartFunction {
  readonly nameSpan: Span;
  readonly parameters: readonly StartParameter[];
  /** Further parameters that its body takes first: `fun x ->`, `function`. */
  readonly further: number;
  /** Where a parameter is added: after the last one or the name. */
  readonly insertAt: number;
  /** Whether what it gives when applied to these is surely no function, because Lwt's operators make it. */
  readonly ends: boolean;
}

/** Words that an expression or a module expression cannot contain, so that a header ends at them. */
export const itemWords: ReadonlySet<string> = new Set([
  "let",
  "open",
  "include",
  "exception",
  "external",
  "val",
]);

/** Reads the binding of `start` whose name is the token at `nameAt`; undefined while its parameters are being typed. */
export function readStart(brackets: Brackets, nameAt: number, to: number): StartFunction | undefined {
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
    // What begins an item is no parameter: the function is being typed.
    if (tokens[at] === undefined || itemWords.has(tokens[at]?.text ?? "") || is(at, "end")) return undefined;
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
 * How many parameters the body of a function takes itself, and whether what it gives is surely made by
 * Lwt: an operator of Lwt outside of brackets and of `let … in`, or `Lwt.return` as its last expression.
 */
function readBody(
  brackets: Brackets,
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

/** Behind these, an operator says nothing of the whole, or another item has begun. */
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
