import { createContext, Script, type Context } from "node:vm";
import { t } from "../platform/l10n.ts";

/** Thrown by `withinTime` when the work was ended. */
export class TookTooLong extends Error {}

let box: (Context & { work?: (() => unknown) | undefined }) | undefined;
const call = new Script("work()");

/**
 * Does the work, or ends it after `limitMs` with a TookTooLong: V8 can end even a regular expression
 * that tries without end. What the work had begun to change is then half changed.
 */
export function withinTime<T>(limitMs: number, work: () => T): T {
  box ??= createContext({ work: undefined });
  let done: { readonly result: T } | undefined;
  box.work = () => {
    done = { result: work() };
  };
  try {
    call.runInContext(box, { timeout: limitMs });
  } catch (error) {
    if (isTimeout(error)) throw new TookTooLong(t("It took longer than {0} ms.", limitMs));
    throw error;
  } finally {
    box.work = undefined;
  }
  if (!done) throw new TookTooLong(t("It took longer than {0} ms.", limitMs));
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
