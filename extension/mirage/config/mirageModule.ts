import type { BracketedTokens } from "../../ocaml/brackets.ts";

/** How a file names and opens the module `Mirage`. */
export interface MirageModule {
  /** `Mirage` and the names that `module M = Mirage` gives it. */
  readonly names: ReadonlySet<string>;
  /** Whether the file opens, includes or names it. */
  readonly isUsed: boolean;
  /** Offset of the first `open`, `include` or local open of it; undefined if there is none. */
  readonly openedAt: number | undefined;
}

/** Finds the module `Mirage` in the tokens of a file. */
export function findMirageModule({ tokens, is }: BracketedTokens): MirageModule {
  const names = new Set(["Mirage"]);
  let isUsed = false;
  let openedAt: number | undefined;
  for (const [at, { kind, text, start }] of tokens.entries()) {
    if (kind !== "name" || !names.has(text) || is(at - 1, ".")) continue;
    const opener = is(at - 1, "!") ? at - 2 : at - 1;
    const isPath = is(at + 1, ".");
    const opened = (is(opener, "open") || is(opener, "include")) && !isPath;
    const openedLocally = isPath && ["(", "[", "{"].some((bracket) => is(at + 2, bracket));
    const alias =
      is(at - 1, "=") && is(at - 3, "module") && !isPath && tokens[at - 2]?.kind === "name"
        ? tokens[at - 2]?.text
        : undefined;
    if (alias !== undefined) names.add(alias);
    if (opened || openedLocally) openedAt ??= start;
    isUsed ||= opened || isPath || alias !== undefined;
  }
  return { names, isUsed, openedAt };
}
