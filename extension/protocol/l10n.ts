/** Translations by their English texts, as in `vscode.l10n.bundle`. */
export type Texts = Readonly<Record<string, string>>;

type Value = string | number | undefined;

let translated: Texts = {};

/** Sets the language of all later texts; undefined means English. Call it before loading modules that call `t`. */
export function setTexts(texts: Texts | undefined): void {
  translated = texts ?? {};
}

/** Like {@link t}, for a text from a data file that scripts/l10n.ts reads. */
export const translateData = (text: string): string => translated[text] ?? text;

/**
 * Translates a text, or returns the English one if there is no translation. Like `vscode.l10n.t`, but without
 * `vscode`: `{0}` is replaced by the first value, `{name}` by a property of an object. The first argument must be
 * a literal, because scripts/l10n.ts collects the texts from the sources.
 */
export function t(message: string, ...values: readonly Value[] | [Readonly<Record<string, Value>>]): string {
  const text = translated[message] ?? message;
  if (values.length === 0) return text;
  const [first] = values;
  const named = new Map(Object.entries(typeof first === "object" ? first : values));
  return text.replace(/\{(\w+)\}/g, (place, name: string) => `${named.get(name) ?? place}`);
}
