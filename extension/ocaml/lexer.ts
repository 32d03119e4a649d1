/** A name, literal or sign of OCaml source; offsets in UTF-16 units, `end` exclusive. */
export interface Token {
  /** A `sign` is one character; numbers and character literals are `other`. */
  readonly kind: "name" | "string" | "sign" | "other";
  /** As written; for a string, its value with the escapes resolved. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const name = /[\p{L}_][\p{L}\p{M}\p{N}_']*/uy;
const number = /\d[\w.]*/y;
// A lone quote begins a type variable: 'a is not a character.
const characterLiteral = /'(?:[^\\'\n\r]|\\(?:[\\"'ntbr ]|\d{3}|o[0-3][0-7]{2}|x[0-9a-fA-F]{2}))'/uy;
// A blank separates the name of an extension from the id of the quotation: {%ext id|…|id}.
const quotedOpening = /\{(?:%%?[\w.']+(?:[ \t]+([\p{Ll}_]*))?|([\p{Ll}_]*))\|/uy;

/**
 * Splits OCaml source into tokens, without its comments. Follows the lexical conventions of the OCaml
 * manual: comments nest and contain strings, `{id|…|id}` quotes, `'"'` is a character. Never fails: a
 * literal or comment that is not closed extends to the end. The time is linear in the length of the text.
 */
export function ocamlTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0xfeff) {
      at++;
    } else if (code === parenthesis && text[at + 1] === "*") {
      at = commentEnd(text, at);
    } else {
      const end = tokenEnd(text, at);
      tokens.push(tokenOf(text, at, end));
      at = end;
    }
  }
  return tokens;
}

const parenthesis = "(".charCodeAt(0);

function tokenOf(text: string, start: number, end: number): Token {
  const token = (kind: Token["kind"], value = text.slice(start, end)) => ({ kind, text: value, start, end });
  if (text[start] === '"')
    return token("string", unescapeString(text.slice(start + 1, end).replace(/"$/, "")));
  const quotation = text[start] === "{" ? quotationAt(text, start) : undefined;
  if (quotation) {
    const closed = end - quotation.close.length >= quotation.body && text.endsWith(quotation.close, end);
    return token("string", text.slice(quotation.body, closed ? end - quotation.close.length : end));
  }
  if (nameEnd(text, start) > start) return token("name");
  return token(end > start + 1 ? "other" : "sign");
}

/** Offset after the token, string or quotation that starts at `at`, which is not a comment. */
function tokenEnd(text: string, at: number): number {
  switch (text[at] ?? "") {
    case '"':
      return stringEnd(text, at);
    case "{": {
      const quotation = quotationAt(text, at);
      if (!quotation) return at + 1;
      const found = text.indexOf(quotation.close, quotation.body);
      return found < 0 ? text.length : found + quotation.close.length;
    }
    case "'":
      return at + (matchAt(characterLiteral, text, at)?.length ?? 1);
    default: {
      const end = nameEnd(text, at);
      if (end > at) return end;
      const digits = isDigit(text.charCodeAt(at)) ? matchAt(number, text, at) : undefined;
      return at + (digits ?? wholeCharacter(text, at)).length;
    }
  }
}

/** Offset after the name that starts at `at`, or `at` if none does. The regular expression is for letters outside ASCII. */
function nameEnd(text: string, at: number): number {
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code >= 0x80) return at + (matchAt(name, text, at)?.length ?? 0);
    if (!isNameStart(code) && (end === at || !(isDigit(code) || code === quote))) return end;
  }
  return end;
}

const quote = "'".charCodeAt(0);

/** An ASCII letter or an underscore. */
const isNameStart = (code: number): boolean => {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f;
};
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** A loop instead of a regular expression, which a long string would make overflow the stack. */
function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '"') return i + 1;
    if (text[i] === "\\") i++;
  }
  return text.length;
}

function quotationAt(
  text: string,
  at: number,
): { readonly body: number; readonly close: string } | undefined {
  quotedOpening.lastIndex = at;
  const match = quotedOpening.exec(text);
  return match ? { body: quotedOpening.lastIndex, close: `|${match[1] ?? match[2] ?? ""}}` } : undefined;
}

/** The whole surrogate pair: a `u` expression that starts in its middle would step back to its beginning. */
function wholeCharacter(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function commentEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    if (text.startsWith("(*", at)) {
      depth++;
      at += 2;
    } else if (text.startsWith("*)", at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else {
      at = tokenEnd(text, at);
    }
  }
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", r: "\r" };

/** Numeric escapes above 127 are bytes in an unknown encoding; they become the code point of that number. */
function unescapeString(body: string): string {
  if (!body.includes("\\")) return body;
  return body.replace(
    /\\(?:\r?\n[ \t]*|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|o([0-7]{3})|(\d{3})|([^]))/g,
    (_, unicode?: string, hex?: string, octal?: string, decimal?: string, other?: string) => {
      if (unicode !== undefined) return codePoint(Number.parseInt(unicode, 16));
      if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
      if (decimal !== undefined) return codePoint(Number(decimal));
      return other === undefined ? "" : (escapes[other] ?? other);
    },
  );
}

function codePoint(value: number): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : "\uFFFD";
}
