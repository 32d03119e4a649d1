import type { Problem } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";
import type { ConsoleWriter } from "./consoleWriters.ts";

/** The run that a refused boot would have been. */
export interface RefusedRun {
  readonly name: string;
  /** The id of a unikernel of the workspace, otherwise the path of the image. */
  readonly unikernel: string;
  readonly target: string;
}

/**
 * Records a boot that was refused as a session that did not start, so that the log panel shows the reason
 * with its buttons instead of how an earlier session ended. Resolves to whether it was recorded. Never rejects: the
 * user sees the problem anyway.
 */
export async function recordRefusal<Run extends RefusedRun>(
  begin: (run: Run) => Promise<ConsoleWriter>,
  run: Run,
  { message, actions }: Pick<Problem, "message" | "actions">,
): Promise<boolean> {
  try {
    const writer = await begin(run);
    const text = t("did not start");
    writer.end({ kind: "failed", text, cause: "refused", reason: message, actions });
    return true;
  } catch {
    return false;
  }
}
