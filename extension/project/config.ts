import { ocamlTokens, type Token } from "./ocaml.ts";
import { parseVersionHeader, type Bound } from "./version.ts";

/** Zero-based lines, columns in UTF-16 units, the end exclusive. */
export interface SourceRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A call of Mirage's `register`. */
export interface Registration {
  /** Undefined where config.ml computes it. */
  readonly name: string | undefined;
  /** From `register` to the end of the name. */
  readonly range: SourceRange;
}

export interface ConfigFile {
  /** Whether it opens, includes or names the module `Mirage`. */
  readonly usesMirage: boolean;
  readonly registers: readonly Registration[];
  /** The version constraint in the first line: {@link parseVersionHeader}. */
  readonly header: VersionHeaderInText | undefined;
  /** It uses Mirage and registers a unikernel. */
  readonly isUnikernel: boolean;
}

export type VersionHeaderInText = { readonly text: string; readonly range: SourceRange } & (
  | { readonly constraint: readonly Bound[] }
  | { readonly error: string }
);

/**
 * Reads what can be known of a config.ml from its text alone, without compiling it. Never fails,
 * whatever the text; the time is linear in its length.
 */
export function readConfig(text: string): ConfigFile {
  const header = readHeader(text);
  // Most files that happen to be named config.ml end here.
  if (!text.includes("Mirage")) return { usesMirage: false, registers: [], header, isUnikernel: false };
  const { usesMirage, registers } = scan(ocamlTokens(text));
  const rangeOf = ranges(text);
  return {
    usesMirage,
    registers: registers.map(({ name, start, end }) => ({ name, range: rangeOf(start, end) })),
    header,
    isUnikernel: usesMirage && registers.length > 0,
  };
}

function readHeader(text: string): VersionHeaderInText | undefined {
  const lineEnd = text.indexOf("\n");
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  const header = parseVersionHeader(line);
  if (!header) return undefined;
  const start = line.indexOf("(*");
  const close = line.indexOf("*)", start);
  const end = close < 0 ? line.trimEnd().length : close + 2;
  const range = { startLine: 0, startColumn: start, endLine: 0, endColumn: end };
  const place = { text: line.slice(start, end), range };
  return header.kind === "constraint"
    ? { ...place, constraint: header.bounds }
    : { ...place, error: header.message };
}

interface Found {
  readonly usesMirage: boolean;
  readonly registers: readonly {
    readonly name: string | undefined;
    readonly start: number;
    readonly end: number;
  }[];
}

function scan(tokens: readonly Token[]): Found {
  const modules = new Set(["Mirage"]);
  const literals = new Map<string, string | undefined>();
  const registers: { name: string | undefined; start: number; end: number }[] = [];
  let usesMirage = false;
  let opened = false;
  let shadowed = false;
  const textAt = (i: number) => (tokens[i]?.kind === "string" ? undefined : tokens[i]?.text);

  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "name") continue;
    const [before, after] = [textAt(i - 1), textAt(i + 1)];
    if (modules.has(token.text) && before !== ".") {
      const opener = before === "!" ? textAt(i - 2) : before;
      const wholly = (opener === "open" || opener === "include") && after !== ".";
      // Mirage.(…), Mirage.[…] and Mirage.{…} open it locally.
      const locally = after === "." && ["(", "[", "{"].includes(textAt(i + 2) ?? "");
      const alias = before === "=" && textAt(i - 3) === "module" && after !== "." ? textAt(i - 2) : undefined;
      if (alias !== undefined) modules.add(alias);
      opened ||= wholly || locally;
      usesMirage ||= wholly || after === "." || alias !== undefined;
    } else if (token.text === "let" || token.text === "and") {
      const bound = after === "rec" ? i + 2 : i + 1;
      const boundName = textAt(bound);
      if (boundName === "register") shadowed = true;
      else if (boundName !== undefined) literals.set(boundName, literalBoundAt(tokens, bound));
    } else if (token.text === "register") {
      const qualified = before === "." && modules.has(textAt(i - 2) ?? "") && textAt(i - 3) !== ".";
      const plain = opened && !shadowed && !notAUse.has(before ?? "");
      if (qualified || plain) registers.push(registration(tokens, i, literals));
    }
  }
  return { usesMirage, registers };
}

/** What before the word `register` makes it a label, a field, a binding or a foreign function. */
const notAUse = new Set([".", "~", "?", "#", "`", "let", "rec", "and", "val", "external", "method", "'"]);

/** The text in `let name = "text"` or `let name : string = "text"`, if that is all of it. */
function literalBoundAt(tokens: readonly Token[], nameIndex: number): string | undefined {
  const typed = tokens[nameIndex + 1]?.text === ":" && tokens[nameIndex + 2]?.text === "string";
  const equals = nameIndex + (typed ? 3 : 1);
  const [value, next] = [tokens[equals + 1], tokens[equals + 2]];
  if (tokens[equals]?.text !== "=" || value?.kind !== "string") return undefined;
  return next === undefined || next.kind === "name" || next.text === ";" ? value.text : undefined;
}

function registration(
  tokens: readonly Token[],
  at: number,
  literals: ReadonlyMap<string, string | undefined>,
) {
  const [word, i] = [tokens[at], afterLabels(tokens, at + 1)];
  const inner =
    tokens[i]?.text === "(" && tokens[i]?.kind === "sign" && tokens[i + 2]?.text === ")" ? i + 1 : i;
  const argument = tokens[inner];
  const start = word?.start ?? 0;
  if (argument?.kind === "string") return { name: argument.text, start, end: argument.end };
  const name =
    argument?.kind === "name" && tokens[inner + 1]?.text !== "." ? literals.get(argument.text) : undefined;
  return { name, start, end: (name === undefined ? word : argument)?.end ?? start };
}

/** No labelled argument in a real config.ml is longer; the bound keeps nested ones linear. */
const longestArgument = 100;

/** Steps over `~label`, `~label:value` and `?label:value`, the value one token, a path or in brackets. */
function afterLabels(tokens: readonly Token[], from: number): number {
  let i = from;
  while (i < from + longestArgument && (tokens[i]?.text === "~" || tokens[i]?.text === "?")) {
    i += 2;
    if (tokens[i]?.text !== ":") continue;
    i++;
    let depth = 0;
    const limit = i + longestArgument;
    for (; i < limit && i < tokens.length; i++) {
      const { kind, text } = tokens[i] ?? { kind: "sign", text: "" };
      if (kind === "sign" && "([{".includes(text)) depth++;
      if (kind === "sign" && ")]}".includes(text)) depth--;
      const goesOn = ["`", "!", "."].includes(text) || tokens[i + 1]?.text === ".";
      if (depth <= 0 && !(kind === "sign" && goesOn) && tokens[i + 1]?.text !== ".") break;
    }
    i++;
  }
  return i;
}

function ranges(text: string): (start: number, end: number) => SourceRange {
  const starts = [0];
  // The line ends of an editor: also a lone CR.
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  const position = (offset: number) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return [low, offset - (starts[low] ?? 0)] as const;
  };
  return (start, end) => {
    const [[startLine, startColumn], [endLine, endColumn]] = [position(start), position(end)];
    return { startLine, startColumn, endLine, endColumn };
  };
}
