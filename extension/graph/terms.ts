import {
  patternEnd,
  patternNames,
  readBrackets,
  type Brackets,
  type Span,
} from "../../language-bridge/tokens.ts";
import { atomReader, deepest, notUnderstood, spanOf, type Read } from "./atoms.ts";
import { operatorAt, readParameter, startsAtom, startsItem } from "./signs.ts";
import type { Argument, Binding, Parameter, Term } from "./term.ts";

/**
 * The bindings of a config.ml in their order, `let () = …` among them without a name. Follows the
 * expressions of the OCaml manual as far as calls, `$`, `@@`, `|>`, `let`, `if` and `match` go. Never
 * fails, whatever the text; what is not understood is stepped over.
 */
export function readBindings(text: string): readonly Binding[] {
  const brackets = readBrackets(text);
  const reader = readerOf(brackets);
  const bindings: Binding[] = [];
  let at = 0;
  while (at < brackets.tokens.length) {
    if (!brackets.is(at, "let")) {
      at = brackets.after(at);
      continue;
    }
    const read = reader.bindings(at, 0);
    bindings.push(...read.bindings);
    at = Math.max(read.end, at + 1);
  }
  return bindings;
}

function readerOf(brackets: Brackets) {
  const { tokens, is, after } = brackets;
  const span = (from: number, end: number): Span => spanOf(brackets, from, end);
  const other = (from: number, end: number, parts?: readonly Term[]): Read =>
    notUnderstood(brackets, from, end, parts);
  const atom = atomReader(brackets, {
    expression: (from, depth) => expression(from, depth),
    item: (from, depth) => tuple(from, depth),
  });

  /** `let [rec] a = … and b = …` from the word `let` on, without the `in`. */
  const bindings = (
    from: number,
    depth: number,
  ): { readonly bindings: readonly Binding[]; readonly end: number } => {
    const found: Binding[] = [];
    let at = from;
    do {
      at += is(at + 1, "rec") ? 2 : 1;
      // `let open M in`, `let module M = … in`: nothing that is a device.
      if (is(at, "open") || is(at, "module")) {
        while (at < tokens.length && !is(at, "in") && !is(at, "let")) at = after(at);
        break;
      }
      if (is(at, "*") || is(at, "+")) at++;
      const nameAt = at;
      const head = patternEnd(brackets, at);
      const parameters: Parameter[] = [];
      at = head;
      while (at < tokens.length && !is(at, "=") && !is(at, ":") && !startsItem(brackets, at)) {
        const parameter = readParameter(brackets, at);
        parameters.push(parameter);
        at = Math.max(parameter.end, at + 1);
      }
      if (is(at, ":")) while (at < tokens.length && !is(at, "=") && !startsItem(brackets, at)) at = after(at);
      if (!is(at, "=")) break;
      const value = expression(at + 1, depth + 1);
      const whole: Term =
        parameters.length === 0
          ? value.term
          : { kind: "function", span: span(nameAt, value.end), parameters, body: value.term };
      const names = patternNames(brackets, nameAt, head);
      for (const [place, bound] of (names.length > 0 ? names : [undefined]).entries()) {
        found.push({
          name: bound === undefined ? undefined : tokens[bound]?.text,
          nameSpan: bound === undefined ? span(nameAt, head) : span(bound, bound + 1),
          value: names.length > 1 ? { kind: "part", span: whole.span, of: whole, place } : whole,
        });
      }
      at = value.end;
    } while (is(at, "and"));
    return { bindings: found, end: at };
  };

  const expression = (from: number, depth: number): Read => {
    if (depth > deepest) return other(from, after(from));
    const first = tuple(from, depth + 1);
    let { end } = first;
    const parts = [first.term];
    // A sequence: its last expression is its value.
    while (is(end, ";") && !is(end + 1, ";")) {
      const next = tuple(end + 1, depth + 1);
      if (next.end === end + 1) return { term: sequence(from, end + 1, parts), end: end + 1 };
      parts.push(next.term);
      end = next.end;
    }
    return parts.length === 1 ? first : { term: sequence(from, end, parts), end };
  };
  const sequence = (from: number, end: number, parts: readonly Term[]): Term => {
    const body = parts.at(-1);
    if (!body) return other(from, end).term;
    const bindingsBefore = parts
      .slice(0, -1)
      .map((value) => ({ name: undefined, nameSpan: value.span, value }));
    return { kind: "let", span: span(from, end), bindings: bindingsBefore, body };
  };

  const tuple = (from: number, depth: number): Read => {
    const first = prefixed(from, depth + 1);
    let { end } = first;
    const items = [first.term];
    while (is(end, ",")) {
      const next = prefixed(end + 1, depth + 1);
      items.push(next.term);
      end = Math.max(next.end, end + 1);
    }
    return items.length === 1 ? first : { term: { kind: "items", span: span(from, end), items }, end };
  };

  const prefixed = (from: number, depth: number): Read => {
    if (depth > deepest) return other(from, after(from));
    if (is(from, "let")) {
      const read = bindings(from, depth + 1);
      const inAt = wordIn(read.end);
      if (inAt === undefined)
        return other(
          from,
          read.end,
          read.bindings.map(({ value }) => value),
        );
      const body = expression(inAt + 1, depth + 1);
      return {
        term: { kind: "let", span: span(from, body.end), bindings: read.bindings, body: body.term },
        end: body.end,
      };
    }
    if (is(from, "if")) {
      const condition = expression(from + 1, depth + 1);
      if (!is(condition.end, "then")) return other(from, condition.end, [condition.term]);
      const then = prefixed(condition.end + 1, depth + 1);
      if (!is(then.end, "else"))
        return { term: { kind: "choice", span: span(from, then.end), options: [then.term] }, end: then.end };
      const otherwise = prefixed(then.end + 1, depth + 1);
      const options = [then.term, otherwise.term];
      return { term: { kind: "choice", span: span(from, otherwise.end), options }, end: otherwise.end };
    }
    if (is(from, "fun")) {
      const parameters: Parameter[] = [];
      let at = from + 1;
      while (at < tokens.length && !(is(at, "-") && is(at + 1, ">")) && !startsItem(brackets, at)) {
        const parameter = readParameter(brackets, at);
        parameters.push(parameter);
        at = Math.max(parameter.end, at + 1);
      }
      const body = expression(at + 2, depth + 1);
      return {
        term: { kind: "function", span: span(from, body.end), parameters, body: body.term },
        end: body.end,
      };
    }
    if (is(from, "match") || is(from, "try") || is(from, "function")) return cases(from, depth + 1);
    return operators(from, depth + 1);
  };

  /** The `in` of a `let` whose last value ends here, behind what of it was not understood. */
  const wordIn = (from: number): number | undefined => {
    for (let at = from; at < tokens.length && !startsItem(brackets, at); at = after(at)) {
      if (is(at, "in")) return at;
      if ([")", "]", "}", "end", "$"].some((sign) => is(at, sign))) return undefined;
    }
    return undefined;
  };

  const cases = (from: number, depth: number): Read => {
    let at = from + 1;
    if (!is(from, "function")) {
      at = expression(at, depth + 1).end;
      if (!is(at, "with")) return other(from, at);
      at++;
    }
    const options: Term[] = [];
    for (;;) {
      if (is(at, "|")) at++;
      while (at < tokens.length && !(is(at, "-") && is(at + 1, ">")) && !startsItem(brackets, at))
        at = after(at);
      if (!is(at, "-")) break;
      const option = expression(at + 2, depth + 1);
      options.push(option.term);
      at = Math.max(option.end, at + 2);
      if (!is(at, "|")) break;
    }
    const choice: Term = { kind: "choice", span: span(from, at), options };
    if (!is(from, "function")) return { term: choice, end: at };
    const parameters = [{ name: undefined, label: undefined }];
    return { term: { kind: "function", span: span(from, at), parameters, body: choice }, end: at };
  };

  /** `$` and `|>`, to the left; they bind less than what begins with `@`. */
  const operators = (from: number, depth: number): Read => {
    let left = right(from, depth + 1);
    for (;;) {
      const { end } = left;
      const sign = operatorAt(brackets, end);
      if (sign === undefined || sign.text.startsWith("@")) return left;
      const next = right(end + sign.width, depth + 1);
      const both = { span: span(from, next.end) };
      const { term } = left;
      if (sign.text === "$")
        left = { term: { kind: "apply", ...both, functor: term, argument: next.term }, end: next.end };
      else if (sign.text === "|>") left = { term: callOf(next.term, term, both.span), end: next.end };
      else left = other(from, next.end, [term, next.term]);
    }
  };

  const callOf = (fn: Term, value: Term, whole: Span): Term => {
    const argument = { label: undefined, term: value };
    return fn.kind === "call"
      ? { ...fn, span: whole, arguments: [...fn.arguments, argument] }
      : { kind: "call", span: whole, function: fn, arguments: [argument] };
  };

  /** `@@`, `@`, `@->` and their like, to the right. */
  const right = (from: number, depth: number): Read => {
    if (depth > deepest) return other(from, after(from));
    const left = call(from, depth + 1);
    const sign = operatorAt(brackets, left.end);
    if (!sign?.text.startsWith("@")) return left;
    const next = isPrefixed(left.end + sign.width)
      ? prefixed(left.end + sign.width, depth + 1)
      : right(left.end + sign.width, depth + 1);
    if (sign.text === "@@")
      return { term: callOf(left.term, next.term, span(from, next.end)), end: next.end };
    return other(from, next.end, [left.term, next.term]);
  };
  const isPrefixed = (at: number) =>
    ["let", "fun", "function", "match", "if", "try"].some((word) => is(at, word));

  const call = (from: number, depth: number): Read => {
    const fn = atom(from, depth + 1);
    let { end } = fn;
    const args: Argument[] = [];
    for (;;) {
      const labelled = (is(end, "~") || is(end, "?")) && tokens[end + 1]?.kind === "name";
      if (labelled) {
        const label = tokens[end + 1]?.text;
        const nameSpan = span(end + 1, end + 2);
        if (is(end + 2, ":")) {
          const value = atom(end + 3, depth + 1);
          args.push({ label, term: value.term });
          end = Math.max(value.end, end + 3);
        } else {
          args.push({ label, term: { kind: "name", span: nameSpan, name: label ?? "" } });
          end += 2;
        }
        continue;
      }
      if (!startsAtom(brackets, end)) break;
      const value = atom(end, depth + 1);
      if (value.end === end) break;
      args.push({ label: undefined, term: value.term });
      end = value.end;
    }
    if (args.length === 0) return fn;
    const whole = span(from, end);
    // `(f a) b`, as in `Key.(if_impl is_solo5) a b`, is `f a b`.
    const term: Term =
      fn.term.kind === "call"
        ? { ...fn.term, span: whole, arguments: [...fn.term.arguments, ...args] }
        : { kind: "call", span: whole, function: fn.term, arguments: args };
    return { term, end };
  };

  return { bindings };
}
