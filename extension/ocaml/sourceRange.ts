/** Zero-based lines, columns in UTF-16 units, the end exclusive. */
export interface SourceRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/**
 * Returns the offset of each line of a text, in UTF-16 units. Lines end as in an editor: at LF, CR LF and a
 * lone CR.
 */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

/**
 * Returns a function that converts two offsets of a text, in UTF-16 units, into a range with the lines of `lineStarts`.
 * A call takes logarithmic time.
 */
export function sourceRanges(text: string): (start: number, end: number) => SourceRange {
  const starts = lineStarts(text);
  const position = (offset: number): readonly [line: number, column: number] => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return [low, offset - (starts[low] ?? 0)];
  };
  return (start, end) => {
    const [[startLine, startColumn], [endLine, endColumn]] = [position(start), position(end)];
    return { startLine, startColumn, endLine, endColumn };
  };
}
