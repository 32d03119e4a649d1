/** The texts of a language by the English ones, as `vscode.l10n.bundle` gives them. */
export type Texts = Readonly<Record<string, string>>;

type Value = string | number | undefined;

let translated: Texts = {};

/** Sets the language of everything shown from now on. It comes before the modules that show something. */
export function useTexts(texts: Texts | undefined): void {
  translated = texts ?? {};
}

/** As {@link t}, for a text of a data file of ours that scripts/l10n.ts knows. */
export const textOfData = (text: string): string => translated[text] ?? text;

/**
 * The text in the user's language, the English one where there is no other. As with `vscode.l10n.t`, `{0}` stands
 * for the first value and `{name}` for that of an object; but it needs no `vscode`. The first argument is always
 * a literal: scripts/l10n.ts collects them for the translators.
 */
export function t(message: string, ...values: readonly Value[] | [Readonly<Record<string, Value>>]): string {
  const text = translated[message] ?? message;
  if (values.length === 0) return text;
  const [first] = values;
  const named = new Map(Object.entries(typeof first === "object" ? first : values));
  return text.replace(/\{(\w+)\}/g, (place, name: string) => `${named.get(name) ?? place}`);
}
