/** A value of a record: a string, a list or a tuple. */
export type MiValue = string | readonly MiValue[] | MiTuple;
export interface MiTuple {
  readonly [name: string]: MiValue | undefined;
}

/** One line of gdb's machine interface. */
export type MiRecord =
  | {
      /** The answer to a command: `^done`, `^running`, `^error`, …; `token` is the number before the command. */
      readonly kind: "result";
      readonly token: number | undefined;
      readonly name: string;
      readonly values: MiTuple;
    }
  | {
      /** A change that no command waits for: `*stopped`, `=breakpoint-modified`, …. */
      readonly kind: "async";
      readonly name: string;
      readonly values: MiTuple;
    }
  | {
      /** Text for the console of gdb (`~`), from the target (`@`), or of gdb's log (`&`). */
      readonly kind: "stream";
      readonly channel: "console" | "target" | "log";
      readonly text: string;
    }
  | { readonly kind: "prompt" }
  /** A line that is none of these, for example from a library of gdb. */
  | { readonly kind: "unknown"; readonly text: string };

/** Records of gdb have a depth of about five; deeper ones are not gdb's. */
const maxDepth = 64;
const channels = { "~": "console", "@": "target", "&": "log" } as const;

/**
 * Parses one line of gdb's machine interface (GDB manual, "GDB/MI Output Syntax"). A line that violates the
 * syntax becomes a record of the kind `unknown`. Lists of results, such as `stack=[frame={…},frame={…}]`,
 * become lists of their values. If a tuple has a name twice, the last value counts.
 */
export function parseMiRecord(line: string): MiRecord {
  if (/^\(gdb\)\s*$/.test(line)) return { kind: "prompt" };
  const unknown: MiRecord = { kind: "unknown", text: line };
  const start = /^(\d{0,9})([\^*+=~@&])/.exec(line);
  if (!start) return unknown;
  const [{ length }, digits = "", symbol = ""] = start;
  const reader = { text: line, at: length };
  try {
    if (symbol === "~" || symbol === "@" || symbol === "&") {
      const text = readString(reader);
      return reader.at === line.length ? { kind: "stream", channel: channels[symbol], text } : unknown;
    }
    const name = readName(reader);
    const values: Record<string, MiValue> = Object.create(null);
    while (reader.at < line.length) {
      expect(reader, ",");
      readResult(reader, values, 0);
    }
    if (symbol !== "^") return { kind: "async", name, values };
    return { kind: "result", token: digits === "" ? undefined : Number(digits), name, values };
  } catch (error) {
    if (error instanceof SyntaxError) return unknown;
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

function readName(reader: Reader): string {
  const pattern = /[A-Za-z_][\w-]*/y;
  pattern.lastIndex = reader.at;
  const name = pattern.exec(reader.text)?.[0];
  if (name === undefined) throw new SyntaxError("no name");
  reader.at += name.length;
  return name;
}

function readResult(reader: Reader, into: Record<string, MiValue>, depth: number): void {
  const name = readName(reader);
  expect(reader, "=");
  into[name] = readValue(reader, depth);
}

function readValue(reader: Reader, depth: number): MiValue {
  if (depth > maxDepth) throw new SyntaxError("too deep");
  switch (reader.text[reader.at]) {
    case '"':
      return readString(reader);
    case "{": {
      const values: Record<string, MiValue> = Object.create(null);
      readItems(reader, "}", () => readResult(reader, values, depth + 1));
      return values;
    }
    case "[": {
      const items: MiValue[] = [];
      readItems(reader, "]", () => items.push(readItem(reader, depth + 1)));
      return items;
    }
    case undefined:
    default:
      throw new SyntaxError("no value");
  }
}

/** An element of a list: a value, or a result whose name is dropped. */
function readItem(reader: Reader, depth: number): MiValue {
  if (/["{[]/.test(reader.text[reader.at] ?? "")) return readValue(reader, depth);
  readName(reader);
  expect(reader, "=");
  return readValue(reader, depth);
}

function readItems(reader: Reader, end: string, read: () => void): void {
  reader.at += 1;
  if (reader.text[reader.at] === end) {
    reader.at += 1;
    return;
  }
  for (;;) {
    read();
    const next = reader.text[reader.at];
    reader.at += 1;
    if (next === end) return;
    if (next !== ",") throw new SyntaxError("no end");
  }
}

function expect(reader: Reader, character: string): void {
  if (reader.text[reader.at] !== character) throw new SyntaxError(`no ${character}`);
  reader.at += 1;
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  e: "\x1b",
};

/** Reads a string in C syntax. gdb writes bytes outside ASCII as octal escapes, which are UTF-8 together. */
function readString(reader: Reader): string {
  expect(reader, '"');
  const pattern = /[^"\\]*/y;
  let text = "";
  let bytes: number[] = [];
  const endBytes = () => {
    if (bytes.length === 0) return;
    text += Buffer.from(bytes).toString();
    bytes = [];
  };
  for (;;) {
    pattern.lastIndex = reader.at;
    const plain = pattern.exec(reader.text)?.[0] ?? "";
    reader.at += plain.length;
    if (plain !== "") endBytes();
    text += plain;
    const next = reader.text[reader.at];
    if (next === undefined) throw new SyntaxError("no end");
    if (next === '"') {
      reader.at += 1;
      endBytes();
      return text;
    }
    const octal = reader.text.slice(reader.at + 1, reader.at + 4);
    if (/^[0-3][0-7]{2}$/.test(octal)) {
      bytes.push(Number.parseInt(octal, 8));
      reader.at += 4;
    } else {
      const escaped = reader.text[reader.at + 1] ?? "";
      endBytes();
      text += escapes[escaped] ?? escaped;
      reader.at += 2;
    }
  }
}

/** The string with this name, or `undefined` if there is none. */
export function miString(tuple: MiTuple | undefined, name: string): string | undefined {
  const value = tuple?.[name];
  return typeof value === "string" ? value : undefined;
}

/** The number with this name, in decimal or hexadecimal digits, or `undefined`. */
export function miNumber(tuple: MiTuple | undefined, name: string): number | undefined {
  const text = miString(tuple, name);
  return text !== undefined && /^(?:\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : undefined;
}

/** The address with this name, or `undefined` if there is none, as in `addr="<PENDING>"`. */
export function miAddress(tuple: MiTuple | undefined, name: string): bigint | undefined {
  const text = miString(tuple, name);
  return text !== undefined && /^0x[\da-f]{1,16}$/i.test(text) ? BigInt(text) : undefined;
}

/** The tuple with this name, or `undefined` if there is none. */
export function miTuple(tuple: MiTuple | undefined, name: string): MiTuple | undefined {
  return asTuple(tuple?.[name]);
}

/** The tuples in the list with this name; empty if there is none. */
export function miTuples(tuple: MiTuple | undefined, name: string): readonly MiTuple[] {
  const value = tuple?.[name];
  return isList(value) ? value.map(asTuple).filter((item) => item !== undefined) : [];
}

/** The strings in the list with this name; empty if there is none. */
export function miStrings(tuple: MiTuple | undefined, name: string): readonly string[] {
  const value = tuple?.[name];
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

const isList = (value: MiValue | undefined): value is readonly MiValue[] => Array.isArray(value);

function asTuple(value: MiValue | undefined): MiTuple | undefined {
  return typeof value === "object" && !isList(value) ? value : undefined;
}
