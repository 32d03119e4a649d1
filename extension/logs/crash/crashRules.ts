import type { CrashRule, FailureExplanation } from "./crashExplanation.ts";
import { deviceRules } from "./deviceRules.ts";
import { guestRules } from "./guestRules.ts";
import { hostRules } from "./hostRules.ts";
import { memoryRules } from "./memoryRules.ts";
import type { LogRecord } from "../model.ts";

/** In order of precedence. */
const rules: readonly CrashRule[] = [...memoryRules, ...guestRules, ...deviceRules, ...hostRules];

/** Explains a record by the first rule that matches it; `undefined` if none does. */
export function explainByRule(
  { kind, message }: Pick<LogRecord, "kind" | "message">,
  target: string,
): FailureExplanation | undefined {
  for (const { pattern, logged = false, explain } of rules) {
    const match = kind !== "log" || logged ? pattern.exec(message.slice(0, 4096)) : undefined;
    if (match) return explain(match, target);
  }
  return undefined;
}
