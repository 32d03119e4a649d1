import { stripAnsi } from "../platform/ansi.ts";
import { failureRules } from "./failure-rules.ts";
import type { FailureContext, FailureHint } from "./failure.ts";

export interface FailureWatcher {
  /** Takes one line of either stream, without its line end. Any text will do. */
  readonly line: (text: string) => void;
  /** To be asked only when the step has failed: some of what is recognised does no harm by itself. */
  readonly end: () => FailureHint | undefined;
}

const limits = { message: 4096, captures: 8 };

/** Recognises the common failures of mirage, make, dune, opam and opam-monorepo in their output. */
export function failureWatcher(context: FailureContext): FailureWatcher {
  const captures = new Map<(typeof failureRules)[number], Set<string>>();
  let folded = "";

  const judge = () => {
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
      // Programs that wrap their messages indent the lines that follow; the Makefile indents its own.
      if (folded !== "" && /^\s+[^\s↳]/.test(text)) {
        if (folded.length < limits.message) folded += ` ${text.trimStart()}`;
        return;
      }
      judge();
      folded = text;
    },
    end: () => {
      judge();
      const rule = failureRules.find((candidate) => captures.has(candidate));
      return rule && { code: rule.code, ...rule.explain([...(captures.get(rule) ?? [])], context) };
    },
  };
}
