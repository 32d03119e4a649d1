import {
  argumentEnd,
  elementsOf,
  insideMirage,
  literalAt,
  readArguments,
  spanOf,
  split,
  type Call,
  type Literal,
  type Operand,
} from "./calls.ts";
import { listLengths } from "./listLengths.ts";
import { patternEnd, patternNames, readBrackets, type Brackets, type Span } from "./tokens.ts";

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
  /** How long the lists are that labels name, as in `let runtime_args = [ … ] in main ~runtime_args …`, where that is sure. */
  readonly lengths: ReadonlyMap<string, number>;
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
  /** Uses of the combinators of network stacks, whose labels changed with the versions of mirage. */
  readonly stacks: readonly Call[];
  /** Names with their uses that stand in the text as words of their own: devices, combinators, types. */
  readonly words: readonly { readonly name: string; readonly span: Span }[];
  /**
   * Names that the file binds itself by `let`, with the offset where it first does: from there on they
   * need not mean what Mirage calls so.
   */
  readonly bound: ReadonlyMap<string, number>;
  /** Other names for a name, `let time = default_time`, with the whole binding. */
  readonly aliases: ReadonlyMap<string, { readonly of: string; readonly span: Span }>;
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
  const stacks: Call[] = [];
  const words: { name: string; span: Span }[] = [];
  const bound = new Map<string, number>();
  const aliases = new Map<string, { readonly of: string; readonly span: Span }>();
  const types = new Map<string, readonly [number, number]>();
  const lists = new Map<string, number>();
  const known = listLengths(brackets);
  /** The names of `let` that no `in` has closed, the innermost last. */
  const lets: (string | undefined)[] = [];

  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "name") continue;
    if (token.text === "in") lets.pop();
    if (token.text === "let" || token.text === "and") {
      if (token.start === 0 || text[token.start - 1] === "\n") known.item();
      const nameAt = at + (is(at + 1, "rec") ? 2 : 1);
      const name = tokens[nameAt]?.kind === "name" ? tokens[nameAt].text : undefined;
      if (token.text === "and") lets.pop();
      lets.push(name);
      for (const each of patternNames(brackets, nameAt, patternEnd(brackets, nameAt))) {
        const one = each === undefined ? undefined : tokens[each];
        if (one && !bound.has(one.text)) bound.set(one.text, one.start);
      }
      if (name === undefined) continue;
      known.bound(name, nameAt + 1);
      if (!is(nameAt + 1, "=")) continue;
      if (is(nameAt + 2, "[")) lists.set(name, nameAt + 2);
      const value = tokens[nameAt + 2];
      const alone = tokens[nameAt + 3] === undefined || is(nameAt + 3, "let");
      if (token.text === "let" && value?.kind === "name" && alone)
        aliases.set(name, { of: value.text, span: spanOf(brackets, at, nameAt + 3) });
      const end = typeEnd(brackets, nameAt + 2);
      if (end > nameAt + 2) types.set(name, [nameAt + 2, end]);
      continue;
    }
    known.seen(token.text);
    if (isLabelOrBinding(brackets, at)) continue;
    words.push({ name: token.text, span: { start: token.start, end: token.end } });
    if (token.text === "main" || token.text === "foreign") {
      const main = readMain(brackets, at, types);
      if (main) mains.push({ ...main, lengths: known.of(main.labels), binding: lets.at(-1) });
    } else if (token.text === "package") {
      const read = readPackage(brackets, at);
      if (read) packages.push(read);
    } else if (token.text === "register") {
      registers.push(readRegister(brackets, at, lists));
    } else if (stackNames.has(token.text) && !bound.has(token.text)) {
      const { labels, end } = readArguments(brackets, at + 1);
      stacks.push({ word: spanOf(brackets, at, at + 1), span: spanOf(brackets, at, end), labels });
    }
  }
  const written = [...lists].map(([name, at]) => [name, spanOf(brackets, at, brackets.after(at))] as const);
  return { mains, packages, registers, stacks, words, bound, aliases, lists: new Map(written) };
}

/** Whether the file itself binds the name, here or before. */
export function isOwn({ bound }: Pick<ConfigSource, "bound">, { name, span }: Operand): boolean {
  const from = name === undefined ? undefined : bound.get(name);
  return from !== undefined && from <= span.start;
}

const stackNames: ReadonlySet<string> = new Set([
  "generic_stackv4v6",
  "generic_stackv4v6_with_lease",
  "direct_stackv4v6",
  "direct_tcp",
]);

/** Words before a name, or signs, that make it a binding, a label, a field or a name of another module. */
const notAUse: ReadonlySet<string> = new Set(["~", "?", "`", "#", "'", "rec", "and", "type", "module", "of"]);

function isLabelOrBinding({ tokens, is }: Brackets, at: number): boolean {
  if (is(at - 1, ".")) return !is(at - 2, "Mirage");
  const before = tokens[at - 1];
  return before !== undefined && before.kind !== "string" && notAUse.has(before.text);
}

function readMain(
  brackets: Brackets,
  at: number,
  types: ReadonlyMap<string, readonly [number, number]>,
): Omit<MainCall, "binding" | "lengths"> | undefined {
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
function readType(brackets: Brackets, begin: number, to: number): readonly Operand[] | undefined {
  const from = insideMirage(brackets, begin);
  const inner = brackets.is(from, "(") && brackets.after(from) === to ? [from + 1, to - 1] : [from, to];
  return split(brackets, inner[0] ?? from, inner[1] ?? to, (at) => arrowAt(brackets, at));
}

/** `@->` is three signs. */
function arrowAt({ is, tokens }: Brackets, at: number): number {
  const together = tokens[at]?.end === tokens[at + 1]?.start && tokens[at + 1]?.end === tokens[at + 2]?.start;
  return is(at, "@") && is(at + 1, "-") && is(at + 2, ">") && together ? 3 : 0;
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
  const given =
    listed && (lists.get(brackets.tokens[listed[0]]?.text ?? "") ?? insideMirage(brackets, listed[0]));
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
