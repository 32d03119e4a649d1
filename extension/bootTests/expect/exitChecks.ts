import type { ExitOutcome, LogRecord } from "../../logs/model.ts";
import { t } from "../../protocol/l10n.ts";
import type { BootTest, Failure } from "../model.ts";

/**
 * Compares how a unikernel ended with the expected exit code, 0 if the test names none. `crash` says in sentences why the
 * boot failed, and `fatal` is the record that says so. Returns the failures.
 */
export function checkExit(
  { exit }: BootTest["expect"],
  ending: ExitOutcome,
  crash: string | undefined,
  range: Failure["range"],
  fatal: LogRecord | undefined,
): readonly Failure[] {
  const expected = exit?.value ?? 0;
  if (ending.code === expected) return [];
  const sentences = [t("Unexpected end: {0}. The expected exit code is {1}.", ending.text, expected), crash];
  return [
    {
      message: sentences.filter(Boolean).join(" "),
      range: exit?.range ?? range,
      expected: String(expected),
      actual: String(ending.code),
      ...(fatal && { record: fatal.message, frames: fatal.frames }),
    },
  ];
}

/** Returns what failed because the unikernel was still running when the time of the test was over. `failures` are the others. */
export function checkTimeout(
  { exit, never, within }: BootTest["expect"],
  failures: readonly Failure[],
): readonly Failure[] {
  if (exit) return [{ message: t("It was still running after {0} s.", within.value), range: exit.range }];
  // Expectations that were not met are failures already, and what must never appear did not.
  if (failures.length > 0 || never.length > 0) return [];
  return [{ message: t("It was still running after {0} s.", within.value), range: within.range }];
}
