/** Matches the messages that an OCaml format string can produce. */
export interface FormatMatcher {
  readonly matches: (text: string) => boolean;
  /** The literal text that every message begins with, without white space. */
  readonly prefix: string;
  /** Number of literal characters, which says how specific a match is. */
  readonly literal: number;
}

/** A regular expression for literals and conversions of a known form. Any text may be between two parts. */
type Part = string;

// `%#d` separates thousands: 1_000.
const number = String.raw`[-+]?\d[\d_]*`;

/** Regular expressions of what conversions print, by their last letter, as far as it has a known form. */
export const knownForms: Readonly<Record<string, string>> = {
  d: number,
  i: number,
  u: number,
  x: String.raw`[-+]?(?:0[xX])?[\da-fA-F]+`,
  X: String.raw`[-+]?(?:0[xX])?[\da-fA-F]+`,
  o: String.raw`[-+]?(?:0o)?[0-7]+`,
  b: "(?:true|false)",
  B: "(?:true|false)",
  c: "[^]",
  f: String.raw`[-+\w.]+`,
  F: String.raw`[-+\w.]+`,
  e: String.raw`[-+\w.]+`,
  E: String.raw`[-+\w.]+`,
  g: String.raw`[-+\w.]+`,
  G: String.raw`[-+\w.]+`,
  h: String.raw`[-+\w.]+`,
  H: String.raw`[-+\w.]+`,
};

/** Conversions as in `Stdlib.Format` and `Scanf`: `%-08.3Lx`, `%a`, `%(…%)`; then Format's own `@…`, and white space. */
export const formatSpecials =
  /%(?<pad>[-0+ #]*(?:\d+|\*)?(?:\.(?:\d+|\*))?)(?<conversion>[lnL][diuxXo]|[a-zA-Z%@!,(){}])|@(?:\[(?:<[^>]*>)?|\{(?:<[^>]*>)?|;(?:<[^>]*>)?|%%|[\]}.,?\n@ ]|<[^>]*>)|\s+/g;

/**
 * Creates the matcher of a format string whose escapes are resolved; `undefined` in `pieces` stands for text
 * that is not known. Breaks and spaces match any white space, because boxes wrap. Matching takes one search
 * for each part and never backtracks over all of them.
 */
export function formatMatcher(pieces: readonly (string | undefined)[]): FormatMatcher {
  const parts: Part[] = [""];
  let literal = 0;
  let prefix = "";
  const append = (source: string) => {
    parts[parts.length - 1] += source;
  };
  /** Whether only literals and white space came so far. */
  let begins = true;
  const anything = () => {
    begins = false;
    if (parts.at(-1) !== "" || parts.length === 1) parts.push("");
  };
  const known = (source: string) => {
    begins = false;
    append(source);
  };
  const plain = (text: string) => {
    literal += text.length;
    if (begins) prefix += text;
    append(text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  };
  for (const piece of pieces) {
    if (piece === undefined) {
      anything();
      continue;
    }
    let at = 0;
    // `%(…%)` and `%{…%}` contain only a type: another format takes their place.
    let depth = 0;
    for (const match of piece.matchAll(formatSpecials)) {
      const conversion = match.groups?.["conversion"] ?? "";
      if (depth === 0) plain(piece.slice(at, match.index));
      at = match.index + match[0].length;
      if (depth === 0) addSpecial(match[0], match.groups ?? {}, { plain, blank: append, known, anything });
      if (conversion === "(" || conversion === "{") depth++;
      else if (depth > 0 && (conversion === ")" || conversion === "}")) depth--;
    }
    if (depth === 0) plain(piece.slice(at));
  }
  // A line end in the format, or an empty line, may end the message.
  const [first = "", ...rest] = parts.map((part) => part.replaceAll(/(?:\\s[*+])+/g, oneSpace));
  // Compiled on first use: while a text is edited it is read again and again, and most matchers are not used.
  let compiled: ((text: string) => boolean) | undefined;
  return { matches: (text) => (compiled ??= matcher(first, rest))(text), prefix, literal };
}

interface Sink {
  readonly plain: (text: string) => void;
  /** Adds a regular expression that matches white space only. */
  readonly blank: (source: string) => void;
  /** Adds a regular expression of a known form. */
  readonly known: (source: string) => void;
  readonly anything: () => void;
}

function addSpecial(text: string, groups: Readonly<Record<string, string | undefined>>, to: Sink): void {
  const { pad = "", conversion } = groups;
  if (conversion === undefined) {
    if (text === "@@" || text === "@%%") to.plain(text.charAt(1));
    else if (text === "@ " || /^(?:@;|\s)/.test(text)) to.blank(String.raw`\s+`);
    else if (/^@[,.\n?]/.test(text)) to.blank(String.raw`\s*`);
    return;
  }
  if (conversion === "%" || conversion === "@") return to.plain(conversion);
  if (conversion === "!" || conversion === ",") return;
  const source = knownForms[conversion.at(-1) ?? ""];
  if (source === undefined) return to.anything();
  const blank = pad === "" ? "" : String.raw`\s*`;
  to.known(`${blank}${source}${blank}`);
}

/** Adjacent white space as one expression: two of them would be tried in every division. */
function oneSpace(run: string): string {
  return run.includes("+") ? String.raw`\s+` : String.raw`\s*`;
}

function matcher(first: string, rest: readonly string[]): (text: string) => boolean {
  if (rest.length === 0) {
    const whole = new RegExp(`^${first}\\s*$`);
    return (text) => whole.test(text);
  }
  const start = new RegExp(first, "y");
  const middle = rest.slice(0, -1).map((part) => new RegExp(part, "g"));
  const lastPart = rest.at(-1) ?? "";
  const end = lastPart === "" ? undefined : new RegExp(`(?:${lastPart})\\s*$`, "g");
  return (text) => {
    start.lastIndex = 0;
    if (!start.test(text)) return false;
    let at = start.lastIndex;
    // The leftmost match of each part leaves the most text for those after it.
    for (const part of middle) {
      part.lastIndex = at;
      if (!part.test(text)) return false;
      at = part.lastIndex;
    }
    if (!end) return true;
    end.lastIndex = at;
    return end.test(text);
  };
}
