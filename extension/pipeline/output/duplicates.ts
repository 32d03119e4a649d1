import type { OutputProblem } from "./outputProblem.ts";

/** A problem that another extension reports in the same file. Lines start at 0. */
export interface ReportedProblem {
  readonly startLine: number;
  readonly endLine: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

/**
 * Whether another extension reports a problem: with the same severity, on overlapping lines, and with the same text unless
 * `anyText` is set. Servers wrap lines differently from the compiler and omit its `Error:`.
 */
export function isDuplicate(problem: OutputProblem, other: ReportedProblem, anyText = false): boolean {
  return (
    other.severity === problem.severity &&
    other.startLine <= problem.range.endLine &&
    other.endLine >= problem.range.startLine &&
    (anyText || sameText(normalized(problem.message), normalized(other.message)))
  );
}

function normalized(message: string): string {
  return message
    .replace(/^(?:Error|Warning \d+(?: \[[\w-]+\])?|Alert \w+)\s*:\s*/, "")
    .replace(/\s+/g, " ")
    .trim();
}

function sameText(a: string, b: string): boolean {
  if (a === "" || b === "") return a === b;
  return a.startsWith(b) || b.startsWith(a);
}
