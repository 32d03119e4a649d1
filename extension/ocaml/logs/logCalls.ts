import { sourceRanges, type SourceRange } from "../sourceRange.ts";
import { ocamlTokens, type Token } from "../lexer.ts";
import { logFormats } from "./logFormats.ts";
import { formatMatcher, type FormatMatcher } from "./formatMatcher.ts";
import { afterArgument, logScope, pathAt, pathBefore, type LogScope } from "./logScope.ts";
import type { Level } from "./levels.ts";

/** A place in OCaml source that logs a message. */
export interface LogCall {
  /** Undefined if the program computes it. */
  readonly level: Level | undefined;
  /** Undefined if the text does not determine it; `application` is the source of plain `Logs.…`. */
  readonly source: string | undefined;
  /** As in the source, without pieces that are not literal. */
  readonly format: string;
  /** Whether its messages have a header, or may have one. */
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
 * Finds the calls that log in the text of an OCaml file, such as `Logs.info (fun m -> m "…" …)`: through
 * `Logs`, `Logs_lwt`, an alias of these, a module made by `Logs.src_log`, any other module (its definition
 * may be in another file), or without a module where one was opened. Never fails; the time is linear in the
 * length of the text.
 */
export function logCalls(text: string): LogCall[] {
  if (!/\b(?:app|err|warn|info|debug|msg)\b/.test(text)) return [];
  const tokens = ocamlTokens(text);
  const scope = logScope(tokens);
  const rangeOf = sourceRanges(text);
  const sites: LogCall[] = [];
  for (let at = 0; at < tokens.length; at++) {
    scope.step(at);
    const call = callAt(tokens, at, scope);
    if (!call) continue;
    for (const { pieces, end, hasHeader } of logFormats(tokens, call.next)) {
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
  /** Index of its first token. */
  readonly from: number;
  /** Index of the token after the function and its level. */
  readonly next: number;
}

function callAt(tokens: readonly Token[], at: number, scope: LogScope): Call | undefined {
  const name = tokens[at]!;
  if (name.kind !== "name" || !Object.hasOwn(levelOfFunction, name.text)) return undefined;
  const level = levelOfFunction[name.text];
  const last = tokens[at - 1]?.text ?? "";
  if (level === undefined || (last !== "" && "~?#".includes(last))) return undefined;
  const path = last === "." ? pathBefore(tokens, at - 1) : "";
  // A field of a record is not a function of a module.
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

/** `~src:x` or `~src`, and the index after it. */
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
