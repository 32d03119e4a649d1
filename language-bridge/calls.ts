import type { Brackets, Span } from "./tokens.ts";

/** An argument of a call in config.ml, or an operand of `@->` or `$`. */
export interface Operand {
  readonly span: Span;
  /** The name where it is one, without `Mirage.` before it. */
  readonly name: string | undefined;
}

/** A text literal; the span is what stands between the quotes. */
export interface Literal {
  readonly value: string;
  readonly span: Span;
}

/** A call with the labels that it gives; the positional arguments are left to the calls' own readers. */
export interface Call {
  /** The word that is called. */
  readonly word: Span;
  /** From the word to the end of its last argument. */
  readonly span: Span;
  readonly labels: ReadonlyMap<string, LabelledArgument>;
}

export interface LabelledArgument {
  /** From `~` or `?` to the end of the value. */
  readonly span: Span;
  /** Undefined for `~packages` alone. */
  readonly value: Span | undefined;
  /** Spans of the elements of a list that is written out. */
  readonly elements: readonly Span[] | undefined;
}

/** Words that end the arguments of a call. */
const keywords: ReadonlySet<string> = new Set(
  "in let and then else with of do done match if fun function begin end open include module type when as to try rec val while for or mod".split(
    " ",
  ),
);

/** Index after the simple expression at `at`: a name or path, a text, a bracket; `at` where there is none. */
export function argumentEnd(brackets: Brackets, from: number): number {
  const { tokens, is } = brackets;
  const at = is(from, "`") || is(from, "!") ? from + 1 : from;
  const token = tokens[at];
  if (!token || (token.kind === "name" && keywords.has(token.text))) return from;
  if (token.kind === "sign" && !"([{".includes(token.text)) return from;
  let end = brackets.after(at);
  while (is(end, ".") && tokens[end + 1] !== undefined) end = brackets.after(end + 1);
  return end;
}

interface Arguments {
  readonly labels: Map<string, LabelledArgument>;
  /** First and last token of each positional argument, the end exclusive. */
  readonly positional: readonly (readonly [number, number])[];
  readonly end: number;
}

/** No call that is read here takes more; the bound keeps the time linear. */
const mostArguments = 24;

/** What a call whose word is before `from` is applied to: labels, and the others in order. */
export function readArguments(brackets: Brackets, from: number): Arguments {
  const { tokens, is } = brackets;
  const labels = new Map<string, LabelledArgument>();
  const positional: (readonly [number, number])[] = [];
  let at = from;
  for (;;) {
    const room = labels.size < mostArguments;
    const labelled = room && (is(at, "~") || is(at, "?")) && tokens[at + 1]?.kind === "name";
    if (labelled) {
      const name = tokens[at + 1]?.text ?? "";
      const valueAt = is(at + 2, ":") ? at + 3 : undefined;
      const end = valueAt === undefined ? at + 2 : argumentEnd(brackets, valueAt);
      const value = valueAt !== undefined && end > valueAt ? spanOf(brackets, valueAt, end) : undefined;
      const list = valueAt === undefined ? undefined : insideMirage(brackets, valueAt);
      const elements =
        list !== undefined && is(list, "[") && end === brackets.after(list)
          ? elementsOf(brackets, list).map(([first, last]) => spanOf(brackets, first, last))
          : undefined;
      labels.set(name, { span: spanOf(brackets, at, end), value, elements });
      at = end;
      continue;
    }
    const end = argumentEnd(brackets, at);
    if (end === at || labels.size + positional.length >= mostArguments) return { labels, positional, end };
    positional.push([at, end]);
    at = end;
  }
}

/** The operands of a chain such as `a @-> b`; undefined where one is missing or no simple expression. */
export function split(
  brackets: Brackets,
  from: number,
  to: number,
  operator: (at: number) => number,
): Operand[] | undefined {
  const operands: Operand[] = [];
  let at = from;
  let begin = from;
  for (;;) {
    const width = at < to ? operator(at) : 1;
    if (width > 0) {
      if (at === begin) return undefined;
      operands.push(operandOf(brackets, begin, at));
      if (at >= to) return operands;
      begin = at + width;
      at = begin;
    } else {
      at = Math.min(brackets.after(at), to);
    }
  }
}

/** Index of the bracket in `Mirage.( … )` and `Mirage.[ … ]`; `at` for anything else. */
export function insideMirage({ is }: Brackets, at: number): number {
  const opens = is(at, "Mirage") && is(at + 1, ".") && (is(at + 2, "(") || is(at + 2, "["));
  return opens ? at + 2 : at;
}

function operandOf(brackets: Brackets, from: number, to: number): Operand {
  const { tokens, is } = brackets;
  const qualified = is(from, "Mirage") && is(from + 1, ".") ? from + 2 : from;
  const name =
    to === qualified + 1 && tokens[qualified]?.kind === "name" ? tokens[qualified]?.text : undefined;
  return { span: spanOf(brackets, from, to), name };
}

/** The elements of the list that opens at `at`: first token and end of each. */
export function elementsOf(brackets: Brackets, open: number): (readonly [number, number])[] {
  const elements: (readonly [number, number])[] = [];
  const close = brackets.closing(open);
  if (close === undefined) return elements;
  let begin = open + 1;
  for (let at = open + 1; at <= close; at = brackets.after(at)) {
    if (at !== close && !brackets.is(at, ";")) continue;
    if (at > begin) elements.push([begin, at]);
    begin = at + 1;
  }
  return elements;
}

/** The text literal in double quotes at `at`. */
export function literalAt({ text, tokens }: Brackets, at: number): Literal | undefined {
  const token = tokens[at];
  if (token?.kind !== "string" || text[token.start] !== '"') return undefined;
  const closed = token.end > token.start + 1 && text[token.end - 1] === '"';
  return { value: token.text, span: { start: token.start + 1, end: token.end - (closed ? 1 : 0) } };
}

/** From the first token to the end of the last, which is the one before `to`. */
export function spanOf({ tokens }: Brackets, from: number, to: number): Span {
  const start = tokens[from]?.start ?? 0;
  return { start, end: Math.max(start, tokens[Math.max(from, to - 1)]?.end ?? start) };
}
