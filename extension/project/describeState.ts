import type { Activity, ProjectState } from "./model.ts";
import { t } from "../protocol/l10n.ts";

/** The progress of a unikernel in one word, for icons and menus. */
export type Stage = "unconfigured" | "configured" | "fetched" | "built" | "stale";

export function stageOf(state: ProjectState): Stage {
  if (!state.configured) return "unconfigured";
  if (state.stale.some(({ step }) => step !== "lock")) return "stale";
  if (state.image) return "built";
  return state.pulled && state.lockFile !== undefined ? "fetched" : "configured";
}

/** The stage in the user's language. */
export function stageText(state: ProjectState): string {
  const texts: Record<Stage, string> = {
    unconfigured: t("unconfigured"),
    configured: t("configured"),
    fetched: t("fetched"),
    built: t("built"),
    stale: t("stale"),
  };
  return texts[stageOf(state)];
}

/** One line of a unikernel's state. */
export interface StateLine {
  readonly text: string;
  readonly detail: string;
  readonly kind: "done" | "missing" | "stale";
  /** Whether the line describes an existing image. */
  readonly ofImage?: boolean;
}

/** Describes the state in the order of the steps, one line each with a reason. */
export function stateLines(state: ProjectState): readonly StateLine[] {
  const { configured, image } = state;
  const locked = state.lockFile !== undefined;
  if (!configured) {
    return [{ text: t("not configured"), detail: t("mirage configure has not been run"), kind: "missing" }];
  }
  const of = (step: string) => state.stale.filter((stale) => stale.step === step).map(({ reason }) => reason);
  const line = (text: string, done: boolean, missing: string, reasons: readonly string[]): StateLine => ({
    text: done && reasons.length > 0 ? t("{0}, out of date", text) : text,
    detail: done ? reasons.join("; ") : missing,
    kind: !done ? "missing" : reasons.length > 0 ? "stale" : "done",
  });
  return [
    line(t("configured for {0}", configured.target), true, "", of("configure")),
    line(
      locked ? t("locked") : t("not locked"),
      locked,
      t("no lock file for {0}", configured.target),
      of("lock"),
    ),
    line(state.pulled ? t("fetched") : t("not fetched"), state.pulled, t("dependencies not fetched yet"), []),
    {
      ...line(
        image ? t("built ({0})", sizeText(image.bytes)) : t("not built"),
        image !== undefined,
        t("no image for {0} yet", configured.target),
        of("build"),
      ),
      ...(image && { ofImage: true }),
    },
  ];
}

/** Formats a size in bytes with a decimal unit: `812 B`, `14.2 KB`, `3.1 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "KB"] : [bytes / 1_000_000, "MB"];
  return `${value.toFixed(1)} ${unit}`;
}

/** Describes an activity in a few words for the tree and the status bar. */
export function describeActivity({ step, prompting }: Pick<Activity, "step" | "prompting">): string {
  if (prompting) return t("waiting for your answer");
  return step === "run" ? t("running") : (step ?? t("waiting"));
}

/** Describes for how long a unikernel has run, in minutes: `running for 3 min`. Times are in milliseconds. */
export function describeUptime(since: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - since) / 60_000));
  if (minutes === 0) return t("running for less than a minute");
  if (minutes < 60) return t("running for {0} min", minutes);
  return t("running for {0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

/**
 * Returns the activity of a unikernel to display: one with an open question, else one that works on its files, else a
 * queued one, else the running unikernel.
 */
export function displayedActivity(active: readonly Activity[], id: string): Activity | undefined {
  const own = active.filter(({ request }) => request.unikernel.id === id);
  return (
    own.find(({ prompting }) => prompting) ??
    own.find(({ step }) => step !== undefined && step !== "run") ??
    own.find(({ step }) => step === undefined) ??
    own.at(-1)
  );
}
