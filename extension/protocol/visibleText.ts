/**
 * Characters that are invisible or that change the direction of writing, and so could disguise untrusted text.
 * They are replaced by a symbol (https://www.unicode.org/charts/PDF/U2400.pdf) or by their code point.
 */
const invisible = /[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Replaces every invisible character except tabs and line feeds. */
export function visibleText(text: string): string {
  return text.replace(invisible, (character) =>
    character === "\t" || character === "\n" ? character : symbolFor(character),
  );
}

/** Replaces every invisible character, including line ends, so that the text is one line. */
export function singleLine(text: string): string {
  return text.replace(invisible, symbolFor);
}

function symbolFor(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
}
