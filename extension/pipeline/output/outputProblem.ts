import type { SourceRange } from "../../ocaml/sourceRange.ts";

/** Another location that a message names. */
export interface RelatedLocation {
  readonly file: string;
  readonly range: SourceRange;
  readonly message: string;
}

/** A problem in a file that the output of a step reports. */
export interface OutputProblem {
  /** The absolute path, that of config.ml if the output names no file. */
  readonly file: string;
  readonly range: SourceRange;
  readonly severity: "error" | "warning";
  /** At most 8 KiB; lines separated by `\n`. */
  readonly message: string;
  /** The name of a warning or alert (`unused-var`), or its number if it has no name. */
  readonly code?: string;
  readonly related: readonly RelatedLocation[];
  /** What reported the problem: the compiler, dune, `mirage configure` or opam-monorepo. */
  readonly source: "ocaml" | "dune" | "configure" | "opam-monorepo";
}

/** The code of a problem of the version header of config.ml: the header check may report the same at the header. */
export const headerCode = "version-header";

/** The code of a functor that does not fit config.ml: the language features may report the same. */
export const functorCode = "functor-mismatch";

/** Messages in notifications are cut after this many characters. */
const sentenceLimit = 200;

/**
 * Returns the first sentence of a compiler's message in one line, for a notification. The rest, such as
 * `Hint: Did you mean …`, is in the Problems view. A line that ends with a colon only introduces the next one.
 */
export function firstSentence(message: string): string {
  const sentences = message.trim().split(/\s*\n(?=\s*Hint:|[A-Z]|->)/);
  const end = sentences.findIndex((each) => !each.endsWith(":"));
  const text = sentences.slice(0, end + 1 || undefined).join(" ");
  const line = text.replace(/\s+/g, " ");
  return line.length > sentenceLimit ? `${line.slice(0, sentenceLimit)}…` : line;
}
