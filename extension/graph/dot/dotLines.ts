/**
 * Parses lines of functoria's DOT output: `Impl.Dot` prints one node or edge per line and formats attribute
 * values with OCaml's `%S`. An attribute may occur twice.
 */

export interface DotAttribute {
  readonly name: string;
  readonly value: string;
}

export type DotLine =
  | { readonly kind: "node"; readonly id: number; readonly attributes: readonly DotAttribute[] }
  | {
      readonly kind: "edge";
      readonly from: number;
      readonly to: number;
      readonly attributes: readonly DotAttribute[];
    }
  | { readonly kind: "end" }
  /** An empty line or a setting of the whole graph. */
  | { readonly kind: "nothing" }
  | { readonly kind: "unknown" };

const head = /[ \t]*(\d{1,15})(?:[ \t]*->[ \t]*(\d{1,15}))?[ \t]*/y;
const setting = /^\s*\w+[ \t]*=[ \t]*[\w."]+[ \t]*;?\s*$/;
const attributeHead = /[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*/y;
const bare = /[\w.+-]+/y;
const betweenAttributes = /[ \t]*(,|\])/y;
const closing = /[ \t]*\]?[ \t]*;?[ \t\r]*$/y;

/** Parses one line, without its line end. Never throws; the time is linear in its length. */
export function readDotLine(line: string): DotLine {
  head.lastIndex = 0;
  const start = head.exec(line);
  if (!start) {
    const text = line.trim();
    if (text === "}") return { kind: "end" };
    return { kind: text === "" || setting.test(line) ? "nothing" : "unknown" };
  }
  const attributes = attributesAt(line, head.lastIndex);
  if (!attributes) return { kind: "unknown" };
  const id = Number(start[1]);
  return start[2] === undefined
    ? { kind: "node", id, attributes }
    : { kind: "edge", from: id, to: Number(start[2]), attributes };
}

/** Parses the attributes in brackets up to the end of the line; undefined if they are malformed. */
function attributesAt(line: string, from: number): readonly DotAttribute[] | undefined {
  let at = from;
  const found: DotAttribute[] = [];
  if (line[at] === "[") {
    at++;
    let more = !matchAt(/[ \t]*\]/y, line, at);
    while (more) {
      const name = matchAt(attributeHead, line, at);
      if (!name) return undefined;
      const value = valueAt(line, at + name[0].length);
      if (!value) return undefined;
      found.push({ name: name[1] ?? "", value: value.text });
      const separator = matchAt(betweenAttributes, line, value.end);
      if (!separator) return undefined;
      more = separator[1] === ",";
      at = value.end + (more ? separator[0].length : 0);
    }
  }
  return matchAt(closing, line, at) ? found : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function valueAt(line: string, at: number): { readonly text: string; readonly end: number } | undefined {
  if (line[at] !== '"') {
    const word = matchAt(bare, line, at);
    return word ? { text: word[0], end: at + word[0].length } : undefined;
  }
  let escaped = false;
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === '"') {
      const body = line.slice(at + 1, i);
      return { text: escaped ? unescape(body) : body, end: i + 1 };
    }
    if (line[i] === "\\") {
      escaped = true;
      i++;
    }
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b" };
const decimal = /\\(\d{3})/y;

/** Reverses `%S`, which escapes bytes that are not printable ASCII in decimal: `é` is `\195\169`. */
function unescape(body: string): string {
  const parts: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) parts.push(new TextDecoder().decode(Uint8Array.from(bytes)));
    bytes = [];
  };
  for (let i = 0; i < body.length; i++) {
    const byte = matchAt(decimal, body, i)?.[1];
    if (byte !== undefined) {
      bytes.push(Number(byte) & 0xff);
      i += 3;
      continue;
    }
    flush();
    const character = body[i] ?? "";
    const next = body[i + 1];
    if (character === "\\" && next !== undefined) {
      parts.push(escapes[next] ?? next);
      i++;
    } else {
      parts.push(character);
    }
  }
  flush();
  return parts.join("");
}
