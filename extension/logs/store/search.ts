import type { Level } from "../../ocaml/logs/levels.ts";

/** Selects records. A record must pass every given criterion. */
export interface LogFilter {
  /** The levels that pass; `other` stands for records without a level. */
  readonly levels?: readonly (Level | "other")[] | undefined;
  readonly sources?: readonly string[] | undefined;
  /** Sources that do not pass; records without a source do. */
  readonly hiddenSources?: readonly string[] | undefined;
  /** Searched for in messages and the lines that continue them, ignoring case; empty for no search. */
  readonly text?: string | undefined;
  /** `text` is a JavaScript regular expression; `^` and `$` match at line ends. */
  readonly regex?: boolean | undefined;
}

/** Searches the text of records. */
export interface TextSearch {
  /** Calls `onFound` with the index of each record of a block that contains the text, in order. */
  readonly inBlock: (text: string, starts: Uint32Array, onFound: (index: number) => void) => void;
  readonly inText: (text: string) => boolean;
}

/** Creates a search, or returns `undefined` if any text passes. Throws a SyntaxError if the regular expression is invalid. */
export function createTextSearch({ text = "", regex = false }: LogFilter): TextSearch | undefined {
  if (text === "") return undefined;
  const pattern = regex ? text : escaped(text);
  const one = new RegExp(pattern, "im");
  const inText = (record: string) => one.test(record);
  if (regex && mayCrossLines(pattern)) return { inText, inBlock: eachRecord(inText) };
  return { inText, inBlock: wholeBlock(new RegExp(pattern, "gim"), inText) };
}

/** Further matches in a text are not marked. */
const maximalHits = 100;

/**
 * Creates a function that finds the filter's text in a string and returns the start and end offset of each
 * match in one list. Returns `undefined` if the filter has no text. Throws a SyntaxError if the regular
 * expression is invalid.
 */
export function createHitFinder({
  text = "",
  regex = false,
}: LogFilter): ((text: string) => number[]) | undefined {
  if (text === "") return undefined;
  const pattern = new RegExp(regex ? text : escaped(text), "gim");
  return (whole) => {
    const hits: number[] = [];
    for (const match of whole.matchAll(pattern)) {
      // A pattern such as x* also matches the empty string between any two characters.
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
 * Whether an expression can match a line end or look around its match. It is then run on each record
 * separately, because in a block it would see the next record.
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

/** Searching a whole block from match to match is far faster than searching each record. */
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
