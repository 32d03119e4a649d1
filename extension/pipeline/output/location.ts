import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { SourceRange } from "../../ocaml/sourceRange.ts";

/** A location as OCaml tools print it: lines start at 1, columns are bytes and start at 0, the end is exclusive. */
export interface PrintedLocation {
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Both are undefined if only lines were printed. */
  readonly firstByte: number | undefined;
  readonly lastByte: number | undefined;
  /** The text after the location on the same line. */
  readonly rest: string;
}

// OCaml 4 and 5 and dune print `line 3, characters 4-7:` or `lines 3-5, characters 2-9:`, without characters for whole
// lines; ocamllex and ocamlyacc print `line 3, character 4:`. The file name is not escaped, so it may contain quotes.
// Python's tracebacks do not match, because they have no colon.
const location = /^\s*File "(.+)", lines? (\d+)(?:-(\d+))?(?:, characters? (\d+)(?:-(\d+))?)?:(.*)$/;

/** Parses a line such as `File "unikernel.ml", line 3, characters 4-7:`. */
export function parseLocation(line: string): PrintedLocation | undefined {
  // A fast check first: nearly all lines of a build are not locations.
  if (!line.includes('File "')) return undefined;
  const match = location.exec(line);
  if (!match) return undefined;
  const [, file = "", first, last, from, to, rest = ""] = match;
  const firstLine = boundedNumber(first) ?? 1;
  const firstByte = boundedNumber(from);
  return {
    file,
    firstLine,
    lastLine: Math.max(firstLine, boundedNumber(last) ?? firstLine),
    firstByte,
    lastByte: boundedNumber(to) ?? firstByte,
    rest: rest.trim(),
  };
}

const boundedNumber = (digits: string | undefined) =>
  digits === undefined ? undefined : Math.min(Number(digits), 0x7fffffff);

/** Returns the text of a source line (from 0) without its line end, or undefined if it is not available. */
export type LineText = (line: number) => string | undefined;

/** Converts a location to the range in an editor. Without the text of a line, its bytes count as columns. */
export function locationRange(printed: PrintedLocation, textOf: LineText): SourceRange {
  const startLine = Math.max(0, printed.firstLine - 1);
  let endLine = Math.max(0, printed.lastLine - 1);
  if (printed.firstByte === undefined || printed.lastByte === undefined) {
    return { startLine, startColumn: 0, endLine, endColumn: textOf(endLine)?.length ?? 0 };
  }
  let lastByte = printed.lastByte;
  // Before OCaml 4.08, one line number is printed for a range of several lines: the end counts from the start of the first line.
  for (let text = textOf(endLine); text !== undefined; text = textOf(endLine)) {
    const bytes = Buffer.byteLength(text);
    if (lastByte <= bytes || textOf(endLine + 1) === undefined) break;
    lastByte -= bytes + 1;
    endLine++;
  }
  const startColumn = columnOf(printed.firstByte, textOf(startLine));
  const endColumn = columnOf(lastByte, textOf(endLine));
  return {
    startLine,
    startColumn,
    endLine,
    endColumn: endLine === startLine ? Math.max(startColumn, endColumn) : endColumn,
  };
}

function columnOf(bytes: number, text: string | undefined): number {
  if (text === undefined) return bytes;
  return Buffer.from(text, "utf8").subarray(0, bytes).toString("utf8").length;
}

/** Returns the user's file for a path that a tool printed. */
export type ResolvePath = (printed: string) => string;

/**
 * Printed paths are relative to the project root, and may be in dune's copy of the tree: `_build/CONTEXT/…`, or
 * `_build/.sandbox/HASH/CONTEXT/…` in a sandbox. Such a path resolves to the original file if it exists; otherwise the
 * file was generated in `_build`.
 */
export function pathResolver(root: string, exists: (path: string) => boolean): ResolvePath {
  return (printed) => {
    const path = isAbsolute(printed) ? resolve(printed) : resolve(root, printed);
    const inside = relative(root, path).split(sep);
    if (inside[0] !== "_build" || inside.length < 3) return path;
    const rest = inside[1] === ".sandbox" ? inside.slice(4) : inside.slice(2);
    const original = join(root, ...rest);
    return rest.length > 0 && exists(original) ? original : path;
  };
}

/** Whether `mirage configure` generates this file, so that its errors must be fixed in config.ml. */
export function isGenerated(path: string, configFile: string): boolean {
  const inside = relative(dirname(configFile), path).split(sep).join("/");
  return /^(?:mirage\/[^/]+\.ml|dune\.(?:build|config)|dune|dist\/dune|dune-(?:project|workspace))$/.test(
    inside,
  );
}

/** Whether a path looks like one of mirage's own sources: mirage/main.ml has code of devices with its position there. */
export function isMirageSource(path: string): boolean {
  return /[\\/]mirage[\\/]lib[\\/](?:\w+[\\/])?\w+\.ml$/.test(path);
}
