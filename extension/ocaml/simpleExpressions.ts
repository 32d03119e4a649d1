import type { BracketedTokens, Span } from "./brackets.ts";
import { startsSimpleExpression, startsItem } from "./operators.ts";
import type { Expression } from "./ast.ts";

/** An expression, and the index of the token after it. */
export interface ParseResult {
  readonly term: Expression;
  readonly end: number;
}

/** Reads the expression at a token. `depth` is the number of expressions around it. */
export type ExpressionReader = (from: number, depth: number) => ParseResult;

/** Deeper expressions are skipped. */
export const maxDepth = 600;

/** The span from the start of a token to the end of the one before index `end`. */
export function expressionSpan({ text, tokens }: BracketedTokens, from: number, end: number): Span {
  const start = tokens[from]?.start ?? text.length;
  return { start, end: Math.max(start, tokens[Math.max(from, end - 1)]?.end ?? start) };
}

/** An expression that is skipped, with those parts of it that were understood. */
export function opaqueExpression(
  brackets: BracketedTokens,
  from: number,
  end: number,
  parts: readonly Expression[] = [],
): ParseResult {
  return { term: { kind: "other", span: expressionSpan(brackets, from, end), parts }, end };
}

/**
 * Creates a reader of simple expressions, which can be arguments: names, strings, and bracketed expressions.
 * The content of parentheses is read by `expression`, each element of a list by `item`.
 */
export function simpleExpressionReader(
  brackets: BracketedTokens,
  inside: {
    readonly expression: ExpressionReader;
    readonly item: ExpressionReader;
    /** Names of modules that are left out of the paths that begin with them. */
    readonly omittedModules: ReadonlySet<string>;
  },
): ExpressionReader {
  const { tokens, is, after, closing } = brackets;

  const atom = (from: number, depth: number): ParseResult => {
    const token = tokens[from];
    if (!token || !startsSimpleExpression(brackets, from) || depth > maxDepth)
      return opaqueExpression(brackets, from, token ? from : tokens.length);
    if (token.kind === "string")
      return {
        term: { kind: "text", span: expressionSpan(brackets, from, from + 1), value: token.text },
        end: from + 1,
      };
    if (is(from, "!") || is(from, "`")) {
      const next = atom(from + 1, depth + 1);
      return opaqueExpression(brackets, from, Math.max(next.end, from + 1));
    }
    const close = closing(from);
    if (is(from, "(") || is(from, "begin")) {
      const inner = inside.expression(from + 1, depth + 1);
      const end = close === undefined ? Math.max(inner.end, from + 1) : close + 1;
      return { term: { ...inner.term, outer: expressionSpan(brackets, from, end) }, end };
    }
    if (is(from, "[")) return listFrom(from, close, depth + 1);
    if (token.kind === "name") return path(from, depth + 1);
    return opaqueExpression(brackets, from, after(from));
  };

  const listFrom = (from: number, close: number | undefined, depth: number): ParseResult => {
    const items: Expression[] = [];
    const limit = close ?? tokens.length;
    let at = from + 1;
    while (at < limit) {
      const item = inside.item(at, depth + 1);
      if (item.end > at) items.push(item.term);
      at = Math.max(item.end, at);
      while (at < limit && !is(at, ";")) {
        if (startsItem(brackets, at))
          return { term: { kind: "items", span: expressionSpan(brackets, from, at), items }, end: at };
        at = after(at);
      }
      at++;
    }
    const end = close === undefined ? Math.min(at, tokens.length) : close + 1;
    return { term: { kind: "items", span: expressionSpan(brackets, from, end), items }, end };
  };

  /** `a`, `A.b`, and `A.(expression)`, which is read as the expression. */
  const path = (from: number, depth: number): ParseResult => {
    const names = [tokens[from]?.text ?? ""];
    let at = from + 1;
    while (is(at, ".") && tokens[at + 1]?.kind === "name") {
      names.push(tokens[at + 1]?.text ?? "");
      at += 2;
    }
    if (is(at, ".") && (is(at + 1, "(") || is(at + 1, "["))) {
      const inner = atom(at + 1, depth + 1);
      return { ...inner, term: { ...inner.term, outer: expressionSpan(brackets, from, inner.end) } };
    }
    if (names.length > 1 && inside.omittedModules.has(names[0] ?? "")) names.shift();
    return {
      term: { kind: "name", span: expressionSpan(brackets, from, at), name: names.join(".") },
      end: at,
    };
  };

  return atom;
}
