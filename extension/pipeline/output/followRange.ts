import type { SourceRange } from "../../ocaml/sourceRange.ts";

/** Splits a text into its lines, without line ends and byte order mark. */
export const linesOf = (text: string): readonly string[] => text.replace(/^\uFEFF/, "").split(/\r?\n/);

/**
 * Compares two versions of a file, and returns a function that finds the place of a range of the first in the second. The
 * function returns undefined if a line of the range was changed or removed, or, for a range without text, if anything was.
 * The time to compare is linear.
 */
export function rangeFollower(
  before: readonly string[],
  after: readonly string[],
): (range: SourceRange) => SourceRange | undefined {
  const shared = Math.min(before.length, after.length);
  let head = 0;
  while (head < shared && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shared - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (head === before.length && head === after.length) return (range) => range;
  return (range) => {
    const lines = before.slice(range.startLine, range.endLine + 1);
    if (isEmptyRange(range) || lines.every((line) => line.trim() === "")) return undefined;
    if (range.endLine < head) return range;
    if (range.startLine >= before.length - tail) return movedBy(range, after.length - before.length);
    // Several places were edited, and the lines of the range are between them.
    const changed = (all: readonly string[]) => occurrences(lines, all, head, all.length - tail);
    const [line, ...others] = changed(after);
    if (line === undefined || others.length > 0 || changed(before).length !== 1) return undefined;
    return movedBy(range, line - range.startLine);
  };
}

/**
 * Where a range is displayed: a range on empty lines, such as that of a syntax error at the end of a file, ends the last
 * line before it that has text.
 */
export function onText(range: SourceRange, lines: readonly string[]): SourceRange {
  const isBlank = (line: number) => (lines[line] ?? "").trim() === "";
  for (let line = range.startLine; line <= range.endLine; line++) if (!isBlank(line)) return range;
  let line = Math.min(range.startLine, lines.length) - 1;
  while (line >= 0 && isBlank(line)) line--;
  if (line < 0) return range;
  const end = (lines[line] ?? "").trimEnd().length;
  return { startLine: line, startColumn: Math.max(0, end - 1), endLine: line, endColumn: end };
}

const isEmptyRange = ({ startLine, startColumn, endLine, endColumn }: SourceRange) =>
  startLine === endLine && startColumn === endColumn;

const movedBy = (range: SourceRange, lines: number): SourceRange => ({
  ...range,
  startLine: range.startLine + lines,
  endLine: range.endLine + lines,
});

/** The first line of the first two occurrences of some lines that touch the lines from `start` to before `end`. */
function occurrences(lines: readonly string[], all: readonly string[], start: number, end: number): number[] {
  const found: number[] = [];
  for (let at = Math.max(0, start - lines.length + 1); at < end && found.length < 2; at++)
    if (lines.every((line, index) => all[at + index] === line)) found.push(at);
  return found;
}
