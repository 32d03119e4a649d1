/**
 * The protocol by which a language server asks for the compiler's settings of a file: canonical
 * s-expressions (https://en.wikipedia.org/wiki/Canonical_S-expressions) on stdin and stdout, one
 * answer for each question, in order. Specified by merlin's `src/dot-protocol/merlin_dot_protocol.mli`.
 */

/** An atom is its bytes, a list its items. */
export type Csexp = Uint8Array | readonly Csexp[];

/** What a server asks; `other` is a command that is none of the protocol's. */
export type Question =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "halt" }
  | { readonly kind: "other" };

/** Atoms longer than this, in bytes, are taken for rubbish: no path and no answer comes near it. */
const longestAtom = 16 * 1024 * 1024;
const longestLength = String(longestAtom).length;

/** Lists are nested three deep in an answer; what goes deeper than this is rubbish, and would exhaust the stack. */
const deepest = 500;

const open = 0x28;
const close = 0x29;
const colon = 0x3a;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/**
 * Cuts a stream of bytes into its values. `push` gives each value's own bytes as soon as they are
 * complete, and throws a SyntaxError at the first byte that belongs to no value; after that the
 * stream is of no more use.
 */
export function createSplitter(): { readonly push: (bytes: Uint8Array) => readonly Uint8Array[] } {
  let rest: Uint8Array = new Uint8Array();
  /** Where the next token begins, counted from the begin of `rest`. */
  let at = 0;
  let depth = 0;
  return {
    push: (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const values: Uint8Array[] = [];
      let begin = 0;
      for (;;) {
        const token = tokenAt(rest, at);
        if (token === undefined) break;
        at = token.end;
        depth += token.step;
        if (depth < 0) throw new SyntaxError("A list is closed that was not opened.");
        if (depth > 0) continue;
        values.push(rest.subarray(begin, at));
        begin = at;
      }
      rest = rest.subarray(begin);
      at -= begin;
      return values;
    },
  };
}

/** One bracket or one whole atom; undefined while its end has not been read. */
function tokenAt(
  bytes: Uint8Array,
  from: number,
): { readonly begin: number; readonly end: number; readonly step: -1 | 0 | 1 } | undefined {
  const first = bytes[from];
  if (first === undefined) return undefined;
  if (first === open) return { begin: from, end: from + 1, step: 1 };
  if (first === close) return { begin: from, end: from + 1, step: -1 };
  let length = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === colon && at > from) {
      const end = at + 1 + length;
      return end > bytes.length ? undefined : { begin: at + 1, end, step: 0 };
    }
    if (!isDigit(byte) || at - from >= longestLength) throw new SyntaxError("This is no s-expression.");
    length = length * 10 + (byte - 0x30);
    if (length > longestAtom) throw new SyntaxError("An atom is too long.");
  }
  return undefined;
}

/** The value that these bytes are. Throws a SyntaxError unless they are exactly one. */
export function parseCsexp(bytes: Uint8Array): Csexp {
  const stack: Csexp[][] = [[]];
  for (let at = 0; at < bytes.length;) {
    const token = tokenAt(bytes, at);
    if (token === undefined) throw new SyntaxError("An s-expression is cut off.");
    at = token.end;
    if (token.step === 1) {
      if (stack.length > deepest) throw new SyntaxError("Lists are nested too deep.");
      stack.push([]);
    } else if (token.step === 0) stack.at(-1)?.push(bytes.subarray(token.begin, token.end));
    else {
      const list = stack.pop();
      if (list === undefined || stack.length === 0)
        throw new SyntaxError("A list is closed that was not opened.");
      stack.at(-1)?.push(list);
    }
  }
  const [value, more] = stack[0] ?? [];
  if (stack.length > 1 || value === undefined || more !== undefined)
    throw new SyntaxError("This is not one s-expression.");
  return value;
}

/** The bytes of a value. */
export function renderCsexp(value: Csexp): Buffer {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  return Buffer.concat([Buffer.from("("), ...value.map(renderCsexp), Buffer.from(")")]);
}

/** A list of texts as bytes. */
export const listOf = (...texts: readonly string[]): Csexp => texts.map((text) => Buffer.from(text));

/** What the bytes of one value ask for. */
export function questionOf(bytes: Uint8Array): Question {
  const value = parseCsexp(bytes);
  if (value instanceof Uint8Array) return { kind: text(value) === "Halt" ? "halt" : "other" };
  const [name, path, more] = value;
  if (!(name instanceof Uint8Array && path instanceof Uint8Array) || more !== undefined)
    return { kind: "other" };
  return text(name) === "File" ? { kind: "file", path: text(path) } : { kind: "other" };
}

/** The question for a file's settings. */
export const fileQuestion = (path: string): Buffer => renderCsexp(listOf("File", path));

/** The command that ends the program that answers. */
export const halt = Buffer.from("4:Halt");

/** The answer that there is none; servers show the words as a diagnostic of the file. */
export const errorAnswer = (words: string): Buffer => renderCsexp([listOf("ERROR", words)]);

/** The words of an answer that is an error; undefined for settings. */
export function errorOf(answer: Uint8Array): string | undefined {
  const value = parseCsexp(answer);
  if (value instanceof Uint8Array) return text(value);
  for (const directive of value) {
    if (directive instanceof Uint8Array) continue;
    const [name, words] = directive;
    if (name instanceof Uint8Array && words instanceof Uint8Array && text(name) === "ERROR")
      return text(words);
  }
  return undefined;
}

const text = (atom: Uint8Array): string => Buffer.from(atom).toString("utf8");
