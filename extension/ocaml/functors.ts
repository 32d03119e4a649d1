import { headerEndWords, readStart, type StartFunction } from "./startFunction.ts";
import { endsUnclosed, oneLine, readBrackets, type BracketedTokens, type Span } from "./brackets.ts";

/** One parameter of a functor: `(S : Tcpip.Stack.V4V6)`, `(_ : sig … end)` or the generative `()`. */
export interface FunctorParameter {
  /** `_` if it has no name; undefined for `()`. */
  readonly name: string | undefined;
  readonly nameSpan: Span | undefined;
  /** The module type on one line, comments included; undefined for `()`. */
  readonly signature: string | undefined;
  readonly signatureSpan: Span | undefined;
  /** With its parentheses. */
  readonly span: Span;
}

/** A module of an OCaml file, or the file itself. */
export interface SourceModule {
  /** Empty for the file. */
  readonly name: string;
  readonly nameSpan: Span;
  /** Undefined if the text does not contain them: an alias, an application, an unfinished header. */
  readonly parameters: readonly FunctorParameter[] | undefined;
  /** Offset at which a parameter is added: after `module M (A : S)`, or before the body of `functor (A : S) ->`. */

  readonly insertAt: number;
  readonly keyword: boolean;
  readonly modules: readonly SourceModule[];
  readonly start: StartFunction | undefined;
  /** The path that it is an alias for: `["Impl", "Main"]` in `module Main = Impl.Main`. */
  readonly alias: readonly string[] | undefined;
  /** Whether it can contain more than is listed here, because it includes modules or is defined elsewhere. */
  readonly open: boolean;
}

/**
 * Reads the modules of an OCaml file with their functor headers and `start` functions, the file itself as
 * the outermost. Follows the grammar of module expressions in the OCaml manual as far as headers go.
 * Never fails, whatever the text; the time is linear in its length.
 */
export function readSource(text: string): SourceModule {
  const brackets = readBrackets(text);
  const { tokens } = brackets;
  const content = readItems(brackets, 0, tokens.length);
  // An unclosed comment or string hides the rest of the file.
  const open = content.open || endsUnclosed(text, tokens);
  return {
    name: "",
    nameSpan: { start: 0, end: 0 },
    parameters: [],
    insertAt: 0,
    keyword: false,
    alias: undefined,
    ...content,
    open,
  };
}

/** The module that a path such as `Main` or `A.B` names inside this one, or undefined. */
export function moduleAt(source: SourceModule, path: readonly string[]): SourceModule | undefined {
  let found: SourceModule | undefined = source;
  for (const name of path) found = found?.modules.findLast((each) => each.name === name);
  return found;
}

interface Content {
  readonly modules: readonly SourceModule[];
  readonly start: StartFunction | undefined;
  readonly open: boolean;
}

/** Reads the items between two tokens: the body of a `struct`, or the file. */
function readItems(brackets: BracketedTokens, from: number, to: number): Content {
  const { tokens, is } = brackets;
  const modules: SourceModule[] = [];
  /** Indices of `let` that no `in` has closed yet. Those left at the end are items. */
  const lets: { readonly bindings: number[] }[] = [];
  let open = false;
  let at = from;
  while (at < to) {
    if (is(at, "let")) {
      lets.push({ bindings: [at + (is(at + 1, "rec") ? 2 : 1)] });
      // `let module M = struct … end in` does not define a module of the file.
      at += is(at + 1, "module") ? 2 : 1;
    } else if (is(at, "and")) {
      lets.at(-1)?.bindings.push(at + 1);
      at++;
    } else if (is(at, "in")) {
      lets.pop();
      at++;
    } else if (is(at, "include")) {
      open = true;
      at++;
    } else if (is(at, "module") && !is(at + 1, "type")) {
      const nameAt = at + (is(at + 1, "rec") ? 2 : 1);
      const read = /^[A-Z]/.test(tokens[nameAt]?.text ?? "")
        ? readModule(brackets, nameAt, to)
        : { next: at + 1 };
      if (read.module) modules.push(read.module);
      at = read.next;
    } else {
      at = brackets.after(at);
    }
  }
  const bound = lets.flatMap(({ bindings }) => bindings).filter((each) => is(each, "start"));
  const startAt = bound.at(-1);
  return { modules, open, start: startAt === undefined ? undefined : readStart(brackets, startAt, to) };
}

function readModule(
  brackets: BracketedTokens,
  nameAt: number,
  to: number,
): { readonly module?: SourceModule; readonly next: number } {
  const { tokens, is, closing } = brackets;
  const name = tokens[nameAt];
  if (name === undefined) return { next: nameAt };
  const parameters: FunctorParameter[] = [];
  let known = true;
  let insertAt = name.end;
  let keyword = false;
  const read = (from: number) => {
    let at = from;
    while (at < to && is(at, "(")) {
      const close = closing(at);
      if (close === undefined) {
        known = false;
        return at + 1;
      }
      const parameter = readParameter(brackets, at, close);
      if (parameter) parameters.push(parameter);
      else known = false;
      insertAt = tokens[close]?.end ?? insertAt;
      at = close + 1;
    }
    return at;
  };

  let at = read(nameAt + 1);
  if (is(at, ":")) at = equalsAfter(brackets, at + 1, to);
  let body = is(at, "=") ? at + 1 : undefined;
  while (body !== undefined && is(body, "functor")) {
    keyword = true;
    body = read(body + 1);
    if (!is(body, "-") || !is(body + 1, ">")) break;
    body += 2;
    insertAt = tokens[body]?.start ?? insertAt;
  }
  const close = body !== undefined && is(body, "struct") ? Math.min(brackets.end(body), to) : undefined;
  const content: Content =
    body !== undefined && close !== undefined
      ? readItems(brackets, body + 1, close)
      : { modules: [], start: undefined, open: true };
  return {
    module: {
      name: name.text,
      nameSpan: { start: name.start, end: name.end },
      // A module that is defined elsewhere may itself be a functor.
      parameters: known && close !== undefined ? parameters : undefined,
      insertAt,
      keyword,
      alias: parameters.length === 0 && body !== undefined ? pathAt(brackets, body, to) : undefined,
      ...content,
    },
    next: close === undefined ? Math.max(at, nameAt + 1) : close,
  };
}

/** The names of a module path that is the whole body; undefined for any other body. */
function pathAt({ tokens, is }: BracketedTokens, from: number, to: number): readonly string[] | undefined {
  const names: string[] = [];
  let at = from;
  for (; at < to; at += 2) {
    const { text = "", kind } = tokens[at] ?? {};
    if (kind !== "name" || !/^[A-Z]/.test(text)) return undefined;
    names.push(text);
    if (!is(at + 1, ".")) break;
  }
  // `F (X)` is an application.
  return names.length > 0 && !(at + 1 < to && is(at + 1, "(")) ? names : undefined;
}

/** Index of the `=` before a module's body. The module type before it may contain others: `S with type t = u = struct`. */
function equalsAfter(brackets: BracketedTokens, from: number, to: number): number {
  const { is } = brackets;
  let last = from;
  for (let at = from; at < to; at = brackets.after(at)) {
    const token = brackets.tokens[at];
    if (token?.kind === "name" && headerEndWords.has(token.text)) break;
    const constrains = is(at - 1, "with") || is(at - 1, "and");
    if ((is(at, "module") || is(at, "type")) && !constrains && !is(at + 1, "of")) break;
    if (!is(at, "=")) continue;
    last = at;
    if (is(at + 1, "struct") || is(at + 1, "functor")) break;
  }
  return last;
}

function readParameter(brackets: BracketedTokens, open: number, close: number): FunctorParameter | undefined {
  const { text, tokens, is } = brackets;
  const [first, last, name] = [tokens[open], tokens[close], tokens[open + 1]];
  if (!first || !last || !name) return undefined;
  const span = { start: first.start, end: last.end };
  if (open + 1 === close) {
    return { name: undefined, nameSpan: undefined, signature: undefined, signatureSpan: undefined, span };
  }
  const [begin, end] = [tokens[open + 3], tokens[close - 1]];
  if (!/^[A-Z_]/.test(name.text) || !is(open + 2, ":") || !begin || !end || open + 3 >= close)
    return undefined;
  const signatureSpan = { start: begin.start, end: end.end };
  return {
    name: name.text,
    nameSpan: { start: name.start, end: name.end },
    signature: oneLine(text.slice(signatureSpan.start, signatureSpan.end)),
    signatureSpan,
    span,
  };
}
