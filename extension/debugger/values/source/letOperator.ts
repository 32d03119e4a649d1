import type { BracketedTokens, Span } from "../../../ocaml/brackets.ts";
import {
  describeFunction,
  parameterPatterns,
  parametersUntil,
  passedParameters,
  unnamedParameter,
  type SourceFunction,
  type SourceParameter,
} from "./functionParts.ts";
import { enclosingEnd, type LetScopes } from "./scopes.ts";

/** The function of `let* x = e in body` or `let%lwt x = e in body`, which the compiler makes of the body. */
export interface LetOperator {
  /** Index of the first token of its body. */
  readonly bodyAt: number;
  readonly body: Span;
  /** The lines on which its code may begin. */
  readonly lines: ReadonlySet<number>;
  /** The function; `undefined` if its parameters are not certain. */
  readonly read: () => (SourceFunction & { readonly body: Span }) | undefined;
}

/** Whether a token is a `let` or `and` with an operator, such as `let*`, or with an extension, such as `let%lwt`. */
export function isLetOperator({ tokens, is }: BracketedTokens, at: number): boolean {
  const isWord = is(at, "let") || is(at, "and");
  return isWord && tokens[at + 1]?.start === tokens[at]?.end && !is(at + 1, "[");
}

/** Index of the token after `let*` or `let%lwt`; `undefined` for other extensions. */
function afterOperator({ tokens, is }: BracketedTokens, at: number): number | undefined {
  if (is(at + 1, "%")) return is(at + 2, "lwt") ? at + 3 : undefined;
  let end = at + 1;
  while (tokens[end]?.kind === "sign" && tokens[end]?.start === tokens[end - 1]?.end && !is(end, "(")) end++;
  return end;
}

/** Finds the functions of all `let*` and `let%lwt` of a text. */
export function letOperators(
  brackets: BracketedTokens,
  scopes: LetScopes,
  lineOf: (offset: number) => number,
): readonly LetOperator[] {
  const { tokens, is } = brackets;
  const ands = Map.groupBy(scopes.letOf.keys(), (and) => scopes.letOf.get(and) ?? -1);
  const lineAt = (at: number) => lineOf(tokens[at]?.start ?? 0);
  return tokens.flatMap((_, at): LetOperator[] => {
    const close = is(at, "let") && isLetOperator(brackets, at) ? scopes.inOf.get(at) : undefined;
    const start = close === undefined ? undefined : afterOperator(brackets, at);
    const bodyAt = (close ?? 0) + 1;
    const begin = tokens[bodyAt];
    if (close === undefined || start === undefined || !begin) return [];
    const isExtension = is(at + 1, "%");
    // The place of a `let*` is that of its body (`type_expect_` of `typing/typecore.ml`), so the body of a `let*` whose
    // body is a `let*` may begin where that one does.
    const inner =
      isLetOperator(brackets, bodyAt) && !is(bodyAt + 1, "%") ? scopes.inOf.get(bodyAt) : undefined;
    const lines = isExtension
      ? [lineAt(at)]
      : [lineAt(bodyAt), ...(inner === undefined ? [] : [lineAt(inner + 1)])];
    const end = enclosingEnd(brackets, scopes, bodyAt);
    const body = { start: begin.start, end: tokens[end - 1]?.end ?? begin.end };
    const bindings = [at, ...(ands.get(at) ?? [])];
    const read = () => {
      // Two bindings of `let%lwt` are two functions, and more than two of `let*` have a tuple in a tuple.
      if (bindings.length > (isExtension ? 1 : 2)) return undefined;
      const patterns = bindings.map((each, index) => {
        const from = afterOperator(brackets, each);
        return from === undefined ? undefined : boundBy(brackets, from, bindings[index + 1] ?? close);
      });
      const parts = patterns.filter((each) => each !== undefined);
      const isCertain = parts.length === bindings.length && !is(bodyAt, "fun") && !is(bodyAt, "function");
      const [only] = parts;
      const parameters = parts.length === 1 ? only && passedParameters(brackets, [only]) : parts;
      if (!isCertain || !parameters) return undefined;
      const described = describeFunction(brackets, scopes, { start, head: bodyAt, end }, lineOf);
      return {
        ...described,
        at: tokens[start]?.start ?? 0,
        line: lineAt(bodyAt),
        parameters,
        tailRecursive: false,
        patterns: [...parameterPatterns(brackets, parameters, described.lines), ...described.patterns],
        body,
      };
    };
    return [{ bodyAt, body, lines: new Set(lines), read }];
  });
}

/** What one binding of a `let*` binds, as a parameter. */
function boundBy(
  brackets: BracketedTokens,
  from: number,
  to: number,
): (SourceParameter & { readonly isTuple: boolean }) | undefined {
  const { is, after } = brackets;
  let end = from;
  while (end < to && !is(end, "=") && !is(end, ":")) end = after(end);
  if (end <= from || (end === to && end > from + 1)) return undefined;
  const [single, ...more] = parametersUntil(brackets, from, end + 1, (at) => at >= end)?.parameters ?? [];
  if (single && more.length === 0 && after(from) === end) return single;
  let isTuple = false;
  for (let at = from; at < end; at = after(at)) isTuple ||= is(at, ",");
  return { ...unnamedParameter, isTuple, pattern: { from, to: end } };
}
