import type { BracketedTokens, Span } from "../../../ocaml/brackets.ts";
import {
  describeFunction,
  parameterPatterns,
  parametersUntil,
  passedParameters,
  unnamedParameter,
  type SourceFunction,
} from "./functionParts.ts";
import { hasTupleCase, readCases } from "../patterns/patterns.ts";
import { isLetOperator } from "./letOperator.ts";
import { enclosingEnd, type LetScopes } from "./scopes.ts";

/** Words for which the compiler makes functions that no `fun` begins, such as `lazy`; `let*` is read elsewhere. */
export function hasHiddenFunction(brackets: BracketedTokens, line: readonly number[]): boolean {
  const { is } = brackets;
  return line.some((at) => {
    const isExtension = is(at, "[") && is(at + 1, "%");
    const isOther = isLetOperator(brackets, at) && is(at + 1, "%") && !is(at + 2, "lwt");
    return isExtension || isOther || ["lazy", "object", "method", "class"].some((word) => is(at, word));
  });
}

/** Reads the anonymous function whose `fun` or `function` is a token. `body` is what is after its parameters. */
export function readAnonymous(
  brackets: BracketedTokens,
  scopes: LetScopes,
  at: number,
  lineOf: (offset: number) => number,
): (SourceFunction & { readonly body: Span }) | undefined {
  const { tokens, is } = brackets;
  const first = tokens[at];
  const isFun = is(at, "fun");
  // The compiler may join a function that is the body of another one with it.
  if (!first || !(isFun || is(at, "function")) || isArrow(brackets, skipOpening(brackets, at - 1, -1) - 1))
    return undefined;
  const close = enclosingEnd(brackets, scopes, at);
  const read = isFun
    ? parametersUntil(brackets, at + 1, close, (each) => isArrow(brackets, each) || is(each, ":"))
    : {
        parameters: [{ ...unnamedParameter, isTuple: hasTupleCase(brackets, at + 1, close) }],
        end: at,
      };
  const parameters = read && passedParameters(brackets, read.parameters);
  if (!read || !parameters) return undefined;
  let head = read.end;
  if (isFun) {
    while (head < close && !isArrow(brackets, head)) head = brackets.after(head);
    head++;
  }
  head++;
  const inner = skipOpening(brackets, head, 1);
  const begin = tokens[head];
  if (!begin || head >= close || is(inner, "fun") || is(inner, "function")) return undefined;
  const described = describeFunction(brackets, scopes, { start: at, head, end: close }, lineOf);
  return {
    ...described,
    at: first.start,
    line: lineOf(first.start),
    parameters,
    tailRecursive: false,
    patterns: [
      ...parameterPatterns(brackets, parameters, described.lines),
      ...(isFun
        ? []
        : readCases(brackets, { root: 0, from: at, to: close, line: lineOf(first.start) }, lineOf)),
      ...described.patterns,
    ],
    body: { start: begin.start, end: described.span.end },
  };
}

const isArrow = ({ is }: BracketedTokens, at: number): boolean => is(at, "-") && is(at + 1, ">");

/** The first token in a direction that does not open a bracket. */
function skipOpening({ is }: BracketedTokens, from: number, direction: 1 | -1): number {
  let at = from;
  while (is(at, "(") || is(at, "begin")) at += direction;
  return at;
}
