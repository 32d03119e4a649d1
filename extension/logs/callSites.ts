import type { SourceRange } from "../project/config.ts";
import { ocamlTokens, type Token } from "../project/ocaml.ts";
import { formatMatcher, type FormatMatcher } from "./format.ts";
import type { Level, LogRecord } from "./model.ts";

/** A place in OCaml source that logs a message. */
export interface CallSite {
  /** Undefined where the program computes it. */
  readonly level: Level | undefined;
  /** Undefined where the text does not tell it; `application` is the source of plain `Logs.…`. */
  readonly source: string | undefined;
  /** As in the source, pieces that are not literal left out. */
  readonly format: string;
  /** From the function's name to the end of the format. */
  readonly range: SourceRange;
  readonly matcher: FormatMatcher;
}

const levelOfFunction: Readonly<Record<string, Level | "given">> = {
  app: "app",
  err: "error",
  warn: "warning",
  info: "info",
  debug: "debug",
  msg: "given",
};
const levelOfConstructor: Readonly<Record<string, Level>> = {
  App: "app",
  Error: "error",
  Warning: "warning",
  Info: "info",
  Debug: "debug",
};
const defaultSource = "application";
/** How far behind `fun m ->` its format is looked for where no bracket ends it. */
const reach = 400;

/**
 * The call sites in the text of an OCaml file: `Logs.info (fun m -> m "…" …)` and its like, by `Logs`,
 * `Logs_lwt`, a name for these, or a module made by `Logs.src_log`. Never fails; time is linear in the
 * length of the text.
 */
export function callSites(text: string): CallSite[] {
  if (!text.includes("Log")) return [];
  const tokens = ocamlTokens(text);
  const scope = readScope(tokens);
  const rangeOf = ranges(text);
  const sites: CallSite[] = [];
  for (let at = 0; at + 2 < tokens.length; at++) {
    const call = callAt(tokens, at, scope);
    if (!call) continue;
    for (const { pieces, end } of formatsOf(tokens, call.next)) {
      sites.push({
        level: call.level,
        source: call.source,
        format: pieces.filter((piece) => piece !== undefined).join(""),
        range: rangeOf(tokens[at]!.start, end),
        matcher: formatMatcher(pieces),
      });
    }
  }
  return sites;
}

/** What names stand for in a file: sources by their variable, log modules by theirs. */
interface Scope {
  readonly sources: ReadonlyMap<string, string | undefined>;
  readonly modules: ReadonlyMap<string, string | undefined>;
}

function readScope(tokens: readonly Token[]): Scope {
  const sources = new Map<string, string | undefined>();
  const modules = new Map<string, string | undefined>([
    ["Logs", defaultSource],
    ["Logs_lwt", defaultSource],
    // By habit the file's own log module; where another file makes it, its source is not known here.
    ["Log", undefined],
  ]);
  let binding: string | undefined;
  let module: string | undefined;
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "name") continue;
    const next = tokens[at + 1];
    if (token.text === "let" && next?.kind === "name") [binding, module] = [next.text, undefined];
    if (token.text === "module" && next?.kind === "name") {
      [module, binding] = [next.text, undefined];
      const value = tokens[at + 3];
      const known = value && tokens[at + 4]?.text !== "." && modules.has(value.text);
      if (tokens[at + 2]?.text === "=" && known) modules.set(next.text, modules.get(value.text));
    }
    if (token.text === "create" && tokens[at - 2]?.text === "Src") {
      const name = firstString(tokens, at + 1);
      if (binding !== undefined) sources.set(binding, sources.has(binding) ? undefined : name);
      else if (module !== undefined) modules.set(module, name);
    }
    if (token.text === "src_log" && module !== undefined) {
      const last = nameAfter(tokens, at + 1);
      modules.set(module, last === undefined ? undefined : sources.get(last));
    }
  }
  return { sources, modules };
}

/** `create ?doc "name"`: the first string that is not a label's. */
function firstString(tokens: readonly Token[], from: number): string | undefined {
  for (let at = from; at < Math.min(tokens.length, from + 8); at++) {
    const token = tokens[at]!;
    if (token.kind === "string" && tokens[at - 1]?.text !== ":") return token.text;
    if (token.text === "let" || token.text === "module") return undefined;
  }
  return undefined;
}

/** The last name of a path such as `src` or `Sources.src`. */
function nameAfter(tokens: readonly Token[], from: number): string | undefined {
  const token = tokens[from];
  if (token?.kind !== "name") return undefined;
  return tokens[from + 1]?.text === "." ? undefined : token.text;
}

interface Call {
  readonly level: Level | undefined;
  readonly source: string | undefined;
  /** Index of the token behind the function and its level. */
  readonly next: number;
}

function callAt(tokens: readonly Token[], at: number, scope: Scope): Call | undefined {
  const [module, dot, name] = [tokens[at]!, tokens[at + 1]!, tokens[at + 2]!];
  if (module.kind !== "name" || dot.text !== "." || !scope.modules.has(module.text)) return undefined;
  // Of `A.Log.info` another file knows the source.
  const source = tokens[at - 1]?.text === "." ? undefined : scope.modules.get(module.text);
  const level = Object.hasOwn(levelOfFunction, name.text) ? levelOfFunction[name.text] : undefined;
  if (level === undefined) return undefined;
  const before = sourceGiven(tokens, at + 3, scope);
  if (level !== "given") {
    return { level, source: before.isGiven ? before.source : source, next: before.next };
  }
  let next = before.next;
  if (tokens[next]?.text === "Logs" && tokens[next + 1]?.text === ".") next += 2;
  const word = tokens[next]?.text ?? "";
  const given = Object.hasOwn(levelOfConstructor, word) ? levelOfConstructor[word] : undefined;
  const after = sourceGiven(tokens, next + 1, scope);
  const last = [before, after].find((argument) => argument.isGiven);
  return { level: given, source: last ? last.source : source, next: after.isGiven ? after.next : next };
}

/** `~src:x` or `~src`, and the index behind it. */
function sourceGiven(tokens: readonly Token[], at: number, scope: Scope) {
  if (tokens[at]?.text !== "~" || tokens[at + 1]?.text !== "src")
    return { isGiven: false, source: undefined, next: at };
  const valued = tokens[at + 2]?.text === ":";
  const name = valued ? nameAfter(tokens, at + 3) : "src";
  return {
    isGiven: true,
    source: name === undefined ? undefined : scope.sources.get(name),
    next: at + (valued ? 4 : 2),
  };
}

interface Format {
  readonly pieces: readonly (string | undefined)[];
  readonly end: number;
}

/** The formats of `(fun m -> … m "…" …)` or `@@ fun m -> …`: one for each branch that logs. */
function formatsOf(tokens: readonly Token[], from: number): Format[] {
  let start = from;
  const isFun = () => tokens[start]?.text === "fun" || tokens[start]?.text === "function";
  while (start < from + 6 && !isFun()) start++;
  if (!isFun()) return [];
  // `fun (m : …) ->`
  if (tokens[start + 1]?.text === "(") start++;
  const binder = tokens[start + 1];
  if (binder?.kind !== "name") return [];
  const formats: Format[] = [];
  let depth = tokens[start]?.text === "(" ? 1 : 0;
  for (let at = start + 2; at < Math.min(tokens.length, start + reach); at++) {
    const token = tokens[at]!;
    if (token.kind === "sign") {
      if ("([{".includes(token.text)) depth++;
      else if (")]}".includes(token.text) && --depth < 0) break;
      else if (token.text === ";" && depth === 0) break;
    }
    // What follows a definition at the left margin is another one.
    if (depth === 0 && (token.text === "module" || token.text === "open")) break;
    if (token.kind !== "name" || token.text !== binder.text) continue;
    const format = formatAt(tokens, at + 1);
    if (format) formats.push(format);
  }
  return formats;
}

/** Behind `m`: `~header:"…"`, `~tags`, then a literal or `("…" ^^ "…" ^^ name)`. */
function formatAt(tokens: readonly Token[], from: number): Format | undefined {
  let at = from;
  while (tokens[at]?.text === "~" || tokens[at]?.text === "?") {
    const valued = tokens[at + 2]?.text === ":";
    at = valued ? afterArgument(tokens, at + 3) : at + 2;
  }
  const token = tokens[at];
  if (token?.kind === "string") return { pieces: [token.text], end: token.end };
  if (token?.text !== "(" || tokens[at + 1]?.kind !== "string") return undefined;
  const pieces: (string | undefined)[] = [];
  let end = token.end;
  for (at++; at < tokens.length && tokens[at]!.text !== ")"; at++) {
    const part = tokens[at]!;
    if (part.kind === "string") pieces.push(part.text);
    else if (part.kind === "name") pieces.push(undefined);
    end = part.end;
  }
  return { pieces, end };
}

/** Where an argument ends that may be in brackets or a path. */
function afterArgument(tokens: readonly Token[], from: number): number {
  let at = from;
  let depth = 0;
  do {
    const text = tokens[at]?.text ?? "";
    if (tokens[at]?.kind === "sign" && text !== "" && "([{".includes(text)) depth++;
    if (tokens[at]?.kind === "sign" && text !== "" && ")]}".includes(text)) depth--;
    at++;
  } while (at < tokens.length && (depth > 0 || joins(tokens[at]) || joins(tokens[at - 1])));
  return at;
}

/** What goes on with a path: the field `a.b`, the method `a#b`. */
function joins(token: Token | undefined): boolean {
  return token?.kind === "sign" && (token.text === "." || token.text === "#");
}

/**
 * The sites that can have given a record: more than one means that it cannot be told which. Those that
 * tell most of the message come first. The same array of sites is looked up the faster the next time.
 */
export function matchRecord<Site extends CallSite>(record: LogRecord, sites: readonly Site[]): Site[] {
  if (record.kind !== "log" || sites.length === 0) return [];
  // Tags and header are not of the format.
  const line = record.message.slice(record.lead);
  const body = [line, ...record.more].join("\n");
  let byBeginning = indexes.get(sites);
  if (!byBeginning) {
    byBeginning = Map.groupBy(sites.keys(), (at) => beginning(sites[at]!.matcher.prefix));
    indexes.set(sites, byBeginning);
  }
  const key = beginning(line.length < 4 ? body : line);
  const candidates = [...(key === "" ? [] : (byBeginning.get(key) ?? [])), ...(byBeginning.get("") ?? [])]
    .map((at) => sites[at]!)
    .filter(
      (site) =>
        (site.source === undefined || site.source === record.source) &&
        (site.level === undefined || record.level === undefined || site.level === record.level),
    );
  const whole = candidates.filter((site) => site.matcher.matches(body));
  const tells = whole.some(({ matcher }) => matcher.literal > 0);
  // What the program printed otherwise follows a message as its further lines would.
  const beginnings = tells
    ? []
    : record.more.slice(0, maxLines).map((_, count) => [line, ...record.more.slice(0, count)].join("\n"));
  const found = candidates.filter(
    (site) => whole.includes(site) || beginnings.some((text) => site.matcher.matches(text)),
  );
  return found.sort((a, b) => b.matcher.literal - a.matcher.literal);
}

/** A format with more lines is looked for in the whole message only. */
const maxLines = 20;
const indexes = new WeakMap<readonly CallSite[], Map<string, number[]>>();

/** Few formats of a program share it; empty where a text is too short to tell. */
function beginning(text: string): string {
  return text.length < 4 ? "" : text.slice(0, 4);
}

function ranges(text: string): (start: number, end: number) => SourceRange {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const place = (offset: number) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low, column: offset - starts[low]! };
  };
  return (start, end) => {
    const [from, to] = [place(start), place(end)];
    return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
  };
}
