/**
 * The protocol by which a language server queries the compiler settings of a file: canonical
 * s-expressions (https://en.wikipedia.org/wiki/Canonical_S-expressions) on stdin and stdout, one
 * answer for each query, in order. Specified by merlin's `src/dot-protocol/merlin_dot_protocol.mli`.
 */

/** An atom (its bytes) or a list. */
export type Csexp = Uint8Array | readonly Csexp[];

/** A query of a server; `other` is a command that the protocol does not define. */
export type MerlinQuery =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "halt" }
  | { readonly kind: "other" };

/** The maximum length of an atom in bytes; paths and answers are far shorter. */
const maxAtomLength = 16 * 1024 * 1024;
const maxLengthDigits = String(maxAtomLength).length;

/** The maximum depth of lists: an answer has three levels, and deep nesting would overflow the stack. */
const maxDepth = 500;

const open = 0x28;
const close = 0x29;
const colon = 0x3a;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/**
 * Splits a stream of bytes into values. `push` returns the bytes of each value that is complete. It
 * throws a SyntaxError at the first invalid byte; after that the splitter must not be used any more.
 */
export function createSplitter(): { readonly push: (bytes: Uint8Array) => readonly Uint8Array[] } {
  let rest: Uint8Array = new Uint8Array();
  /** The offset of the next token in `rest`. */
  let at = 0;
  let depth = 0;
  return {
    push: (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const values: Uint8Array[] = [];
      let start = 0;
      for (;;) {
        const token = tokenAt(rest, at);
        if (token === undefined) break;
        at = token.end;
        depth += token.step;
        if (depth < 0) throw new SyntaxError("A closing bracket has no opening bracket.");
        if (depth > 0) continue;
        values.push(rest.subarray(start, at));
        start = at;
      }
      rest = rest.subarray(start);
      at -= start;
      return values;
    },
  };
}

/** The token at an offset: a bracket or an atom. Undefined while it is incomplete. */
function tokenAt(
  bytes: Uint8Array,
  from: number,
): { readonly start: number; readonly end: number; readonly step: -1 | 0 | 1 } | undefined {
  const first = bytes[from];
  if (first === undefined) return undefined;
  if (first === open) return { start: from, end: from + 1, step: 1 };
  if (first === close) return { start: from, end: from + 1, step: -1 };
  let length = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === colon && at > from) {
      const end = at + 1 + length;
      return end > bytes.length ? undefined : { start: at + 1, end, step: 0 };
    }
    if (!isDigit(byte) || at - from >= maxLengthDigits) throw new SyntaxError("This is not an s-expression.");
    length = length * 10 + (byte - 0x30);
    if (length > maxAtomLength) throw new SyntaxError("An atom is too long.");
  }
  return undefined;
}

/** Parses exactly one value. Throws a SyntaxError for anything else. */
export function parseCsexp(bytes: Uint8Array): Csexp {
  const stack: Csexp[][] = [[]];
  for (let at = 0; at < bytes.length;) {
    const token = tokenAt(bytes, at);
    if (token === undefined) throw new SyntaxError("The s-expression is truncated.");
    at = token.end;
    if (token.step === 1) {
      if (stack.length > maxDepth) throw new SyntaxError("Lists are nested too deeply.");
      stack.push([]);
    } else if (token.step === 0) stack.at(-1)?.push(bytes.subarray(token.start, token.end));
    else {
      const list = stack.pop();
      if (list === undefined || stack.length === 0)
        throw new SyntaxError("A closing bracket has no opening bracket.");
      stack.at(-1)?.push(list);
    }
  }
  const [value, more] = stack[0] ?? [];
  if (stack.length > 1 || value === undefined || more !== undefined)
    throw new SyntaxError("This is not exactly one s-expression.");
  return value;
}

/** Serializes a value. */
export function renderCsexp(value: Csexp): Buffer {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  return Buffer.concat([Buffer.from("("), ...value.map(renderCsexp), Buffer.from(")")]);
}

/** A list of strings. */
export const merlinList = (...texts: readonly string[]): Csexp => texts.map((text) => Buffer.from(text));

/** Parses a query. Throws a SyntaxError if the bytes are not one value. */
export function parseQuery(bytes: Uint8Array): MerlinQuery {
  const value = parseCsexp(bytes);
  if (value instanceof Uint8Array) return { kind: text(value) === "Halt" ? "halt" : "other" };
  const [name, path, more] = value;
  if (!(name instanceof Uint8Array && path instanceof Uint8Array) || more !== undefined)
    return { kind: "other" };
  return text(name) === "File" ? { kind: "file", path: text(path) } : { kind: "other" };
}

/** Serializes the query for a file's settings. */
export const renderFileQuery = (path: string): Buffer => renderCsexp(merlinList("File", path));

/** The command that makes the answering program exit. */
export const haltCommand = Buffer.from("4:Halt");

/** Serializes an error reply; servers show its message as a diagnostic of the file. */
export const renderErrorReply = (message: string): Buffer => renderCsexp([merlinList("ERROR", message)]);

/** The message of an error reply; undefined if the reply contains settings. */
export function parseErrorReply(answer: Uint8Array): string | undefined {
  const value = parseCsexp(answer);
  if (value instanceof Uint8Array) return text(value);
  for (const directive of value) {
    if (directive instanceof Uint8Array) continue;
    const [name, message] = directive;
    if (name instanceof Uint8Array && message instanceof Uint8Array && text(name) === "ERROR")
      return text(message);
  }
  return undefined;
}

const text = (atom: Uint8Array): string => Buffer.from(atom).toString("utf8");
