import type { Level } from "./model.ts";

/** Which records are wanted; all that is given must pass. */
export interface LogFilter {
  /** `other` is a record without a level. */
  readonly levels?: readonly (Level | "other")[] | undefined;
  readonly sources?: readonly string[] | undefined;
  /** Sources that are not wanted; records without one pass. */
  readonly hiddenSources?: readonly string[] | undefined;
  /** Looked for in messages and their further lines without regard to case; empty for all. */
  readonly text?: string | undefined;
  /** `text` is a JavaScript regular expression; `^` and `$` are the ends of lines. */
  readonly regex?: boolean | undefined;
}

export interface TextSearch {
  /** Calls `onFound` with the index of each record that has the text, in order. */
  readonly inBlock: (text: string, starts: Uint32Array, onFound: (index: number) => void) => void;
  readonly inText: (text: string) => boolean;
}

/** `undefined` where any text passes. Throws a SyntaxError on a wrong regular expression. */
export function textSearch({ text = "", regex = false }: LogFilter): TextSearch | undefined {
  if (text === "") return undefined;
  const pattern = regex ? text : escaped(text);
  const one = new RegExp(pattern, "im");
  const inText = (record: string) => one.test(record);
  if (regex && mayCrossLines(pattern)) return { inText, inBlock: eachRecord(inText) };
  return { inText, inBlock: wholeBlock(new RegExp(pattern, "gim"), inText) };
}

/** Beyond these, nothing is marked in a text: nobody looks at so many. */
const maximalHits = 100;

/**
 * Where a filter's text is found: begins and ends, one after the other. `undefined` where nothing is to
 * be found. Throws a SyntaxError on a wrong regular expression.
 */
export function hitFinder({ text = "", regex = false }: LogFilter): ((text: string) => number[]) | undefined {
  if (text === "") return undefined;
  const pattern = new RegExp(regex ? text : escaped(text), "gim");
  return (whole) => {
    const hits: number[] = [];
    for (const match of whole.matchAll(pattern)) {
      // A pattern such as x* also finds nothing, between any two letters.
      if (match[0] !== "") hits.push(match.index, match.index + match[0].length);
      if (hits.length >= 2 * maximalHits) break;
    }
    return hits;
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/**
 * Whether an expression can match a line end, or look around what it matches: then it is tried on each
 * record by itself, for in a block it would look into the next.
 */
function mayCrossLines(pattern: string): boolean {
  return /\[\^|\\[snrvfWDPpuxc0kB]|\(\?[^:]|\n|\[[^\]]*-/.test(pattern);
}

function eachRecord(inText: (text: string) => boolean): TextSearch["inBlock"] {
  return (text, starts, onFound) => {
    for (let i = 0; i + 1 < starts.length; i++) {
      if (inText(text.slice(starts[i], starts[i + 1]! - 1))) onFound(i);
    }
  };
}

/** One search from hit to hit is far faster than one in each record. */
function wholeBlock(all: RegExp, inText: (text: string) => boolean): TextSearch["inBlock"] {
  return (text, starts, onFound) => {
    let index = 0;
    all.lastIndex = 0;
    for (let match = all.exec(text); match; match = all.exec(text)) {
      while (starts[index + 1]! <= match.index) index++;
      const end = starts[index + 1]! - 1;
      const inside = match.index + match[0].length <= end;
      if (inside || inText(text.slice(starts[index], end))) onFound(index);
      index++;
      if (index + 1 >= starts.length) return;
      all.lastIndex = starts[index]!;
    }
  };
}
