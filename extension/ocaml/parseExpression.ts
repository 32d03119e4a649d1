import { patternEnd, patternNames as namesIn, type BracketedTokens, type Span } from "./brackets.ts";
import {
  simpleExpressionReader,
  maxDepth,
  opaqueExpression,
  expressionSpan,
  type ParseResult,
} from "./simpleExpressions.ts";
import { operatorAt, readParameter, startsSimpleExpression, startsItem } from "./operators.ts";
import { outerSpan, type Argument, type Binding, type Parameter, type Expression } from "./ast.ts";

/**
 * Parses the bindings of an OCaml file in their order, `let () = …` among them without a name, also those
 * inside modules. Follows the expressions of the OCaml manual as far as calls, `$`, `@@`, `@->`, `|>`, `let`,
 * `if` and `match` go. Never fails, whatever the text, and skips what it does not understand.
 * `omittedModules` are left out of paths: with `Mirage` among them, `Mirage.register` is the name `register`.
 */
export function parseBindings(
  brackets: BracketedTokens,
  omittedModules: ReadonlySet<string> = new Set(),
): readonly Binding[] {
  const parser = expressionParser(brackets, omittedModules);
  const bindings: Binding[] = [];
  let at = 0;
  while (at < brackets.tokens.length) {
    // An expression can be an item of a file too: the first one, or one after `;;`.
    const isExpression = at === 0 || (brackets.is(at - 1, ";") && brackets.is(at - 2, ";"));
    if (brackets.is(at, "let") || (isExpression && startsSimpleExpression(brackets, at))) {
      const read = brackets.is(at, "let") ? parser.bindings(at, 0) : parser.item(at);
      bindings.push(...read.bindings);
      at = Math.max(read.end, at + 1);
      // `let open Mirage in register …` is an expression: what follows `in` is its value.
      if (brackets.is(at, "in") && !brackets.is(at + 1, "let")) {
        const body = parser.item(at + 1);
        bindings.push(...body.bindings);
        at = Math.max(body.end, at + 1);
      }
    } else at++;
  }
  return bindings;
}

function expressionParser(brackets: BracketedTokens, omittedModules: ReadonlySet<string>) {
  const { tokens, is, after } = brackets;
  const span = (from: number, end: number): Span => expressionSpan(brackets, from, end);
  const other = (from: number, end: number, parts?: readonly Expression[]): ParseResult =>
    opaqueExpression(brackets, from, end, parts);
  const atom = simpleExpressionReader(brackets, {
    expression: (from, depth) => expression(from, depth),
    item: (from, depth) => tuple(from, depth),
    omittedModules,
  });

  /** `let [rec] a = … and b = …` from the word `let` on, without the `in`. */
  const bindings = (
    from: number,
    depth: number,
  ): { readonly bindings: readonly Binding[]; readonly end: number } => {
    const found: Binding[] = [];
    let at = from;
    do {
      const keywordAt = at;
      at += is(at + 1, "rec") ? 2 : 1;
      // `let open M in`, `let module M = … in` bind no value.
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
      const whole: Expression =
        parameters.length === 0
          ? value.term
          : { kind: "function", span: span(nameAt, value.end), parameters, body: value.term };
      const names = namesIn(brackets, nameAt, head);
      for (const [place, bound] of (names.length > 0 ? names : [undefined]).entries()) {
        found.push({
          name: bound === undefined ? undefined : tokens[bound]?.text,
          nameSpan: bound === undefined ? span(nameAt, head) : span(bound, bound + 1),
          value: names.length > 1 ? { kind: "part", span: whole.span, of: whole, place } : whole,
          span: span(keywordAt, value.end),
        });
      }
      at = value.end;
    } while (is(at, "and"));
    return { bindings: found, end: at };
  };

  const expression = (from: number, depth: number): ParseResult => {
    if (depth > maxDepth) return other(from, after(from));
    const first = tuple(from, depth + 1);
    let { end } = first;
    const parts = [first.term];
    // The value of a sequence is its last expression.
    while (is(end, ";") && !is(end + 1, ";")) {
      const next = tuple(end + 1, depth + 1);
      if (next.end === end + 1) return { term: sequence(from, end + 1, parts), end: end + 1 };
      parts.push(next.term);
      end = next.end;
    }
    return parts.length === 1 ? first : { term: sequence(from, end, parts), end };
  };
  const sequence = (from: number, end: number, parts: readonly Expression[]): Expression => {
    const body = parts.at(-1);
    if (!body) return other(from, end).term;
    const bindingsBefore = parts
      .slice(0, -1)
      .map((value) => ({ name: undefined, nameSpan: value.span, value, span: value.span }));
    return { kind: "let", span: span(from, end), bindings: bindingsBefore, body };
  };

  const tuple = (from: number, depth: number): ParseResult => {
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

  const prefixed = (from: number, depth: number): ParseResult => {
    if (depth > maxDepth) return other(from, after(from));
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

  /** The `in` of a `let` whose last value ends here, after the part of it that was not understood. */
  const wordIn = (from: number): number | undefined => {
    for (let at = from; at < tokens.length && !startsItem(brackets, at); at = after(at)) {
      if (is(at, "in")) return at;
      if ([")", "]", "}", "end", "$"].some((sign) => is(at, sign))) return undefined;
    }
    return undefined;
  };

  const cases = (from: number, depth: number): ParseResult => {
    let at = from + 1;
    if (!is(from, "function")) {
      at = expression(at, depth + 1).end;
      if (!is(at, "with")) return other(from, at);
      at++;
    }
    const options: Expression[] = [];
    const patternNames: string[] = [];
    for (;;) {
      if (is(at, "|")) at++;
      const patternAt = at;
      while (at < tokens.length && !(is(at, "-") && is(at + 1, ">")) && !startsItem(brackets, at))
        at = after(at);
      for (const { kind, text } of tokens.slice(patternAt, at)) if (kind === "name") patternNames.push(text);
      if (!is(at, "-")) break;
      const option = expression(at + 2, depth + 1);
      options.push(option.term);
      at = Math.max(option.end, at + 2);
      if (!is(at, "|")) break;
    }
    const choice: Expression = { kind: "choice", span: span(from, at), options, patternNames };
    if (!is(from, "function")) return { term: choice, end: at };
    const parameters = [{ name: undefined, label: undefined }];
    return { term: { kind: "function", span: span(from, at), parameters, body: choice }, end: at };
  };

  /** `$` and `|>` associate to the left, and bind less tightly than operators that begin with `@`. */
  const operators = (from: number, depth: number): ParseResult => {
    let left = right(from, depth + 1);
    for (;;) {
      const { end } = left;
      const sign = operatorAt(brackets, end);
      if (sign === undefined || sign.text.startsWith("@")) return left;
      const next = operand(end + sign.width, depth + 1);
      const both = { span: span(from, next.end) };
      const { term } = left;
      if (sign.text === "$")
        left = { term: { kind: "apply", ...both, functor: term, argument: next.term }, end: next.end };
      else if (sign.text === "|>") left = { term: callOf(next.term, term, both.span), end: next.end };
      else left = other(from, next.end, [term, next.term]);
    }
  };

  const callOf = (fn: Expression, value: Expression, whole: Span): Expression => {
    const argument: Argument = { label: undefined, term: value, span: outerSpan(value) };
    return fn.kind === "call"
      ? { ...fn, span: whole, arguments: [...fn.arguments, argument] }
      : { kind: "call", span: whole, function: fn, arguments: [argument] };
  };

  /** `@@`, `@` and `@->` associate to the right. */
  const right = (from: number, depth: number): ParseResult => {
    if (depth > maxDepth) return other(from, after(from));
    const left = call(from, depth + 1);
    const sign = operatorAt(brackets, left.end);
    if (!sign?.text.startsWith("@")) return left;
    const next = operand(left.end + sign.width, depth + 1);
    if (sign.text === "@@")
      return { term: callOf(left.term, next.term, span(from, next.end)), end: next.end };
    if (sign.text === "@->") {
      const rest =
        next.term.kind === "arrow" && !next.term.outer
          ? next.term.operands
          : [present(next, left.end + sign.width)];
      return {
        term: { kind: "arrow", span: span(from, next.end), operands: [present(left, from), ...rest] },
        end: next.end,
      };
    }
    return other(from, next.end, [left.term, next.term]);
  };
  /** What stands after an operator. */
  const operand = (from: number, depth: number): ParseResult =>
    isPrefixed(from) ? prefixed(from, depth) : right(from, depth);
  /** The expression that was read from a token on, or an empty one if there is none. */
  const present = ({ term, end }: ParseResult, from: number): Expression =>
    end > from ? term : { kind: "other", span: { start: term.span.start, end: term.span.start }, parts: [] };
  const isPrefixed = (at: number) =>
    ["let", "fun", "function", "match", "if", "try"].some((word) => is(at, word));

  const call = (from: number, depth: number): ParseResult => {
    const fn = atom(from, depth + 1);
    let { end } = fn;
    const args: Argument[] = [];
    for (;;) {
      const labelled = (is(end, "~") || is(end, "?")) && tokens[end + 1]?.kind === "name";
      if (labelled) {
        const label = tokens[end + 1]?.text;
        const nameSpan = span(end + 1, end + 2);
        const labelAt = end;
        if (is(end + 2, ":")) {
          const value = atom(end + 3, depth + 1);
          end = Math.max(value.end, end + 3);
          args.push({ label, term: value.term, span: span(labelAt, end) });
        } else {
          const term: Expression = { kind: "name", span: nameSpan, name: label ?? "" };
          end += 2;
          args.push({ label, punned: true, term, span: span(labelAt, end) });
        }
        continue;
      }
      if (!startsSimpleExpression(brackets, end)) break;
      const value = atom(end, depth + 1);
      if (value.end === end) break;
      args.push({ label: undefined, term: value.term, span: outerSpan(value.term) });
      end = value.end;
    }
    if (args.length === 0) return fn;
    const whole = span(from, end);
    // `(f a) b`, as in `Key.(if_impl is_solo5) a b`, is `f a b`.
    const term: Expression =
      fn.term.kind === "call"
        ? { ...fn.term, span: whole, arguments: [...fn.term.arguments, ...args] }
        : { kind: "call", span: whole, function: fn.term, arguments: args };
    return { term, end };
  };

  /** An expression as an item of a file, which binds nothing. */
  const item = (from: number): { readonly bindings: readonly Binding[]; readonly end: number } => {
    const { term, end } = expression(from, 0);
    return { bindings: [{ name: undefined, nameSpan: term.span, value: term, span: term.span }], end };
  };

  return { bindings, item };
}
