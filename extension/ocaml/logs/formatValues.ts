import { formatSpecials, knownForms } from "./formatMatcher.ts";

/** What a conversion of a format has printed. */
export interface FormatValue {
  /** Its last letter, or `l`, `n` or `L` with one, such as `Ld`. */
  readonly conversion: string;
  /** Undefined if the message does not determine it. */
  readonly text: string | undefined;
  /** How many arguments the conversion takes. */
  readonly parameters: number;
}

/** Longer messages and formats are not read, because the search is not linear. */
const longestMessage = 400;
const mostUnknownForms = 3;

/**
 * Finds what each conversion of a format string has printed in a message, in their order. Escapes of the format are
 * resolved. A text that could be divided in several ways, such as `a b c` by `%s %s`, is omitted, as is
 * everything after it. Empty if the message does not match the format, or the format contains `%(…%)`.
 */
export function formatValues(format: string, message: string): readonly FormatValue[] {
  const conversions: { readonly letters: string; readonly isPadded: boolean }[] = [];
  let [shortest, longest] = ["", ""];
  let unknownForms = 0;
  let at = 0;
  const append = (source: string, lazySource = source) => {
    longest += source;
    shortest += lazySource;
  };
  const plain = (text: string) => append(text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  for (const match of format.matchAll(formatSpecials)) {
    plain(format.slice(at, match.index));
    at = match.index + match[0].length;
    const { pad = "", conversion } = match.groups ?? {};
    if (conversion === undefined) {
      if (match[0] === "@@" || match[0] === "@%%") plain(match[0].charAt(1));
      else if (match[0] === "@ " || /^(?:@;|\s)/.test(match[0])) append(String.raw`\s+`);
      else if (/^@[,.\n?]/.test(match[0])) append(String.raw`\s*`);
    } else if (conversion === "%" || conversion === "@") plain(conversion);
    else if (conversion !== "!" && conversion !== ",") {
      if (pad.includes("*") || "(){}".includes(conversion)) return [];
      const form = knownForms[conversion.at(-1) ?? ""];
      if (form === undefined) unknownForms += 1;
      const blank = pad === "" ? "" : String.raw`\s*`;
      const group = (text: string) => `${blank}(${text})${blank}`;
      append(group(form ?? "[^]*"), group(lazy(form ?? "[^]*")));
      conversions.push({ letters: conversion, isPadded: pad !== "" });
    }
  }
  plain(format.slice(at));
  if (unknownForms > mostUnknownForms || message.length > longestMessage) return [];
  const first = new RegExp(`^${shortest}\\s*$`).exec(message);
  // If the shortest and the longest text of the first conversion are equal, the match is unique; continue with the next one.
  const last = new RegExp(`^${longest}\\s*$`).exec(message);
  if (!first || !last) return [];
  let clear = 0;
  while (clear < conversions.length && first[clear + 1] === last[clear + 1]) clear += 1;
  return conversions.map(({ letters, isPadded }, index) => ({
    conversion: letters,
    // Spaces around a text may belong to it.
    text: index < clear && !(isPadded && letters === "s") ? first[index + 1] : undefined,
    parameters: letters === "a" ? 2 : 1,
  }));
}

/** A regular expression that prefers the shortest match: each of its quantifiers gets a `?`. */
const lazy = (source: string) => source.replaceAll(/(?<!\()[*+?](?![^[]*\])/g, "$&?");
