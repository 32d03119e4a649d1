import type { Token } from "../lexer.ts";

/** Resolves the names of log modules and sources at a position of a file. */
export interface LogScope {
  /** Advances to the token at an index; to be called for each token in order. */
  readonly step: (at: number) => void;
  /** The source that a module logs to, by its path such as `Log`; `""` for functions without a module. */
  readonly sourceOfModule: (path: string) => string | undefined;
  /** The name of a source, by the path of its variable such as `src`. */
  readonly sourceOfValue: (path: string) => string | undefined;
}

/** The source of plain `Logs.…`. */
const defaultSource = "application";

type Kind = "module" | "value" | "text";
type Look = (kind: Kind, path: string) => Known | undefined;

/** The source of a module or a value, or the value of a string; undefined if it cannot be determined. */
interface Known {
  readonly source: string | undefined;
}

/** A name and its meaning before the change. */
type Change = readonly [key: string, before: Known | undefined];

/** The scope of a pair of brackets, of `struct … end` and the like, or of the file. */
interface Frame {
  readonly closedByWord: boolean;
  /** The name in `module Name = struct`; `""` for `open struct` and `include struct`, whose definitions stay visible. */
  readonly name: string | undefined;
  readonly items: Change[];
  /** Definitions of `let … in` and of parameters, which end with the next item. */
  readonly locals: Change[];
}

/** The definition that is being read. */
interface Binding {
  readonly kind: Kind;
  readonly name: string;
  readonly into: Change[];
  hasSource: boolean;
}

const keyOf = (kind: Kind, path: string) => `${kind} ${path}`;

/** Words after which `let` and `module` continue an expression or a type. */
const before = new Set(
  "in then else begin do try match lazy assert when of with let and fun type as to downto".split(" "),
);
const wordOpeners = new Set(["struct", "sig", "object", "begin"]);
/** Names of modules that are nested deeper are not stored. */
const deepest = 5;

/**
 * Follows the definitions of a file's log modules and sources through its modules, functors, local opens
 * and `let … in`. It works on tokens instead of a syntax tree, so that it copes with text that is being
 * typed; a name that it cannot resolve has no source.
 */
export function logScope(tokens: readonly Token[]): LogScope {
  const known = new Map<string, Known>();
  for (const name of ["Logs", "Logs_lwt"]) known.set(keyOf("module", name), { source: defaultSource });
  /** The definitions in modules of the file, by the path of the module. */
  const members = new Map<string, Set<string>>();
  const frame = (closedByWord: boolean, name?: string): Frame => ({
    closedByWord,
    name,
    items: [],
    locals: [],
  });
  const root = frame(true);
  const frames: Frame[] = [root];
  let binding: Binding | undefined;
  /** The name of the module whose `struct` is expected next. */
  let moduleName: string | undefined;

  const text = (at: number) => tokens[at]?.text;
  const top = () => frames.at(-1) ?? root;
  const look: Look = (kind, path) => known.get(keyOf(kind, path));
  const define = (into: Change[], key: string, source: string | undefined) => {
    into.push([key, known.get(key)]);
    known.set(key, { source });
  };
  const undo = (changes: Change[]) => {
    for (const [key, old] of changes.splice(0).toReversed()) {
      if (old) known.set(key, old);
      else known.delete(key);
    }
  };
  const close = () => {
    const closed = frames.pop();
    undo(closed?.locals ?? []);
    undo(closed?.items ?? []);
  };

  /** The list that a definition at a token belongs to. An item ends the local definitions before it. */
  const place = (at: number): Change[] => {
    if (!isItem(tokens, at)) return top().locals;
    // A bracket that is still open at an item was not closed.
    while (!top().closedByWord) close();
    undo(top().locals);
    return top().items;
  };

  const begin = (kind: Kind, name: string, into: Change[]) => {
    binding = { kind, name, into, hasSource: false };
    // It hides an earlier definition of this name.
    if (look(kind, name)) define(into, keyOf(kind, name), undefined);
  };

  const onLet = (at: number) => {
    const into = place(at);
    let nameAt = at + 1;
    while (text(nameAt) === "rec" || text(nameAt) === "(") nameAt++;
    const name = tokens[nameAt];
    if (name?.kind !== "name" || name.text === "module" || name.text === "open") return;
    begin("value", name.text, into);
    const value = tokens[nameAt + 2];
    const isText = text(nameAt + 1) === "=" && value?.kind === "string" && text(nameAt + 3) !== "^";
    if (isText) define(into, keyOf("text", name.text), value.text);
    else if (look("text", name.text)) define(into, keyOf("text", name.text), undefined);
  };

  const onModule = (at: number) => {
    const name = tokens[at + 1];
    if (name?.kind !== "name" || !isCapital(name.text) || text(at - 1) === "(") return;
    const into = place(at);
    const path = text(at + 2) === "=" ? pathAt(tokens, at + 3).path : "";
    const same = isCapital(path) ? look("module", path) : undefined;
    begin("module", name.text, into);
    moduleName = name.text;
    if (same) define(into, keyOf("module", name.text), same.source);
  };

  /** `open M`, `let open M in`, `include M`, `include (val …)`, and either with `struct`. */
  const onOpen = (at: number) => {
    const into = place(at);
    let next = at + 1;
    while (text(next) === "!") next++;
    if (text(at) === "include") binding = { kind: "module", name: "", into, hasSource: false };
    moduleName = "";
    const { path } = pathAt(tokens, next);
    const module = isCapital(path) ? look("module", path) : undefined;
    if (module) define(into, keyOf("module", ""), module.source);
    for (const key of members.get(path) ?? []) {
      const [kind = "", name = ""] = key.split(" ");
      const member = known.get(`${kind} ${path}.${name}`);
      if (member) define(into, key, member.source);
    }
  };

  const onCreate = (at: number) => {
    if (!binding) return;
    const { kind, name, into, hasSource } = binding;
    define(into, keyOf(kind, name), hasSource ? undefined : sourceName(tokens, at + 1, look));
    binding.hasSource = true;
  };

  const onSourceLog = (at: number) => {
    if (binding?.kind !== "module") return;
    const { path } = pathAt(tokens, at + 1);
    define(binding.into, keyOf("module", binding.name), look("value", path)?.source);
  };

  const closeWord = () => {
    while (!top().closedByWord) close();
    if (frames.length === 1) return;
    const { name, items } = top();
    const keys = name === undefined ? [] : [...new Set(items.map(([key]) => key))];
    const defined = keys.map((key) => [key, known.get(key)?.source] as const);
    close();
    for (const [key, source] of defined) {
      const [kind = "", path = ""] = key.split(" ");
      if (name === "") define(top().items, key, source);
      // `include (val Logs.src_log src)` turns it into a module that logs.
      else if (path === "" && kind === "module") define(top().items, keyOf("module", name ?? ""), source);
      else if (path.split(".").length < deepest) {
        define(top().items, `${kind} ${name}.${path}`, source);
        members.set(name ?? "", (members.get(name ?? "") ?? new Set()).add(key));
      }
    }
  };

  const openBracket = (at: number) => {
    const path = text(at - 1) === "." ? pathBefore(tokens, at - 1) : "";
    frames.push(frame(false));
    const module = path === "" ? undefined : look("module", path);
    if (module) define(top().items, keyOf("module", ""), module.source);
  };

  const closeBracket = (at: number) => {
    if (!top().closedByWord) close();
    // `(Log : Logs.LOG)` of a functor, `(module Log : Logs.LOG)` of a function.
    const name = text(at - 5);
    const isLog =
      text(at - 1) === "LOG" && /^Logs(?:_lwt)?$/.test(text(at - 3) ?? "") && text(at - 4) === ":";
    const opens = text(at - 6) === "(" || (text(at - 6) === "module" && text(at - 7) === "(");
    if (isLog && opens && name !== undefined) define(top().locals, keyOf("module", name), undefined);
  };

  return {
    step: (at) => {
      const token = tokens[at];
      if (token?.kind === "sign" && "([{".includes(token.text)) openBracket(at);
      if (token?.kind === "sign" && ")]}".includes(token.text)) closeBracket(at);
      if (token?.kind !== "name" || text(at - 1) === "~") return;
      if (wordOpeners.has(token.text)) {
        frames.push(frame(true, token.text === "struct" ? moduleName : undefined));
        moduleName = undefined;
      } else if (token.text === "end") closeWord();
      else if (token.text === "let" || (token.text === "and" && binding?.kind === "value")) onLet(at);
      else if (token.text === "module") onModule(at);
      else if (token.text === "open" || token.text === "include") onOpen(at);
      else if (token.text === "create" && text(at - 2) === "Src") onCreate(at);
      else if (token.text === "src_log") onSourceLog(at);
    },
    sourceOfModule: (path) => look("module", path)?.source,
    sourceOfValue: (path) => look("value", path)?.source,
  };
}

/** Whether a `let`, `module` or `open` is an item of a structure, not a part of an expression or of a type. */
export function isItem(tokens: readonly Token[], at: number): boolean {
  const last = tokens[at - 1];
  if (last?.kind === "name") return !before.has(last.text);
  if (last?.kind !== "sign") return true;
  return ")]}".includes(last.text) || (last.text === ";" && tokens[at - 2]?.text === ";");
}

/** The name in `create ?doc "name"`, which may be a constant of the file. */
function sourceName(tokens: readonly Token[], from: number, look: Look): string | undefined {
  let at = afterLabels(tokens, from);
  if (tokens[at]?.text === "(" && tokens[at + 2]?.text === ")") at++;
  const token = tokens[at];
  if (token?.kind === "string") return token.text;
  const { path } = pathAt(tokens, at);
  return path === "" ? undefined : look("text", path)?.source;
}

/** The index after any number of `~label`, `~label:argument` and `?label:argument`. */
export function afterLabels(tokens: readonly Token[], from: number): number {
  let at = from;
  while (tokens[at]?.text === "~" || tokens[at]?.text === "?") {
    const valued = tokens[at + 2]?.text === ":";
    at = valued ? afterArgument(tokens, at + 3) : at + 2;
  }
  return at;
}

/** In tokens. It bounds the search after a bracket that is not closed. */
const longestArgument = 200;

/** The index after an argument, which may be in brackets or a path. */
export function afterArgument(tokens: readonly Token[], from: number): number {
  let at = from;
  let depth = 0;
  do {
    const text = tokens[at]?.text ?? "";
    if (tokens[at]?.kind === "sign" && text !== "" && "([{".includes(text)) depth++;
    if (tokens[at]?.kind === "sign" && text !== "" && ")]}".includes(text)) depth--;
    at++;
  } while (
    at < Math.min(tokens.length, from + longestArgument) &&
    (depth > 0 || joins(tokens[at]) || joins(tokens[at - 1]))
  );
  return at;
}

/** Whether a token continues a path: the field `a.b`, the method `a#b`. */
function joins(token: Token | undefined): boolean {
  return token?.kind === "sign" && (token.text === "." || token.text === "#");
}

/** A path such as `Sources.src` and the index after it; empty if there is none. */
export function pathAt(
  tokens: readonly Token[],
  from: number,
): { readonly path: string; readonly end: number } {
  const first = tokens[from];
  if (first?.kind !== "name") return { path: "", end: from };
  let path = first.text;
  let end = from + 1;
  while (tokens[end]?.text === "." && tokens[end + 1]?.kind === "name") {
    path += `.${tokens[end + 1]!.text}`;
    end += 2;
  }
  return { path, end };
}

/** The path of modules before a dot. */
export function pathBefore(tokens: readonly Token[], dot: number): string {
  const names: string[] = [];
  for (let at = dot; tokens[at]?.text === "."; at -= 2) {
    const name = tokens[at - 1];
    if (name?.kind !== "name" || !isCapital(name.text)) break;
    names.unshift(name.text);
  }
  return names.join(".");
}

function isCapital(name: string): boolean {
  return /^\p{Lu}/u.test(name);
}
