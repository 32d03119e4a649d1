/** Escapes a text for a regular expression that matches it, outside of a character class, with and without the flag `u`. */
export const escapeRegExp = (text: string): string =>
  text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
