import type { Job } from "./model.ts";
import { countText } from "../project/describeState.ts";
import { t } from "../protocol/l10n.ts";

/** Describes the progress of a job: `2 of 5: pulling sources (3/40)`, `build (1,128 commands run)`. */
export function progressText({
  step,
  startedAt,
  position,
  progress,
}: Pick<Job, "step" | "startedAt" | "position" | "progress">): string {
  if (step === undefined)
    return startedAt === undefined
      ? t("waiting for another job of this unikernel")
      : t("checking the tools and this computer");
  const { done, total, text = step } = progress ?? {};
  const counts = done === undefined ? "" : total ? ` (${done}/${total})` : ` (${countText(step, done)})`;
  const phase = `${text}${counts}`;
  return position && position.count > 1
    ? t("{0} of {1}: {2}", position.number, position.count, phase)
    : phase;
}
