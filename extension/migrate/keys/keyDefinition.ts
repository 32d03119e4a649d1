import { spanContains, readBrackets, type BracketedTokens, type Span } from "../../ocaml/brackets.ts";
import type { Binding } from "../../ocaml/ast.ts";
import { readCalls } from "../configCalls.ts";

/** `let port = let doc = Key.Arg.info … in Key.(create "port" Arg.(opt int 8080 doc))` in a config.ml. */
export interface KeyDefinition {
  /** The name that config.ml binds. */
  readonly name: string;
  /** From `let` to the end of the value. */
  readonly span: Span;
  /** The function of `Key_gen` that read it: the name given to `create`, with `_` for `-`. */
  readonly accessor: string;
  /**
   * The definition as a boot argument in a module of the unikernel, without `let NAME =`: a term of Cmdliner,
   * with the text before it. Undefined if a part has no certain counterpart there.
   */
  readonly term: { readonly before: string; readonly text: string } | undefined;
}

/** Converters of `Key.Arg` that `Cmdliner.Arg` has too. */
export const sameConverters: ReadonlySet<string> = new Set([
  "some",
  "int",
  "int64",
  "string",
  "bool",
  "list",
  "pair",
  "float",
]);
/** Converters of addresses, which are in a module of their own at run time. */
const addressConverters: ReadonlySet<string> = new Set([
  "ipv4_address",
  "ipv4",
  "ipv6_address",
  "ipv6",
  "ip_address",
]);
/** The functions of `Key.Arg` that make a key. */
export const kinds: ReadonlySet<string> = new Set(["opt", "required", "flag", "opt_all"]);

/** The keys that a config.ml defines, in the order of the text. */
export function keyDefinitions(text: string): KeyDefinition[] {
  const brackets = readBrackets(text);
  const { bindings } = readCalls(text);
  const keys = bindings.flatMap((binding) => keyDefinition(brackets, binding) ?? []);
  // A binding around the definition of a key, such as the one of a `main`, is not a key itself.
  return keys.filter((key) => !keys.some((inner) => inner !== key && spanContains(key.span, inner.span)));
}

function keyDefinition(
  brackets: BracketedTokens,
  { name, span, nameSpan }: Binding,
): KeyDefinition | undefined {
  const { text, tokens, is, after } = brackets;
  const first = tokens.findIndex(({ start }) => start >= nameSpan.end);
  const last = tokens.findLastIndex(({ end }) => end <= span.end);
  if (name === undefined || !text.startsWith("let", span.start)) return undefined;
  let create = -1;
  for (let at = first; at <= last; at++)
    if (is(at, "create") && is(at - 1, ".") && is(at - 2, "Key")) create = at;
    else if (is(at, "create") && is(at - 1, "(") && is(at - 2, ".") && is(at - 3, "Key")) create = at;
  const literal = tokens[create + 1];
  if (create < 0 || literal?.kind !== "string") return undefined;
  const isLocalOpen = is(create - 1, "(");
  let begin = isLocalOpen ? create - 3 : create - 2;
  if (is(begin - 1, ".") && is(begin - 2, "Mirage")) begin -= 2;
  // `Key.abstract Key.(create …)`
  if ((is(begin - 1, "abstract") || is(begin - 1, "v")) && is(begin - 2, ".") && is(begin - 3, "Key"))
    begin -= 3;
  const end = isLocalOpen ? after(create - 1) : last + 1;
  const value = tokens[first]?.text === "=" ? first + 1 : first;
  return {
    name,
    span,
    accessor: literal.text.replaceAll("-", "_"),
    term: end === last + 1 ? termOf(brackets, value, begin, create + 2, end) : undefined,
  };
}

/** The term of Cmdliner. `begin` is the first token of `Key.create …`, `description` the one after its name. */
function termOf(
  brackets: BracketedTokens,
  value: number,
  begin: number,
  description: number,
  end: number,
): KeyDefinition["term"] {
  const { text, tokens, is } = brackets;
  let at = description;
  while (at < end && !kinds.has(tokens[at]?.text ?? "")) at++;
  const kind = tokens[at]?.text ?? "";
  if (!kinds.has(kind)) return undefined;
  const parts: string[] = [];
  for (at++; at < end && !is(at, ")");) {
    if (is(at, "~") && is(at + 1, "stage")) {
      at += 5;
      continue;
    }
    const to = argumentEnd(brackets, at);
    parts.push(text.slice(tokens[at]?.start ?? 0, tokens[to - 1]?.end ?? 0));
    at = to;
  }
  const info = parts.pop();
  const converter = kind === "flag" ? "" : converterText(parts.shift());
  if (info === undefined || converter === undefined) return undefined;
  const argument = argumentText(kind, converter, parts, info);
  const before = beforeText(brackets, value, begin);
  if (argument === undefined || before === undefined) return undefined;
  return { before, text: `Cmdliner.Arg.(${argument})` };
}

/** Index after an argument: a bracket, a literal, a path, a polymorphic variant or a negative number. */
export function argumentEnd({ tokens, is, after }: BracketedTokens, at: number): number {
  if (is(at, "`")) return at + 2;
  let to = after(at);
  while (is(to, ".") && (tokens[to + 1]?.kind === "name" || is(to + 1, "("))) to = after(to + 1);
  return to;
}

function argumentText(
  kind: string,
  converter: string,
  rest: readonly string[],
  info: string,
): string | undefined {
  const text = info.replaceAll(/\bKey\.Arg\.info\b/g, "info");
  if (kind === "flag" && rest.length === 0) return `value & flag ${text}`;
  if (kind === "opt" && rest.length === 1) return `value & opt ${converter} ${rest[0]} ${text}`;
  if (kind === "opt_all" && rest.length === 0) return `value & opt_all ${converter} [] ${text}`;
  if (kind === "required" && rest.length === 0) return `required & opt (some ${converter}) None ${text}`;
  return undefined;
}

/** A converter in terms of Cmdliner, with its own parentheses; undefined for one that config.ml defines. */
function converterText(converter: string | undefined): string | undefined {
  if (converter === undefined) return undefined;
  const plain = converter.replaceAll(/\b(?:Cmdliner\.|(?:Mirage\.)?Key\.)?Arg\.(?=[a-z(])/g, "");
  const words = plain.match(/[A-Za-z_][\w']*/g) ?? [];
  const known = words.every((word) => sameConverters.has(word) || addressConverters.has(word));
  if (!known || !/^[\w\s()]+$/.test(plain)) return undefined;
  return plain.replaceAll(/[a-z]\w*/g, (word) =>
    addressConverters.has(word) ? `Mirage_runtime_network.Arg.${word}` : word,
  );
}

/** What stands before `Key.create`, such as `let doc = Key.Arg.info … in`, in terms of Cmdliner. */
function beforeText({ text, tokens, is }: BracketedTokens, value: number, begin: number): string | undefined {
  if (begin <= value) return "";
  const start = tokens[value]?.start ?? 0;
  const stop = tokens[begin]?.start ?? start;
  let written = "";
  let from = start;
  for (let at = value; at < begin; at++) {
    const token = tokens[at];
    if (!token) continue;
    if (is(at, "Key") && is(at + 1, ".") && is(at + 2, "Arg")) {
      written += text.slice(from, token.start) + "Cmdliner.";
      from = tokens[at + 2]?.start ?? from;
    } else if (is(at, "Key") && is(at - 1, "open") && is(at - 2, "let")) {
      written += text.slice(from, token.start) + "Cmdliner";
      from = token.end;
    } else if (is(at, "~") && is(at + 1, "stage")) {
      written += text.slice(from, token.start).trimEnd();
      from = tokens[at + 4]?.end ?? from;
    } else if (is(at, "Key")) {
      return undefined;
    }
  }
  return written + text.slice(from, stop);
}
