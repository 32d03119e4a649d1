import type { BracketedTokens, Span } from "../../ocaml/brackets.ts";

/** How a file names and opens the module `Mirage`. */
export interface MirageModule {
  /** `Mirage` and the names that `module M = Mirage` gives it. */
  readonly names: ReadonlySet<string>;
  /** Whether the file opens, includes or names it. */
  readonly isUsed: boolean;
  /** Offset of the first `open`, `include` or local open of it; undefined if there is none. */
  readonly openedAt: number | undefined;
  /** Where names may come from another module that is opened or included; open-ended for `open` itself. */
  readonly otherOpens: readonly Span[];
}

/** Modules that are opened in a config.ml and define no names of devices or their types. */
const harmless: ReadonlySet<string> = new Set([
  "Action",
  "Arg",
  "Cmdliner",
  "Functoria",
  "Fpath",
  "Key",
  "Option",
  "List",
  "Runtime_arg",
  "String",
  "Term",
]);

/** Finds the module `Mirage` in the tokens of a file. */
export function findMirageModule(brackets: BracketedTokens): MirageModule {
  const { tokens, is, closing } = brackets;
  const names = new Set(["Mirage"]);
  let isUsed = false;
  const otherOpens: Span[] = [];
  let openedAt: number | undefined;
  for (const [at, { kind, text, start }] of tokens.entries()) {
    if (kind !== "name") continue;
    if (!names.has(text) && !harmless.has(text)) {
      const span = otherOpenAt(at);
      if (span) otherOpens.push(span);
    }
    if (!names.has(text) || is(at - 1, ".")) continue;
    const opener = is(at - 1, "!") ? at - 2 : at - 1;
    const isPath = is(at + 1, ".");
    const opened = (is(opener, "open") || is(opener, "include")) && !isPath;
    const openedLocally = isPath && ["(", "[", "{"].some((bracket) => is(at + 2, bracket));
    const alias = isPath ? undefined : (moduleName(at - 1) ?? structName(opener));
    if (alias !== undefined) names.add(alias);
    if (opened || openedLocally) openedAt ??= start;
    isUsed ||= opened || isPath || alias !== undefined;
  }
  return { names, isUsed, openedAt, otherOpens };

  /** `M` where `module M =` ends at the token. */
  function moduleName(equals: number): string | undefined {
    const isModule = is(equals, "=") && is(equals - 2, "module") && tokens[equals - 1]?.kind === "name";
    return isModule ? tokens[equals - 1]?.text : undefined;
  }

  /** `M` where the token is the `include` of `module M = struct include …`. */
  function structName(include: number): string | undefined {
    return is(include, "include") && is(include - 1, "struct") ? moduleName(include - 2) : undefined;
  }

  /** What a module's name opens: the rest of the file for `open M` and `include M`, the brackets for `M.( … )`. */
  function otherOpenAt(at: number): Span | undefined {
    const { text = "", start = 0 } = tokens[at] ?? {};
    if (!/^[A-Z]/.test(text)) return undefined;
    let first = at;
    while (is(first - 1, ".")) first -= 2;
    const opener = is(first - 1, "!") ? first - 2 : first - 1;
    if ((is(opener, "open") || is(opener, "include")) && !is(at + 1, ".")) return { start, end: Infinity };
    if (!is(at + 1, ".") || !["(", "[", "{"].some((bracket) => is(at + 2, bracket))) return undefined;
    const close = closing(at + 2);
    return { start, end: close === undefined ? Infinity : (tokens[close]?.end ?? Infinity) };
  }
}
