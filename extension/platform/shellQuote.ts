/** Characters that no POSIX shell treats specially in the middle of a word. */
const plainWord = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** An argument as a POSIX shell reads it back: unchanged if that is safe, otherwise in single quotes. */
export function shellQuote(word: string): string {
  return plainWord.test(word) ? word : inSingleQuotes(word);
}

const inSingleQuotes = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Arguments as a POSIX shell splits them into exactly these words. */
export const shellArguments = (args: readonly string[]): string => args.map(shellQuote).join(" ");

/**
 * A command line that a POSIX shell splits into exactly these words, the program first. The words contain
 * no NUL character, as no argument of a program can.
 */
export function shellCommand(words: readonly string[]): string {
  const [program, ...args] = words;
  if (program === undefined) return "";
  // A shell reads an unquoted first word such as A=b as an assignment.
  const first = program.includes("=") ? inSingleQuotes(program) : shellQuote(program);
  return [first, ...args.map(shellQuote)].join(" ");
}

/** Splits a string into words as a shell does, with quotes and `\`, but without any expansion. */
export function splitArguments(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\" && quote !== "'" && at + 1 < text.length) word = (word ?? "") + (text[++at] ?? "");
    else if (char === quote) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) {
      quote = char;
      word ??= "";
    } else if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  return word === undefined ? words : [...words, word];
}
