import type { Activity, ProjectState } from "./model.ts";

/** How far a unikernel has got, as one word for icons and menus. */
export type Stage = "unconfigured" | "configured" | "fetched" | "built" | "stale";

export function stageOf(state: ProjectState): Stage {
  if (!state.configured) return "unconfigured";
  if (state.stale.some(({ step }) => step !== "lock")) return "stale";
  if (state.image) return "built";
  return state.pulled && state.lockFile !== undefined ? "fetched" : "configured";
}

/** One line of a unikernel's state: what it says, and whether it asks for something. */
export interface StateLine {
  readonly text: string;
  readonly detail: string;
  readonly kind: "done" | "missing" | "stale";
}

/** The state in the order of the work, each line with its reason. */
export function stateLines(state: ProjectState): readonly StateLine[] {
  const { configured, image } = state;
  const locked = state.lockFile !== undefined;
  if (!configured) {
    return [{ text: "not configured", detail: "mirage configure has not run here", kind: "missing" }];
  }
  const of = (step: string) => state.stale.filter((stale) => stale.step === step).map(({ reason }) => reason);
  const line = (text: string, done: boolean, missing: string, reasons: readonly string[]): StateLine => ({
    text: done && reasons.length > 0 ? `${text}, out of date` : text,
    detail: done ? reasons.join("; ") : missing,
    kind: !done ? "missing" : reasons.length > 0 ? "stale" : "done",
  });
  return [
    line(`configured for ${configured.target}`, true, "", of("configure")),
    line(locked ? "locked" : "not locked", locked, `no lock file for ${configured.target}`, of("lock")),
    line(state.pulled ? "fetched" : "not fetched", state.pulled, "there is no duniverse folder", []),
    line(
      image ? `built (${sizeText(image.bytes)})` : "not built",
      image !== undefined,
      `no image for ${configured.target}`,
      of("build"),
    ),
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
  return asking ? "asks a question" : (step ?? "waiting");
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
