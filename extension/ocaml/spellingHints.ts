/** What a compiler suggests in place of the text of a range. */
export interface SpellingFix {
  /** The suggested name, as the message has it. */
  readonly name: string;
  /** The text that replaces the range. */
  readonly text: string;
}

/** `Hint: Did you mean a?`, `a or b?`, `a, b or c?`; OCaml 5.2 and later quote names, and numbers are always quoted. */
const hint = /\bHint:\s+[Dd]id you mean\s+([^?]{1,300})\?(?:\s|$)/;
const path = /^(?:\p{Lu}[\p{L}\d_']*\.)*[\p{L}_][\p{L}\d_'-]*$/u;
const operator = /^[!$%&*+\-/:<=>@^|~#.]+$/;
const number = /^\d[\d_.a-fx]*[lLn]?$/i;

/**
 * Reads the suggestions in a message of OCaml or dune about the text of its range. ocamllsp 1.26 puts them into the messages
 * of the related information instead. Empty if there are none, or if they are about something else: the hint about an
 * operator is reported at its operand.
 */
export function spellingFixes(
  message: string,
  rangeText: string,
  related: readonly string[] = [],
): readonly SpellingFix[] {
  const whole = [message, ...related].join("\n");
  const found = hint.exec(whole);
  if (!found) return [];
  const about = whole.slice(0, found.index);
  const wrong = rangeText.slice(rangeText.lastIndexOf(".") + 1);
  const isPath = path.test(rangeText);
  const names = (found[1] ?? "")
    .split(/,\s+|\s+or\s+/)
    .map((name) => name.trim().replace(/^[`"'](.*)["']$/s, "$1"));
  return names.flatMap((name) => {
    if (name === rangeText) return [];
    if (number.test(rangeText))
      return number.test(name) && name.startsWith(rangeText) ? [{ name, text: name }] : [];
    if (!isPath)
      return operator.test(rangeText) && operator.test(name) && about.includes(rangeText)
        ? [{ name, text: name }]
        : [];
    if (!path.test(name) || !hasWord(about, wrong)) return [];
    // OCaml 5.4 suggests the whole path, older versions its last part.
    const isWhole = name.includes(".") || !rangeText.includes(".");
    return [{ name, text: isWhole ? name : rangeText.slice(0, -wrong.length) + name }];
  });
}

/** Whether a text has this word; words of OCaml contain letters, digits, `_` and `'`. */
function hasWord(text: string, word: string): boolean {
  const parts: readonly string[] = text.match(/[\p{L}\d_'-]+/gu) ?? [];
  return parts.some((part) => part === word || part.replace(/^'|'$/g, "") === word);
}
