/**
 * Escapes a text so that a regular expression, with or without the flag `u`, matches it literally (outside of character
 * classes).
 */
export const escapeRegExp = (text: string): string =>
  text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
