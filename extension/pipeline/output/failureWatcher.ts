import { stripAnsi } from "../../platform/ansi.ts";
import { failureRules } from "./failureRules.ts";
import type { FailureContext, FailureHint } from "./failure.ts";

export interface FailureWatcher {
  /** Reads one line of either stream, without its line end. Accepts any text. */
  readonly line: (text: string) => void;
  /** Returns the explanation. Call it only if the step failed: some recognized messages are harmless by themselves. */
  readonly end: () => FailureHint | undefined;
}

const limits = { message: 4096, captures: 8 };

/** Recognizes the common failures of mirage, make, dune, opam and opam-monorepo in their output. */
export function failureWatcher(context: FailureContext): FailureWatcher {
  const captures = new Map<(typeof failureRules)[number], Set<string>>();
  let folded = "";

  const matchRules = () => {
    if (folded === "") return;
    for (const rule of failureRules) {
      const match = rule.pattern.exec(folded);
      if (!match) continue;
      const seen = captures.get(rule) ?? new Set<string>();
      captures.set(rule, seen);
      const capture = match.slice(1).find((group) => group !== undefined);
      if (capture !== undefined && seen.size < limits.captures) seen.add(capture);
    }
    folded = "";
  };

  return {
    line: (raw) => {
      const text = stripAnsi(raw.slice(0, limits.message)).trimEnd();
      // Programs indent the continuation lines of a message. The Makefile also indents its own messages, which start with ↳.
      if (folded !== "" && /^\s+[^\s↳]/.test(text)) {
        if (folded.length < limits.message) folded += ` ${text.trimStart()}`;
        return;
      }
      matchRules();
      folded = text;
    },
    end: () => {
      matchRules();
      const rule = failureRules.find((candidate) => captures.has(candidate));
      return rule && { code: rule.code, ...rule.explain([...(captures.get(rule) ?? [])], context) };
    },
  };
}
