import type { SourceRange } from "../project/config.ts";
import { ocamlTokens, type Token } from "../project/ocaml.ts";
import { callFormats } from "./callFormats.ts";
import { formatMatcher, type FormatMatcher } from "./format.ts";
import { afterArgument, logScope, pathAt, pathBefore, type LogScope } from "./logScope.ts";
import type { Level } from "./model.ts";

/** A place in OCaml source that logs a message. */
export interface CallSite {
  /** Undefined where the program computes it. */
  readonly level: Level | undefined;
  /** Undefined where the text does not tell it; `application` is the source of plain `Logs.…`. */
  readonly source: string | undefined;
  /** As in the source, pieces that are not literal left out. */
  readonly format: string;
  /** It gives its messages a header, or may do so. */
  readonly hasHeader: boolean;
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

/**
 * The call sites in the text of an OCaml file: `Logs.info (fun m -> m "…" …)` and its like, by `Logs`,
 * `Logs_lwt`, a name for these, a module made by `Logs.src_log`, any other module, for it may be one of
 * another file, or none where it was opened. Never fails; time is linear in the length of the text.
 */
export function callSites(text: string): CallSite[] {
  if (!/\b(?:app|err|warn|info|debug|msg)\b/.test(text)) return [];
  const tokens = ocamlTokens(text);
  const scope = logScope(tokens);
  const rangeOf = ranges(text);
  const sites: CallSite[] = [];
  for (let at = 0; at < tokens.length; at++) {
    scope.step(at);
    const call = callAt(tokens, at, scope);
    if (!call) continue;
    for (const { pieces, end, hasHeader } of callFormats(tokens, call.next)) {
      sites.push({
        hasHeader,
        level: call.level,
        source: call.source,
        format: pieces.filter((piece) => piece !== undefined).join(""),
        range: rangeOf(tokens[call.from]!.start, end),
        matcher: formatMatcher(pieces),
      });
    }
  }
  return sites;
}

interface Call {
  readonly level: Level | undefined;
  readonly source: string | undefined;
  /** Index of the token that begins it. */
  readonly from: number;
  /** Index of the token behind the function and its level. */
  readonly next: number;
}

function callAt(tokens: readonly Token[], at: number, scope: LogScope): Call | undefined {
  const name = tokens[at]!;
  if (name.kind !== "name" || !Object.hasOwn(levelOfFunction, name.text)) return undefined;
  const level = levelOfFunction[name.text];
  const last = tokens[at - 1]?.text ?? "";
  if (level === undefined || (last !== "" && "~?#".includes(last))) return undefined;
  const path = last === "." ? pathBefore(tokens, at - 1) : "";
  // A field of a record is none.
  if (last === "." && path === "") return undefined;
  const from = path === "" ? at : at - 2;
  const source = scope.sourceOfModule(path);
  const before = sourceGiven(tokens, at + 1, scope);
  if (level !== "given") {
    return { level, source: before.isGiven ? before.source : source, from, next: before.next };
  }
  const argument = pathAt(tokens, before.next);
  const word = argument.path.replace(/^Logs\./, "");
  const given = Object.hasOwn(levelOfConstructor, word) ? levelOfConstructor[word] : undefined;
  const after = sourceGiven(tokens, afterArgument(tokens, before.next), scope);
  const by = [before, after].find(({ isGiven }) => isGiven);
  return { level: given, source: by ? by.source : source, from, next: after.next };
}

/** `~src:x` or `~src`, and the index behind it. */
function sourceGiven(tokens: readonly Token[], at: number, scope: LogScope) {
  if (tokens[at]?.text !== "~" || tokens[at + 1]?.text !== "src")
    return { isGiven: false, source: undefined, next: at };
  const valued = tokens[at + 2]?.text === ":";
  const path = valued ? pathAt(tokens, at + 3).path : "src";
  return {
    isGiven: true,
    source: path === "" ? undefined : scope.sourceOfValue(path),
    next: valued ? afterArgument(tokens, at + 3) : at + 2,
  };
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
