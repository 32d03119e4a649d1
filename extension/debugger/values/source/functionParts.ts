import type { BracketedTokens, Span } from "../../../ocaml/brackets.ts";
import { readPattern } from "../patterns/patternReader.ts";
import { readPatterns, type SourcePattern } from "../patterns/patterns.ts";
import { bindingEnd, boundNames, linesOfBody, type LetScopes } from "./scopes.ts";

/** A parameter of a function, in the order of its registers. */
export interface SourceParameter {
  /** Undefined for a pattern, `()` or an optional parameter with a default. */
  readonly name: string | undefined;
  /** Offset of the name; 0 without one. */
  readonly at: number;
  /** As annotated in the source. */
  readonly type: string | undefined;
  readonly optional: boolean;
  /** Whether it is the pattern `(module M : S)`. */
  readonly isModule?: boolean;
  /** The tokens of another pattern. */
  readonly pattern?: { readonly from: number; readonly to: number };
  /** The name of an optional parameter with a default, and its offset. */
  readonly withDefault?: { readonly name: string; readonly at: number; readonly optional: false };
}

/** A parameter without a name, such as that of `function`. */
export const unnamedParameter: SourceParameter = {
  name: undefined,
  at: 0,
  type: undefined,
  optional: false,
};

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
  /** Offset of its name, or of the `fun` of an anonymous function. */
  readonly at: number;
  readonly line: number;
  /** Its parameters and its body. Contains more than that if the end is not certain. */
  readonly span: Span;
  readonly parameters: readonly SourceParameter[];
  readonly bindings: readonly SourceBinding[];
  readonly patterns: readonly SourcePattern[];
  /** First and last line. */
  readonly lines: readonly [first: number, last: number];
  /** Whether every jump to its beginning is a call of itself. */
  readonly tailRecursive: boolean;
  /** The lines at which a name may be bound inside of the function, parameters excluded. */
  readonly boundAt: (name: string) => readonly number[];
  /** Whether a name occurs in the function after its parameters. */
  readonly mentions: (name: string) => boolean;
}

/** What is read in the same way of each function. `start`, `head` and `end` are indices of tokens: `head` is after the parameters. */
export function describeFunction(
  brackets: BracketedTokens,
  scopes: LetScopes,
  { start, head, end }: { readonly start: number; readonly head: number; readonly end: number },
  lineOf: (offset: number) => number,
): Pick<SourceFunction, "bindings" | "patterns" | "boundAt" | "mentions" | "lines" | "span"> {
  const { tokens, is } = brackets;
  const bound = Map.groupBy(new Set(boundNames(brackets, head, end)), (at) => tokens[at]?.text ?? "");
  const first = tokens[start]?.start ?? 0;
  const last = tokens[end - 1]?.end ?? first;
  let names: ReadonlySet<string> | undefined;
  return {
    span: { start: first, end: last },
    lines: [lineOf(first), lineOf(last)],
    bindings: readBindings(brackets, scopes, head, end, lineOf),
    patterns: readPatterns(brackets, scopes, head, end, lineOf),
    boundAt: (each) => (bound.get(each) ?? []).map((at) => lineOf(tokens[at]?.start ?? 0)),
    mentions: (each) => {
      names ??= new Set(
        tokens.slice(head, end).flatMap(({ text }, index) => (is(head + index - 1, ".") ? [] : [text])),
      );
      return names.has(each);
    },
  };
}

/** Reads parameters from a token up to one at which `ends` is true; undefined if there is none before `to`. */
export function parametersUntil(
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
    const unknown = { ...unnamedParameter, optional, isTuple: false };
    if (token.kind === "name" && token.text !== "_") {
      parameters.push({ ...unknown, name: token.text, at: token.start });
      continue;
    }
    const pattern = { from: at, to: brackets.after(at) };
    if (!is(at, "(")) {
      parameters.push({ ...unknown, ...(is(at, "{") && !optional && { pattern }) });
      continue;
    }
    const close = brackets.closing(at);
    if (close === undefined) return undefined;
    // `(type a)` is not a parameter at run time.
    if (is(at + 1, "type")) continue;
    if (is(at + 1, "module")) {
      parameters.push({ ...unknown, ...moduleParameter(brackets, at + 2, close) });
      continue;
    }
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
        : {
            ...unknown,
            isTuple,
            ...(!optional && { pattern }),
            ...(named &&
              hasDefault && { withDefault: { name: inner.text, at: inner.start, optional: false as const } }),
          },
    );
  }
  return at < to ? { parameters, end: at } : undefined;
}

/**
 * The parameters that a function has in its code. If the only one is a tuple, the compiler passes its parts instead of it
 * (`transl_tupled_function` of `lambda/translcore.ml`). Undefined if the parts are not certain.
 */
export function passedParameters(
  brackets: BracketedTokens,
  parameters: readonly (SourceParameter & { readonly isTuple: boolean })[],
): readonly SourceParameter[] | undefined {
  const [only] = parameters;
  if (parameters.length !== 1 || !only?.isTuple) return parameters;
  const { is, tokens } = brackets;
  if (!only.pattern) return undefined;
  // `let* a, b = e in` has no parentheses.
  const isOpen = !is(only.pattern.from, "(");
  const close = isOpen ? only.pattern.to : brackets.closing(only.pattern.from);
  if (close === undefined) return undefined;
  const parts: SourceParameter[] = [];
  let from = isOpen ? only.pattern.from : only.pattern.from + 1;
  for (let at = from; at <= close; at = brackets.after(at)) {
    if (is(at, "|") || is(at, "as") || is(at, ":")) return undefined;
    if (at < close && !is(at, ",")) continue;
    const token = tokens[from];
    const isName = at === from + 1 && token?.kind === "name" && /^[\p{Ll}_]/u.test(token.text);
    const isNamed = isName && token.text !== "_";
    parts.push(
      isNamed
        ? { ...unnamedParameter, name: token.text, at: token.start }
        : { ...unnamedParameter, pattern: { from, to: at } },
    );
    from = at + 1;
  }
  return parts;
}

/** The names in the patterns of parameters. */
export const parameterPatterns = (
  brackets: BracketedTokens,
  parameters: readonly SourceParameter[],
  visible: SourcePattern["visible"],
): readonly SourcePattern[] =>
  parameters.flatMap(({ pattern }, root) =>
    pattern
      ? [{ root, variables: readPattern(brackets, pattern.from, pattern.to), visible, matches: 0 }]
      : [],
  );

/** The name and type of a first-class module: `M : S` of `(module M : S)`. */
export function moduleParameter(
  { tokens, is, text }: BracketedTokens,
  from: number,
  close: number,
): Pick<SourceParameter, "name" | "at" | "type" | "isModule"> {
  const name = tokens[from];
  if (!name || name.text === "_" || from >= close) return { name: undefined, at: 0, type: undefined };
  const type = is(from + 1, ":")
    ? text.slice(tokens[from + 2]?.start, tokens[close - 1]?.end).replace(/\s+/g, " ")
    : undefined;
  return {
    name: name.text,
    at: name.start,
    type: type === undefined ? undefined : `(module ${type})`,
    isModule: true,
  };
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
    if (opener === undefined || close === undefined) continue;
    const visible = linesOfBody(brackets, scopes, opener, to, lineOf);
    if (!visible) continue;
    const letModule = is(at + 1, "module") && is(at + 3, "=") && is(at + 4, "(") && is(at + 5, "val");
    if (letModule) {
      const unpacked = unpackedModule(brackets, at + 2);
      if (unpacked) found.push({ ...unpacked, visible });
      continue;
    }
    const module = is(at + 1, "(") && is(at + 2, "module") ? brackets.closing(at + 1) : undefined;
    const unpacked = module === undefined ? undefined : moduleParameter(brackets, at + 3, module);
    const name = unpacked ? tokens[at + 3] : tokens[at + 1];
    if (name?.kind !== "name" || name.text === "_") continue;
    let equals = module === undefined ? at + 2 : module + 1;
    const typed = is(equals, ":");
    if (typed) while (equals < close && !is(equals, "=")) equals = brackets.after(equals);
    if (!is(equals, "=")) continue;
    const end = bindingEnd(brackets, scopes, at);
    const [begin, last] = [tokens[equals + 1], tokens[end - 1]];
    if (!begin || !last || end <= equals + 1) continue;
    found.push({
      name: name.text,
      at: name.start,
      start: begin.start,
      end: last.end,
      type: unpacked
        ? unpacked.type
        : typed
          ? text.slice(tokens[at + 3]?.start, tokens[equals - 1]?.end).replace(/\s+/g, " ")
          : undefined,
      visible,
    });
  }
  return found;
}

/** The module that `let module M = (val e : S)` binds: a name, and the expression of which it is another name. */
function unpackedModule(
  { tokens, is, text, closing, after }: BracketedTokens,
  nameAt: number,
): Omit<SourceBinding, "visible"> | undefined {
  const name = tokens[nameAt];
  const close = closing(nameAt + 2);
  if (!name || close === undefined) return undefined;
  const first = nameAt + 4;
  let end = first;
  while (end < close && !is(end, ":")) end = after(end);
  const [begin, last] = [tokens[first], tokens[end - 1]];
  if (!begin || !last || end <= first) return undefined;
  const type = is(end, ":")
    ? `(module ${text.slice(tokens[end + 1]?.start, tokens[close - 1]?.end).replace(/\s+/g, " ")})`
    : undefined;
  return { name: name.text, at: name.start, start: begin.start, end: last.end, type };
}
