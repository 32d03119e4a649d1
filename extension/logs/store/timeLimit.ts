import { createContext, Script, type Context } from "node:vm";
import { t } from "../../protocol/l10n.ts";

/** Thrown by `withTimeLimit` when the work was interrupted. */
export class TimeLimitExceeded extends Error {}

let sandbox: (Context & { work?: (() => unknown) | undefined }) | undefined;
const call = new Script("work()");

/**
 * Runs `work` and returns its result. Interrupts it after `limitMs` milliseconds with a
 * `TimeLimitExceeded`; V8 can interrupt even a regular expression that backtracks forever. State that
 * `work` was changing may then be inconsistent.
 */
export function withTimeLimit<T>(limitMs: number, work: () => T): T {
  sandbox ??= createContext({ work: undefined });
  let done: { readonly result: T } | undefined;
  sandbox.work = () => {
    done = { result: work() };
  };
  try {
    call.runInContext(sandbox, { timeout: limitMs });
  } catch (error) {
    if (isTimeout(error)) throw new TimeLimitExceeded(t("It took longer than {0} ms.", limitMs));
    throw error;
  } finally {
    sandbox.work = undefined;
  }
  if (!done) throw new TimeLimitExceeded(t("It took longer than {0} ms.", limitMs));
  return done.result;
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
