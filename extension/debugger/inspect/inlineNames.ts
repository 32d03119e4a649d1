import { ocamlTokens, type Token } from "../../ocaml/lexer.ts";
import { lineStarts } from "../../ocaml/sourceRange.ts";

/** A name in a source text whose value can be shown in the editor. Lines count from 0, columns in UTF-16 units. */
export interface InlineName {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The lower-case names from the start of the toplevel item to the line at which the program stopped, each at its last
 * occurrence on a line. Keywords, labels and names after a dot are omitted; whether the others are variables is known only
 * to the debugger.
 */
export function inlineNames(text: string, stopLine: number): readonly InlineName[] {
  const starts = lineStarts(text);
  const firstLine = starts
    .slice(0, stopLine + 1)
    .findLastIndex((start) => itemStart.test(text.slice(start, start + 10)));
  const [from, to] = [starts[Math.max(0, firstLine)] ?? 0, starts[stopLine + 1] ?? text.length];
  const found = new Map<string, InlineName>();
  const tokens = ocamlTokens(text.slice(0, to));
  let line = 0;
  let attributeDepth = 0;
  for (const [at, token] of tokens.entries()) {
    // `[@inline never]` and `[%log "…"]` have names that are not variables.
    if (token.text === "[" && (attributeDepth > 0 || /^\s*[@%]/.test(text.slice(token.end, token.end + 9))))
      attributeDepth++;
    else if (token.text === "]" && attributeDepth > 0) attributeDepth--;
    if (attributeDepth > 0 || token.start < from || !isValueName(token, tokens[at - 1], tokens[at + 1]))
      continue;
    while ((starts[line + 1] ?? Infinity) <= token.start) line++;
    const name = { name: token.text, line, column: token.start - (starts[line] ?? 0) };
    found.set(`${line} ${token.text}`, name);
  }
  return [...found.values()];
}

/** How a toplevel item starts: at the start of a line. */
const itemStart = /^(?:let|and|module|class|type|exception|open|include|external)\b/;

/** Whether a token is a lower-case name that may be that of a variable. */
export function isValueName(
  { kind, text, start, end }: Token,
  before: Token | undefined,
  after: Token | undefined,
): boolean {
  if (kind !== "name" || !/^[\p{Ll}_]/u.test(text) || text === "_" || keywords.test(text)) return false;
  const adjacent = before?.end === start ? before.text : "";
  if (adjacent === "." || adjacent === "#" || adjacent === "`") return false;
  const isLabel = (adjacent === "~" || adjacent === "?") && after?.text === ":" && after.start === end;
  return !isLabel;
}

/** The keywords of OCaml 5, and the names of operators. */
const keywords =
  /^(?:and|as|asr|assert|begin|class|constraint|do|done|downto|effect|else|end|exception|external|false|for|fun|function|functor|if|in|include|inherit|initializer|land|lazy|let|lor|lsl|lsr|lxor|match|method|mod|module|mutable|new|nonrec|object|of|open|or|private|rec|sig|struct|then|to|true|try|type|val|virtual|when|while|with)$/;
