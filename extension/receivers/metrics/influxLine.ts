/** The value of a field. Numbers may be NaN and infinite. */
export type MetricValue = number | boolean | string;

/** One line of the Influx line protocol. */
export interface MetricsLine {
  readonly measurement: string;
  readonly tags: readonly (readonly [name: string, value: string])[];
  readonly fields: readonly (readonly [name: string, value: MetricValue])[];
}

/** A line of metrics has no more tags and fields; the rest is ignored. */
const maxParts = 200;

/**
 * Parses a line of the Influx line protocol as metrics-influx writes it: `NAME,TAG=VALUE FIELD=VALUE,FIELD=VALUE`, with an
 * optional time stamp, which is ignored. Other than in Influx's own grammar, a comma may follow the name although
 * there is no tag, and there may be no fields. Returns `undefined` for any other text. Takes linear time.
 */
export function parseInfluxLine(line: string): MetricsLine | undefined {
  const head = parts(line, 0);
  const [name = "", ...tags] = head.parts;
  const measurement = unescape(name);
  if (measurement === "" || line.charAt(head.end) !== " ") return undefined;
  const body = parts(line, head.end + 1);
  return {
    measurement,
    tags: tags.flatMap((tag) => {
      const [key, value] = keyAndValue(tag) ?? [];
      return key === undefined || value === undefined ? [] : [[key, unescape(value)] as const];
    }),
    fields: body.parts.flatMap((field) => {
      const [key, text] = keyAndValue(field) ?? [];
      const value = text === undefined ? undefined : parseValue(text);
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  };
}

/** Splits at commas up to a space; neither counts after a backslash or in a string. */
function parts(line: string, start: number): { readonly parts: readonly string[]; readonly end: number } {
  const found: string[] = [];
  let from = start;
  let at = start;
  let isQuoted = false;
  for (; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === "\\") at += 1;
    else if (character === '"' && (isQuoted || line.charAt(at - 1) === "=")) isQuoted = !isQuoted;
    else if (!isQuoted && character === " ") break;
    else if (!isQuoted && character === ",") {
      if (found.length < maxParts) found.push(line.slice(from, at));
      from = at + 1;
    }
  }
  const end = Math.min(at, line.length);
  if (found.length < maxParts) found.push(line.slice(from, end));
  return { parts: found, end };
}

/** Splits at the first `=` without a backslash before it. */
function keyAndValue(text: string): readonly [string, string] | undefined {
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === "=") return [unescape(text.slice(0, at)), text.slice(at + 1)];
  }
  return undefined;
}

const unescape = (text: string): string => text.replace(/\\([,= ])/g, "$1");

/** Integers end in `i` and may exceed what a number holds exactly; then they are rounded. */
function parseValue(text: string): MetricValue | undefined {
  if (/^[+-]?\d{1,20}[iu]$/.test(text)) return Number(text.slice(0, -1));
  if (/^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[+-]?\d{1,4})?$/i.test(text)) return Number(text);
  if (/^-?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?o?inf$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^(?:t|T|true|True|TRUE)$/.test(text)) return true;
  if (/^(?:f|F|false|False|FALSE)$/.test(text)) return false;
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"'))
    return unescapeString(text.slice(1, -1));
  return text === "" ? undefined : text;
}

const escapes: Readonly<Record<string, number>> = { n: 0x0a, t: 0x09, r: 0x0d, b: 0x08 };

/** Decodes the escapes of OCaml's strings: `\"`, `\\`, `\n` and bytes in decimal, which are UTF-8. */
function unescapeString(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: Buffer[] = [];
  for (const [piece] of text.matchAll(/\\\d{3}|\\.|[^\\]+|\\/gsu)) {
    const code = /^\\\d{3}$/.test(piece) ? Number(piece.slice(1)) : escapes[piece.slice(1)];
    if (piece.startsWith("\\") && code !== undefined) bytes.push(Buffer.from([code]));
    else bytes.push(Buffer.from(piece.startsWith("\\") && piece.length > 1 ? piece.slice(1) : piece));
  }
  return Buffer.concat(bytes).toString("utf8");
}
