import type { OutputProblem } from "./diagnostics.ts";

/** A problem another extension shows in the same file. */
export interface Shown {
  readonly startLine: number;
  readonly endLine: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

/**
 * Leaves out the problems that a language server already shows: same severity, overlapping lines
 * and the same words. Servers break lines elsewhere than the compiler and drop its `Error:`.
 */
export function withoutDuplicates(
  ours: readonly OutputProblem[],
  theirs: readonly Shown[],
): readonly OutputProblem[] {
  return ours.filter((problem) => {
    const words = essence(problem.message);
    return !theirs.some(
      (shown) =>
        shown.severity === problem.severity &&
        shown.startLine <= problem.range.endLine &&
        shown.endLine >= problem.range.startLine &&
        sameWords(words, essence(shown.message)),
    );
  });
}

function essence(message: string): string {
  return message
    .replace(/^(?:Error|Warning \d+(?: \[[\w-]+\])?|Alert \w+)\s*:\s*/, "")
    .replace(/\s+/g, " ")
    .trim();
}

function sameWords(a: string, b: string): boolean {
  if (a === "" || b === "") return a === b;
  return a.startsWith(b) || b.startsWith(a);
}
