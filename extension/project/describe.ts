import type { Activity, ProjectState } from "./model.ts";
import { t } from "../platform/l10n.ts";

/** How far a unikernel has got, as one word for icons and menus. */
export type Stage = "unconfigured" | "configured" | "fetched" | "built" | "stale";

export function stageOf(state: ProjectState): Stage {
  if (!state.configured) return "unconfigured";
  if (state.stale.some(({ step }) => step !== "lock")) return "stale";
  if (state.image) return "built";
  return state.pulled && state.lockFile !== undefined ? "fetched" : "configured";
}

/** The stage in a word, as the user reads it. */
export function stageText(state: ProjectState): string {
  const words: Record<Stage, string> = {
    unconfigured: t("unconfigured"),
    configured: t("configured"),
    fetched: t("fetched"),
    built: t("built"),
    stale: t("stale"),
  };
  return words[stageOf(state)];
}

/** One line of a unikernel's state: what it says, and whether it asks for something. */
export interface StateLine {
  readonly text: string;
  readonly detail: string;
  readonly kind: "done" | "missing" | "stale";
  /** It is about an image that is there. */
  readonly ofImage?: boolean;
}

/** The state in the order of the work, each line with its reason. */
export function stateLines(state: ProjectState): readonly StateLine[] {
  const { configured, image } = state;
  const locked = state.lockFile !== undefined;
  if (!configured) {
    return [{ text: t("not configured"), detail: t("mirage configure has not run here"), kind: "missing" }];
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
    line(state.pulled ? t("fetched") : t("not fetched"), state.pulled, t("there is no duniverse folder"), []),
    {
      ...line(
        image ? t("built ({0})", sizeText(image.bytes)) : t("not built"),
        image !== undefined,
        t("no image for {0}", configured.target),
        of("build"),
      ),
      ...(image && { ofImage: true }),
    },
  ];
}

/** A size in bytes as people read it: `812 B`, `14.2 KB`, `3.1 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "KB"] : [bytes / 1_000_000, "MB"];
  return `${value.toFixed(1)} ${unit}`;
}

/** What an activity does now, as a word or two for the tree and the status bar. */
export function doing({ step, asking }: Pick<Activity, "step" | "asking">): string {
  return asking ? t("asks a question") : (step ?? t("waiting"));
}

/**
 * Of a unikernel's activities the one to show: what asks, else what works on its files, else what waits for its
 * turn, else the unikernel that runs.
 */
export function shownActivity(active: readonly Activity[], id: string): Activity | undefined {
  const own = active.filter(({ request }) => request.unikernel.id === id);
  return (
    own.find(({ asking }) => asking) ??
    own.find(({ step }) => step !== undefined && step !== "run") ??
    own.find(({ step }) => step === undefined) ??
    own.at(-1)
  );
}
