import { stripAnsi } from "../../../platform/ansi.ts";
import { failureRules } from "./failureRules.ts";
import type { FailureContext, FailureHint, FailureRule } from "./failure.ts";

export interface FailureWatcher {
  /** Reads one line of either stream, without its line end. Accepts any text. */
  readonly line: (text: string) => void;
  /** Returns the explanation. Call it only if the step failed: some recognized messages are harmless by themselves. */
  readonly end: () => FailureHint | undefined;
}

const limits = { message: 4096, captures: 8 };

/**
 * Whether a line continues the message before it. Programs indent such lines, but dune does not indent the chain below a
 * library that it does not find, nor opam-monorepo a list of packages. The Makefile indents its own messages, which start with ↳.
 */
function continues(message: string, line: string): boolean {
  if (/^\s+[^\s↳]/.test(line)) return true;
  if (message.startsWith("These dependencies (possibly transitive)") && line.startsWith("- ")) return true;
  return (
    message.startsWith('Error: Library "') &&
    /^(?:-> required by |\/|_build\/|is hidden|hidden|\()/.test(line)
  );
}

/** Recognizes the common failures of mirage, make, dune, opam and opam-monorepo in their output. */
export function failureWatcher(context: FailureContext): FailureWatcher {
  const found = new Map<FailureRule, { captures: Set<string>; first: readonly (string | undefined)[] }>();
  let folded = "";

  const matchRules = () => {
    if (folded === "") return;
    for (const rule of failureRules) {
      const match = rule.pattern.exec(folded);
      if (!match) continue;
      const seen = found.get(rule) ?? { captures: new Set(), first: match.slice(1) };
      found.set(rule, seen);
      for (const part of rule.each ? folded.matchAll(rule.each) : [match]) {
        const capture = part.slice(1).find((group) => group !== undefined);
        if (capture !== undefined && seen.captures.size < limits.captures) seen.captures.add(capture);
      }
    }
    folded = "";
  };

  return {
    line: (raw) => {
      const text = stripAnsi(raw.slice(0, limits.message)).trimEnd();
      if (folded !== "" && continues(folded, text)) {
        if (folded.length < limits.message) folded += ` ${text.trimStart()}`;
        return;
      }
      matchRules();
      folded = text;
    },
    end: () => {
      matchRules();
      const rule = failureRules.find((candidate) => found.has(candidate));
      const { captures = [], first = [] } = (rule && found.get(rule)) ?? {};
      return rule && { code: rule.code, ...rule.explain([...captures], context, first) };
    },
  };
}
