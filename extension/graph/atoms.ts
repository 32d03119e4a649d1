import type { Brackets, Span } from "../../language-bridge/tokens.ts";
import { startsAtom, startsItem } from "./signs.ts";
import type { Term } from "./term.ts";

/** An expression and the index of the token behind it. */
export interface Read {
  readonly term: Term;
  readonly end: number;
}

/** Reads the expression at a token; the depth is how many it is within. */
export type Reader = (from: number, depth: number) => Read;

/** Deeper expressions are not looked into. */
export const deepest = 600;

/** From the beginning of a token to the end of the one before `end`. */
export function spanOf({ text, tokens }: Brackets, from: number, end: number): Span {
  const start = tokens[from]?.start ?? text.length;
  return { start, end: Math.max(start, tokens[Math.max(from, end - 1)]?.end ?? start) };
}

/** What is stepped over, with those parts of it that were understood. */
export function notUnderstood(
  brackets: Brackets,
  from: number,
  end: number,
  parts: readonly Term[] = [],
): Read {
  return { term: { kind: "other", span: spanOf(brackets, from, end), parts }, end };
}

/**
 * A reader of simple expressions, such as can be an argument: names, texts, and what stands in brackets,
 * which is read as a whole `expression` or, in a list, as its `item`s.
 */
export function atomReader(
  brackets: Brackets,
  inside: { readonly expression: Reader; readonly item: Reader },
): Reader {
  const { tokens, is, after, closing } = brackets;

  const atom = (from: number, depth: number): Read => {
    const token = tokens[from];
    if (!token || !startsAtom(brackets, from) || depth > deepest)
      return notUnderstood(brackets, from, token ? from : tokens.length);
    if (token.kind === "string")
      return {
        term: { kind: "text", span: spanOf(brackets, from, from + 1), value: token.text },
        end: from + 1,
      };
    if (is(from, "!") || is(from, "`")) {
      const next = atom(from + 1, depth + 1);
      return notUnderstood(brackets, from, Math.max(next.end, from + 1));
    }
    const close = closing(from);
    if (is(from, "(") || is(from, "begin")) {
      const inner = inside.expression(from + 1, depth + 1);
      return { term: inner.term, end: close === undefined ? Math.max(inner.end, from + 1) : close + 1 };
    }
    if (is(from, "[")) return listFrom(from, close, depth + 1);
    if (token.kind === "name") return path(from, depth + 1);
    return notUnderstood(brackets, from, after(from));
  };

  const listFrom = (from: number, close: number | undefined, depth: number): Read => {
    const items: Term[] = [];
    const limit = close ?? tokens.length;
    let at = from + 1;
    while (at < limit) {
      const item = inside.item(at, depth + 1);
      if (item.end > at) items.push(item.term);
      at = Math.max(item.end, at);
      while (at < limit && !is(at, ";")) {
        if (startsItem(brackets, at))
          return { term: { kind: "items", span: spanOf(brackets, from, at), items }, end: at };
        at = after(at);
      }
      at++;
    }
    const end = close === undefined ? Math.min(at, tokens.length) : close + 1;
    return { term: { kind: "items", span: spanOf(brackets, from, end), items }, end };
  };

  /** `a`, `A.b`, and `A.(expression)`, which is its expression. */
  const path = (from: number, depth: number): Read => {
    const names = [tokens[from]?.text ?? ""];
    let at = from + 1;
    while (is(at, ".") && tokens[at + 1]?.kind === "name") {
      names.push(tokens[at + 1]?.text ?? "");
      at += 2;
    }
    if (is(at, ".") && (is(at + 1, "(") || is(at + 1, "["))) return atom(at + 1, depth + 1);
    if (names.length > 1 && names[0] === "Mirage") names.shift();
    return { term: { kind: "name", span: spanOf(brackets, from, at), name: names.join(".") }, end: at };
  };

  return atom;
}
