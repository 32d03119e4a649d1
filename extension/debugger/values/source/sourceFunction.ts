import { readBrackets, spanContains, type BracketedTokens, type Span } from "../../../ocaml/brackets.ts";
import { hasHiddenFunction, readAnonymous } from "./anonymousFunction.ts";
import {
  describeFunction,
  parameterPatterns,
  passedParameters,
  parametersUntil,
  unnamedParameter,
  type SourceFunction,
  type SourceParameter,
} from "./functionParts.ts";
import { functorsNamed } from "./functor.ts";
import { letOperators, type LetOperator } from "./letOperator.ts";
import { hasTupleCase, readCases } from "../patterns/patterns.ts";
import { bindingEnd, enclosingEnd, letScopes, type LetScopes } from "./scopes.ts";

/** The place in the source of a call or of an allocation. */
export interface CodePlace extends Span {
  readonly allocates?: boolean;
}

/** A source file in which functions are looked up. */
export interface SourceText {
  /** The function of this name whose head is at a line; the only one of this name if the line is not known. */
  readonly functionNamed: (name: string, line: number | undefined) => SourceFunction | undefined;
  /**
   * The anonymous function that begins on a line, and whose body contains the calls of its code. Undefined if it is not
   * certain which one that is.
   */
  readonly anonymousAt: (line: number, calls: readonly CodePlace[]) => SourceFunction | undefined;
  /** The only functor of this name. */
  readonly functorNamed: (name: string) => SourceFunction | undefined;
  /** Offset of a line's column in bytes; lines count from 1. */
  readonly offsetAt: (line: number, column: number) => number;
}

/** An anonymous function that may be the one of a line; `at` is the index of its first token. */
interface AnonymousCandidate {
  readonly at: number;
  readonly body: Span;
  /** `undefined` if its parameters are not certain. */
  readonly read: () => SourceFunction | undefined;
}

/** Reads the functions of an OCaml file. Never throws. */
export function readSourceText(text: string): SourceText {
  const brackets = readBrackets(text);
  const scopes = letScopes(brackets);
  const starts = [0];
  let operators: readonly LetOperator[] | undefined;
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
    anonymousAt: (line, calls) => {
      const end = starts[line] ?? text.length;
      const onLine = brackets.tokens.flatMap(({ start }, at) =>
        start >= (starts[line - 1] ?? text.length) && start < end ? [at] : [],
      );
      const afterModules = onLine
        .filter((at) => brackets.tokens[at]?.kind === "name")
        .flatMap((at) => readFunction(brackets, scopes, at, lineOf)?.afterModule ?? []);
      if (afterModules.length > 0) {
        // The compiler makes a function of the parameters after a module, whose `fun` is not in the source.
        const [only] = afterModules;
        const isIts = only && calls.length > 0 && calls.every((call) => spanContains(only.span, call));
        return afterModules.length === 1 &&
          isIts &&
          !onLine.some((at) => readAnonymous(brackets, scopes, at, lineOf))
          ? only
          : undefined;
      }
      operators ??= letOperators(brackets, scopes, lineOf);
      const ofOperators = operators.filter(({ lines }) => lines.has(line));
      // A closure has the place of its body, and so have the calls of the operators.
      const isBody = ({ start, end: last }: Span) =>
        operators?.some(({ body }) => body.start === start && body.end === last) === true;
      const inside =
        ofOperators.length > 0 ? calls.filter((call) => call.allocates !== true && !isBody(call)) : calls;
      if (inside.length === 0 || hasHiddenFunction(brackets, onLine)) return undefined;
      const functions = onLine.flatMap((at): AnonymousCandidate[] => {
        const read = readAnonymous(brackets, scopes, at, lineOf);
        if (read) return [{ at, body: read.body, read: () => read }];
        const isFunction = brackets.is(at, "fun") || brackets.is(at, "function");
        const last = isFunction ? brackets.tokens[enclosingEnd(brackets, scopes, at) - 1] : undefined;
        const start = brackets.tokens[at]?.start ?? 0;
        return last ? [{ at, body: { start, end: last.end }, read: () => undefined }] : [];
      });
      const bodies = ofOperators.map(({ bodyAt, ...each }): AnonymousCandidate => ({ at: bodyAt, ...each }));
      // Functions on one line that contain the same place are nested, and the inner one begins later.
      const containing = [...functions, ...bodies]
        .filter(({ body }) => inside.every((call) => spanContains(body, call)))
        .toSorted((one, other) => one.at - other.at);
      return containing.at(-1)?.read();
    },
    functorNamed: (name) => {
      const found = functorsNamed(brackets, scopes, name, lineOf);
      return found.length === 1 ? found[0] : undefined;
    },
    functionNamed: (name, line) => {
      const found = brackets.tokens.flatMap((token, at) => {
        if (token.kind !== "name" || token.text !== name) return [];
        const read = readFunction(brackets, scopes, at, lineOf);
        return read ? [read] : [];
      });
      if (line === undefined) return found.length === 1 ? found[0] : undefined;
      const there = found.filter(({ line: from, headEnd }) => from <= line && line <= headEnd);
      if (there.length > 0) return there.length === 1 ? there[0] : undefined;
      // The code of a `function` may begin in the line of a case.
      const [only] = found.length === 1 ? found : [];
      return only && only.lines[0] <= line && line <= only.lines[1] ? only : undefined;
    },
  };
}

/** Reads the function whose name is a token; undefined if the token does not define one. */
function readFunction(
  brackets: BracketedTokens,
  scopes: LetScopes,
  nameAt: number,
  lineOf: (offset: number) => number,
): (SourceFunction & { readonly headEnd: number; readonly afterModule?: SourceFunction }) | undefined {
  const { tokens, is } = brackets;
  const start = keywordBefore(brackets, nameAt);
  const name = tokens[nameAt];
  if (start === undefined || !name) return undefined;
  const limit = bindingEnd(brackets, scopes, start);
  const head = readParameters(brackets, nameAt + 1, limit);
  if (!head) return undefined;
  const end = Math.max(limit, head.end);
  const words = tokens.slice(head.end, end);
  const opener = is(start, "and") ? (scopes.letOf.get(start) ?? start) : start;
  // `let[@inline never] rec`
  const afterKeyword = is(opener + 1, "[") ? brackets.after(opener + 1) : opener + 1;
  const described = describeFunction(brackets, scopes, { start, head: head.end, end }, lineOf);
  const root = head.parameters.length - 1;
  const cases =
    root >= 0 && is(head.end, "function")
      ? readCases(
          brackets,
          { root, from: head.end, to: end, line: lineOf(tokens[head.end]?.start ?? 0) },
          lineOf,
        )
      : [];
  const whole: SourceFunction = {
    ...described,
    patterns: [
      ...parameterPatterns(brackets, head.parameters, described.lines),
      ...cases,
      ...described.patterns,
    ],
    at: name.start,
    line: lineOf(name.start),
    parameters: head.parameters,
    tailRecursive:
      is(afterKeyword, "rec") &&
      words.some(({ text }) => text === name.text) &&
      !words.some(({ text }) => text === "while" || text === "for"),
  };
  const headEnd = lineOf((tokens[head.end] ?? name).start);
  // The parameters after a module are those of a function that the first one returns.
  const split = head.parameters.findIndex(({ isModule }) => isModule) + 1;
  if (split === 0 || split === head.parameters.length) return { ...whole, headEnd };
  const afterModule = {
    ...whole,
    parameters: head.parameters.slice(split),
    patterns: described.patterns,
    tailRecursive: false,
  };
  return {
    ...whole,
    headEnd,
    parameters: head.parameters.slice(0, split),
    bindings: [],
    patterns: [],
    afterModule,
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

/** Reads parameters up to `=`, and those of a `fun` or `function` after it, which the compiler joins with them. */
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
  const hasParameters = before.parameters.length > 0;
  if (is(end, "function")) {
    const isTuple = !hasParameters && hasTupleCase(brackets, end + 1, to);
    return { parameters: isTuple ? [] : [...before.parameters, unnamedParameter], end };
  }
  const inside = is(end, "fun")
    ? parametersUntil(brackets, end + 1, to, (at) => is(at, "-") || is(at, ":"))
    : undefined;
  if (!hasParameters)
    return inside && { parameters: passedParameters(brackets, inside.parameters) ?? [], end };
  return {
    parameters: inside ? before.parameters : (passedParameters(brackets, before.parameters) ?? []),
    end,
  };
}
