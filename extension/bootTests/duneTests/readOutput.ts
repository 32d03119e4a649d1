/** A failure that dune printed, at a place in a file. */
export interface DuneFailure {
  /** As dune printed it: relative to the project's root. Empty for text without a place. */
  readonly file: string;
  /** The line from 0. */
  readonly line: number;
  readonly message: string;
  /** For a difference that can be accepted: the hunks of the unified diff. */
  readonly hunks: readonly Hunk[];
}

/** A part of a unified diff. `line` is its first line in the expected text, from 0. */
export interface Hunk {
  readonly line: number;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  /** The number of lines before the first change. */
  readonly before: number;
}

const place = /^File "([^"]+)", lines? (\d+)(?:-\d+)?, characters \d+-\d+:$/;
const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/;

/** Splits what dune printed for a failed test at its locations. Accepts any text. */
export function readDuneOutput(output: string): readonly DuneFailure[] {
  const parts: { file: string; line: number; lines: string[] }[] = [{ file: "", line: 0, lines: [] }];
  for (const line of output.split(/\r?\n/)) {
    const [, file, number] = place.exec(line) ?? [];
    if (file === undefined) parts.at(-1)?.lines.push(line);
    else parts.push({ file, line: Math.max(0, Number(number) - 1), lines: [] });
  }
  return parts.flatMap(({ file, line, lines }) => {
    const message = lines.join("\n").trim();
    const hunks = readHunks(lines);
    const [first] = hunks;
    return file === "" && message === ""
      ? []
      : [{ file, line: first ? first.line + first.before : line, message, hunks }];
  });
}

/** Reads the hunks of a unified diff as git and diff print it. */
function readHunks(lines: readonly string[]): readonly Hunk[] {
  const hunks: { line: number; expected: string[]; actual: string[]; before: number }[] = [];
  let isChanged = false;
  for (const line of lines) {
    const [, start, count] = hunkHeader.exec(line) ?? [];
    const current = hunks.at(-1);
    if (start !== undefined) {
      // An empty range names the line before it.
      const first = count === "0" ? Number(start) : Number(start) - 1;
      hunks.push({ line: Math.max(0, first), expected: [], actual: [], before: 0 });
      isChanged = false;
    } else if (current) {
      const text = line.slice(1);
      if (line.startsWith(" ")) {
        current.expected.push(text);
        current.actual.push(text);
        if (!isChanged) current.before++;
      } else if (line.startsWith("-")) current.expected.push(text);
      else if (line.startsWith("+")) current.actual.push(text);
      if (/^[-+]/.test(line)) isChanged = true;
    }
  }
  return hunks;
}

/**
 * The expected and the actual text of a difference. With the text of the file both are complete; if the file does not
 * match the hunks, for example because it has changed, they contain only the hunks.
 */
export function textsOfDiff(
  hunks: readonly Hunk[],
  text: string | undefined,
): { readonly expected: string; readonly actual: string } {
  const actual = text?.split(/\r?\n/) ?? [];
  const matches = hunks.every(({ line, expected }) =>
    expected.every((each, index) => actual[line + index] === each),
  );
  if (text === undefined || !matches)
    return {
      expected: hunks.flatMap((hunk) => hunk.expected).join("\n"),
      actual: hunks.flatMap((hunk) => hunk.actual).join("\n"),
    };
  for (const hunk of hunks.toReversed()) actual.splice(hunk.line, hunk.expected.length, ...hunk.actual);
  return { expected: text, actual: actual.join("\n") };
}

/** The places of a backtrace or an assertion in a message of OCaml, the innermost first; lines from 0. */
export function placesIn(message: string): readonly { readonly file: string; readonly line: number }[] {
  return [...message.matchAll(/\b(?:in file|File) "([^"]+)",? lines? (\d+)/g)].map(([, file = "", line]) => ({
    file,
    line: Math.max(0, Number(line) - 1),
  }));
}
