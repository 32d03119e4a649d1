import type { BracketedTokens, Span } from "../../ocaml/brackets.ts";

/** Words and signs before a name that make it a binding, a label, a field or a name of another module. */
const notAUse: ReadonlySet<string> = new Set(["~", "?", "`", "#", "'", "rec", "and", "type", "module", "of"]);

/** Every use of a name in a config.ml, without those that another module qualifies. */
export function wordsIn(
  { tokens, is }: BracketedTokens,
  mirageNames: ReadonlySet<string>,
): readonly { readonly name: string; readonly span: Span }[] {
  return tokens.flatMap(({ kind, text, start, end }, at) => {
    if (kind !== "name" || text === "let" || text === "and") return [];
    if (is(at - 1, ".") && !mirageNames.has(tokens[at - 2]?.text ?? "")) return [];
    const before = tokens[at - 1];
    if (before && before.kind !== "string" && notAUse.has(before.text)) return [];
    return [{ name: text, span: { start, end } }];
  });
}
