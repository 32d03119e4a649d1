/** A file in a module that ocaml-crunch has generated. */
export interface CrunchedFile {
  /** The path relative to the folder that was crunched. */
  readonly name: string;
  /** The bytes of its contents in memory, with what OCaml adds to strings. */
  readonly bytes: number;
}

/** The size of a word of every target, and of the header of a value. */
const wordBytes = 8;

/**
 * Reads from a module that ocaml-crunch 4 has generated (`output_implementation` in its `src/crunch.ml`) how many bytes
 * each file takes. The contents are strings of at most 4096 bytes, one a line, and `file_chunks` lists those of each file.
 * A string of several files counts for the first one. Empty if the text has another form.
 */
export function crunchedFiles(text: string): readonly CrunchedFile[] {
  const chunks = new Map<string, number>();
  const files: CrunchedFile[] = [];
  let isList = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("  let ")) {
      const digest = /^  let d_([\da-f]{32}) = "/.exec(line)?.[1];
      if (digest !== undefined) chunks.set(digest, stringBytes(literalLength(line, line.indexOf('"') + 1)));
      isList = /^ {2}let file_chunks = function$/.test(line);
    } else if (isList) {
      const { name, list = "" } =
        /^    \| "(?<name>(?:[^"\\]|\\.)*)" \| .* -> Some \[(?<list>[^\]]*)\]$/.exec(line)?.groups ?? {};
      if (name === undefined) continue;
      let bytes = 0;
      for (const [, digest = ""] of list.matchAll(/\bd_([\da-f]{32});/g)) {
        bytes += chunks.get(digest) ?? 0;
        chunks.delete(digest);
      }
      files.push({ name: unescaped(name), bytes });
    }
  }
  return files;
}

/** The bytes of a string with this length: a header, and one to eight bytes of padding. */
const stringBytes = (length: number): number => wordBytes * (2 + Math.floor(length / wordBytes));

/** The length of the string that a literal of OCaml stands for, from the position after its quotation mark. */
function literalLength(line: string, from: number): number {
  let length = 0;
  for (let at = from; at < line.length && line[at] !== '"'; length++) {
    if (line[at] !== "\\") at += 1;
    else at += isDigit(line.charCodeAt(at + 1)) ? 4 : 2;
  }
  return length;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Decodes a literal of OCaml, whose escapes are bytes of UTF-8. */
function unescaped(literal: string): string {
  const bytes = literal.replaceAll(/\\(\d{3}|.)/g, (_, escape: string) => {
    if (escape.length === 3) return String.fromCharCode(Number(escape) & 0xff);
    return { n: "\n", t: "\t", r: "\r", b: "\b" }[escape] ?? escape;
  });
  return Buffer.from(bytes, "latin1").toString("utf8");
}
