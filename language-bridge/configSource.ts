import { readBrackets, type Brackets, type Span } from "./tokens.ts";

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
interface Call {
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

/** `main "Unikernel.Main" (stackv4v6 @-> job)`, or `foreign`, as it was called before mirage 4. */
export interface MainCall extends Call {
  readonly module: Literal;
  /** The operands of `@->` without the `job` at the end; undefined where the text does not tell them. */
  readonly parameters: readonly Operand[] | undefined;
  /** Where the type stands, its parentheses included. */
  readonly type: Span | undefined;
  /** Where its last operand begins, which is `job` where the parameters are known. */
  readonly result: number;
  /** Whether the type stands in the call itself, so that it can be edited there. */
  readonly typeInPlace: boolean;
  /** The name of the innermost `let` around it: in `let NAME = main …`, that of the call. */
  readonly binding: string | undefined;
}

/** `package "x" ~min:"1.0" ~sublibs:["a"]` */
export interface PackageCall extends Call {
  readonly name: Literal;
  readonly sublibs: readonly string[];
}

/** `main $ a $ b` in the list of `register`. */
export interface Application {
  readonly functor: Operand;
  readonly arguments: readonly Operand[];
  readonly span: Span;
}

/** `register "name" [ main $ a $ b ]` */
export interface RegisterCall extends Call {
  readonly name: Literal | undefined;
  readonly jobs: readonly Application[];
}

export interface ConfigSource {
  readonly mains: readonly MainCall[];
  readonly packages: readonly PackageCall[];
  readonly registers: readonly RegisterCall[];
  /** Names with their uses that stand in the text as words of their own: devices, combinators, types. */
  readonly words: readonly { readonly name: string; readonly span: Span }[];
  /** Names that the file binds itself by `let`: they need not mean what Mirage calls so. */
  readonly bound: ReadonlySet<string>;
  /** Lists that are written out in `let NAME = [ … ]`, with their brackets. */
  readonly lists: ReadonlyMap<string, Span>;
}

/**
 * Reads the calls of the Mirage DSL in the text of a config.ml (`lib/functoria/DSL.mli` and
 * `lib/mirage.mli` of mirage 4). Never fails, also on text that is being typed; time is linear in its
 * length.
 */
export function readConfigSource(text: string): ConfigSource {
  const brackets = readBrackets(text);
  const { tokens, is } = brackets;
  const mains: MainCall[] = [];
  const packages: PackageCall[] = [];
  const registers: RegisterCall[] = [];
  const words: { name: string; span: Span }[] = [];
  const bound = new Set<string>();
  const types = new Map<string, readonly [number, number]>();
  const lists = new Map<string, number>();
  /** The names of `let` that no `in` has closed, the innermost last. */
  const lets: (string | undefined)[] = [];

  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "name") continue;
    if (token.text === "in") lets.pop();
    if (token.text === "let" || token.text === "and") {
      const nameAt = at + (is(at + 1, "rec") ? 2 : 1);
      const name = tokens[nameAt]?.kind === "name" ? tokens[nameAt].text : undefined;
      if (token.text === "and") lets.pop();
      lets.push(name);
      if (name === undefined) continue;
      bound.add(name);
      if (!is(nameAt + 1, "=")) continue;
      if (is(nameAt + 2, "[")) lists.set(name, nameAt + 2);
      const end = typeEnd(brackets, nameAt + 2);
      if (end > nameAt + 2) types.set(name, [nameAt + 2, end]);
      continue;
    }
    if (isLabelOrBinding(brackets, at)) continue;
    words.push({ name: token.text, span: { start: token.start, end: token.end } });
    if (token.text === "main" || token.text === "foreign") {
      const main = readMain(brackets, at, types);
      if (main) mains.push({ ...main, binding: lets.at(-1) });
    } else if (token.text === "package") {
      const read = readPackage(brackets, at);
      if (read) packages.push(read);
    } else if (token.text === "register") {
      registers.push(readRegister(brackets, at, lists));
    }
  }
  const written = [...lists].map(([name, at]) => [name, spanOf(brackets, at, brackets.after(at))] as const);
  return { mains, packages, registers, words, bound, lists: new Map(written) };
}

/** Words before a name, or signs, that make it a binding, a label, a field or a name of another module. */
const notAUse: ReadonlySet<string> = new Set(["~", "?", "`", "#", "'", "rec", "and", "type", "module", "of"]);

function isLabelOrBinding({ tokens, is }: Brackets, at: number): boolean {
  if (is(at - 1, ".")) return !is(at - 2, "Mirage");
  const before = tokens[at - 1];
  return before !== undefined && before.kind !== "string" && notAUse.has(before.text);
}

/** Words that end the arguments of a call. */
const keywords: ReadonlySet<string> = new Set(
  "in let and then else with of do done match if fun function begin end open include module type when as to try rec val while for or mod".split(
    " ",
  ),
);

/** Index after the simple expression at `at`: a name or path, a text, a bracket; `at` where there is none. */
function argumentEnd(brackets: Brackets, from: number): number {
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

function readArguments(brackets: Brackets, from: number): Arguments {
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
      const elements =
        valueAt !== undefined && is(valueAt, "[") && end === brackets.after(valueAt)
          ? elementsOf(brackets, valueAt).map(([first, last]) => spanOf(brackets, first, last))
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

function readMain(
  brackets: Brackets,
  at: number,
  types: ReadonlyMap<string, readonly [number, number]>,
): Omit<MainCall, "binding"> | undefined {
  const { labels, positional, end } = readArguments(brackets, at + 1);
  const [named, typed] = positional;
  const module = named && literalAt(brackets, named[0]);
  if (!module) return undefined;
  const call = { word: spanOf(brackets, at, at + 1), span: spanOf(brackets, at, end), labels, module };
  if (!typed) return { ...call, parameters: undefined, type: undefined, result: 0, typeInPlace: false };
  const name = brackets.tokens[typed[0]]?.text ?? "";
  const elsewhere = typed[1] === typed[0] + 1 ? types.get(name) : undefined;
  const [from, to] = elsewhere ?? typed;
  const type = spanOf(brackets, from, to);
  const operands = readType(brackets, from, to);
  const last = operands?.at(-1);
  const parameters = last?.name === "job" ? operands?.slice(0, -1) : undefined;
  const result = last?.span.start ?? type.end;
  return { ...call, parameters, type, result, typeInPlace: elsewhere === undefined };
}

/** The operands of a functor type, with or without parentheses. */
function readType(brackets: Brackets, from: number, to: number): readonly Operand[] | undefined {
  const inner = brackets.is(from, "(") && brackets.after(from) === to ? [from + 1, to - 1] : [from, to];
  return split(brackets, inner[0] ?? from, inner[1] ?? to, (at) => arrowAt(brackets, at));
}

/** `@->` is three signs. */
function arrowAt({ is, tokens }: Brackets, at: number): number {
  const together = tokens[at]?.end === tokens[at + 1]?.start && tokens[at + 1]?.end === tokens[at + 2]?.start;
  return is(at, "@") && is(at + 1, "-") && is(at + 2, ">") && together ? 3 : 0;
}

/** The operands of a chain such as `a @-> b`; undefined where one is missing or no simple expression. */
function split(
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

function operandOf(brackets: Brackets, from: number, to: number): Operand {
  const { tokens, is } = brackets;
  const qualified = is(from, "Mirage") && is(from + 1, ".") ? from + 2 : from;
  const name =
    to === qualified + 1 && tokens[qualified]?.kind === "name" ? tokens[qualified]?.text : undefined;
  return { span: spanOf(brackets, from, to), name };
}

/** Where the type expression `a @-> b @-> job` that is all of a binding ends; `from` when there is none. */
function typeEnd(brackets: Brackets, from: number): number {
  let at = argumentEnd(brackets, from);
  let arrows = 0;
  for (let width = arrowAt(brackets, at); at > from && width > 0; width = arrowAt(brackets, at)) {
    arrows++;
    const next = argumentEnd(brackets, at + width);
    if (next === at + width) return from;
    at = next;
  }
  const parenthesized = brackets.is(from, "(") && brackets.after(from) === at;
  return arrows > 0 || parenthesized ? at : from;
}

function readPackage(brackets: Brackets, at: number): PackageCall | undefined {
  const { labels, positional, end } = readArguments(brackets, at + 1);
  const name = positional[0] && literalAt(brackets, positional[0][0]);
  if (!name) return undefined;
  const sublibs = (labels.get("sublibs")?.elements ?? []).map(({ start, end: to }) =>
    brackets.text.slice(start, to).replace(/^"|"$/g, ""),
  );
  return { word: spanOf(brackets, at, at + 1), span: spanOf(brackets, at, end), labels, name, sublibs };
}

function readRegister(brackets: Brackets, at: number, lists: ReadonlyMap<string, number>): RegisterCall {
  const { labels, positional, end } = readArguments(brackets, at + 1);
  const [named, listed] = positional;
  const given = listed && (lists.get(brackets.tokens[listed[0]]?.text ?? "") ?? listed[0]);
  const jobs =
    given !== undefined && brackets.is(given, "[")
      ? elementsOf(brackets, given).flatMap(([from, to]) => applicationOf(brackets, from, to) ?? [])
      : [];
  const name = named && literalAt(brackets, named[0]);
  return { word: spanOf(brackets, at, at + 1), span: spanOf(brackets, at, end), labels, name, jobs };
}

function applicationOf(brackets: Brackets, from: number, to: number): Application | undefined {
  const operands = split(brackets, from, to, (at) => (brackets.is(at, "$") ? 1 : 0));
  const [functor, ...rest] = operands ?? [];
  return functor && { functor, arguments: rest, span: spanOf(brackets, from, to) };
}

/** The elements of the list that opens at `at`: first token and end of each. */
function elementsOf(brackets: Brackets, open: number): (readonly [number, number])[] {
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

function literalAt({ text, tokens }: Brackets, at: number): Literal | undefined {
  const token = tokens[at];
  if (token?.kind !== "string" || text[token.start] !== '"') return undefined;
  const closed = token.end > token.start + 1 && text[token.end - 1] === '"';
  return { value: token.text, span: { start: token.start + 1, end: token.end - (closed ? 1 : 0) } };
}

/** From the first token to the end of the last, which is the one before `to`. */
function spanOf({ tokens }: Brackets, from: number, to: number): Span {
  const start = tokens[from]?.start ?? 0;
  return { start, end: Math.max(start, tokens[Math.max(from, to - 1)]?.end ?? start) };
}
