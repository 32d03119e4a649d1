import { ocamlTokens } from "../ocaml/lexer.ts";

/**
 * The name of the last unikernel that a config.ml registers: a string after `register`, or the name of a value bound to
 * one, labelled arguments aside. `undefined` if it is computed. Smaller than the reader of config.ml for the editor, because
 * the program without an editor is copied into repositories.
 */
export function registeredName(config: string): string | undefined {
  const tokens = ocamlTokens(config);
  const valueOf = (name: string) => {
    const at = tokens.findLastIndex(
      ({ text }, index) =>
        text === name && tokens[index - 1]?.text === "let" && tokens[index + 1]?.text === "=",
    );
    const value = at < 0 ? undefined : tokens[at + 2];
    return value?.kind === "string" ? value.text : undefined;
  };
  let at = tokens.findLastIndex(({ kind, text }) => kind === "name" && text === "register") + 1;
  if (at === 0) return undefined;
  // Labelled arguments are `~label:value` or `~label`; a value is one token or in brackets.
  while (tokens[at]?.text === "~") {
    at += 2;
    if (tokens[at]?.text !== ":") continue;
    at++;
    let depth = 0;
    do {
      const text = tokens[at]?.text ?? "";
      if (/^[([{]$/.test(text)) depth++;
      if (/^[)\]}]$/.test(text)) depth--;
      at++;
    } while (depth > 0 && at < tokens.length);
  }
  const name = tokens[at];
  if (name?.kind === "string") return name.text;
  return name?.kind === "name" ? valueOf(name.text) : undefined;
}
