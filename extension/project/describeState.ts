import type { Activity, ImageState, ProjectState, WorkFailure } from "./model.ts";
import { t } from "../protocol/l10n.ts";
import { sizeText } from "../protocol/sizeText.ts";
import { sparkline } from "../platform/sparkline.ts";

/** The progress of a unikernel in one word, for icons and menus. */
export type BuildStage = "unconfigured" | "configured" | "fetched" | "built" | "stale";

export function stageOf(state: ProjectState): BuildStage {
  if (!state.configured) return "unconfigured";
  if (state.stale.some(({ step }) => step !== "lock")) return "stale";
  if (state.image) return "built";
  return state.isVendored || (state.pulled && state.lockFile !== undefined) ? "fetched" : "configured";
}

/**
 * The stage in the user's language. If `target`, the selected target, is not the configured one, says which one is
 * configured: nothing of it can be used for the selected one.
 */
export function stageText(state: ProjectState, target: string): string {
  const { configured } = state;
  if (configured && configured.target !== target) return t("configured for {0}", configured.target);
  const texts: Record<BuildStage, string> = {
    unconfigured: t("not configured"),
    configured: t("configured"),
    fetched: t("fetched"),
    built: t("built"),
    stale: t("out of date"),
  };
  return texts[stageOf(state)];
}

/** Describes a failure as a state, `build failed`, unless an image was built after it, for example in a terminal. */
export function failureText({ image }: ProjectState, failure: WorkFailure | undefined): string | undefined {
  if (!failure || (image && image.builtAt > failure.at)) return undefined;
  return t("{0} failed", failure.step);
}

/** One line of a unikernel's state. */
export interface StateLine {
  readonly text: string;
  readonly detail: string;
  readonly kind: "done" | "missing" | "stale";
  /** The goal that does what the line says is missing or out of date. */
  readonly fix?: StateFix;
  /** Whether the line describes an existing image. */
  readonly ofImage?: boolean;
  /** A further line of the tooltip. */
  readonly hint?: string;
}

/** Goals of the room `pipeline`, each also the name of a command: `mirageos.fetch`. */
export type StateFix = "configure" | "fetch" | "build";

/**
 * Describes the state in the order of the steps, one line each with a reason. `failure` is that of the last job: a pull
 * that failed has left a part of the sources.
 */
export function stateLines(state: ProjectState, failure?: WorkFailure): readonly StateLine[] {
  const { configured, image } = state;
  if (!configured) {
    return [{ text: t("not configured yet"), detail: "", kind: "missing", fix: "configure" }];
  }
  const line = (
    fix: StateFix,
    done: boolean,
    [doneText, missingText]: readonly [string, string],
    reasons: readonly string[],
  ): StateLine => {
    if (!done) return { text: missingText, detail: "", kind: "missing", fix };
    if (reasons.length === 0) return { text: doneText, detail: "", kind: "done" };
    return { text: t("{0}, out of date", doneText), detail: reasons.join("; "), kind: "stale", fix };
  };
  const of = (step: string) => state.stale.filter((stale) => stale.step === step).map(({ reason }) => reason);
  const { target } = configured;
  const configuredText = t("configured for {0}", target);
  const builtText = image ? t("built ({0})", imageSizeText(image)) : "";
  const fetchLines = [
    line(
      "fetch",
      state.lockFile !== undefined,
      [t("dependencies locked"), t("dependencies not locked yet")],
      of("lock"),
    ),
    line(
      "fetch",
      state.pulled,
      [t("dependencies fetched"), t("dependencies not fetched yet")],
      [...(failure?.step === "pull" ? [t("the last pull failed")] : []), ...of("pull")],
    ),
  ];
  const vendoredLine = line("fetch", true, [t("dependencies in duniverse/, without a lock file"), ""], []);
  return [
    line("configure", true, [configuredText, ""], of("configure")),
    ...(state.isVendored ? [vendoredLine] : fetchLines),
    {
      ...line("build", image !== undefined, [builtText, t("not built for {0} yet", target)], of("build")),
      ...(image && { ofImage: true, hint: trendText(image) }),
    },
  ];
}

/** The row of a line in the Unikernels view. */
export interface StateRow {
  readonly label: string;
  /** The text after the label. A narrow view cuts its end. */
  readonly description: string;
  readonly tooltip: string;
}

/** Describes a line as a row. The row begins with `fix`, what a click on it does, if it does something. */
export function stateRow({ text, detail, hint }: StateLine, fix: StateFix | undefined): StateRow {
  const titles: Record<StateFix, string> = {
    configure: t("Configure"),
    fetch: t("Fetch"),
    build: t("Build"),
  };
  const hints: Record<StateFix, string> = {
    configure: t("Click to configure."),
    fetch: t("Click to fetch."),
    build: t("Click to build."),
  };
  const tooltip = [text, detail, hint, fix && hints[fix]].filter(Boolean).join("\n");
  if (!fix) return { label: text, description: detail, tooltip };
  // The reason, if there is one, says that the step is out of date.
  return { label: titles[fix], description: detail || text, tooltip };
}

/** Describes how much memory an image takes and by how much that changed: `3.1 MB, +40 KB`; else the size of its file. */
export function imageSizeText({ bytes, loaded = [] }: ImageState): string {
  const [before, now] = [loaded.at(-2), loaded.at(-1)];
  if (now === undefined) return sizeText(bytes);
  return [sizeText(now), before === undefined ? "" : sizeChangeText(now - before)].filter(Boolean).join(", ");
}

function trendText({ bytes, loaded = [] }: ImageState): string {
  const file = t("The file has {0}.", sizeText(bytes));
  const [first, last] = [loaded[0], loaded.at(-1)];
  if (first === undefined || last === undefined) return file;
  if (loaded.length === 1) return `${t("Size in memory: {0}", sizeText(last))}\n${file}`;
  const change = sizeChangeText(last - first);
  const trend = `${sparkline(loaded)} ${sizeText(first)} → ${sizeText(last)}${change && ` (${change})`}`;
  return `${t("Size in memory after the last {0} builds: {1}", loaded.length, trend)}\n${file}`;
}

/** Formats a difference of sizes in bytes: `+40 KB`, `−1.2 MB`, and nothing if there is none. */
export function sizeChangeText(bytes: number): string {
  if (bytes === 0) return "";
  const [value = "", unit = ""] = sizeText(Math.abs(bytes)).split(" ");
  return `${bytes < 0 ? "−" : "+"}${Number(value) >= 10 ? Math.round(Number(value)) : value} ${unit}`;
}

/** Describes an activity in a few words for the tree and the status bar. */
export function describeActivity({ step, prompting }: Pick<Activity, "step" | "prompting">): string {
  if (prompting) return t("waiting for your answer");
  const texts = new Map([
    [undefined, t("waiting")],
    ["configure", t("configuring")],
    ["lock", t("locking dependencies")],
    ["install-switch", t("installing build dependencies")],
    ["pull", t("fetching dependencies")],
    ["build", t("building")],
    ["clean", t("cleaning")],
    ["run", t("running")],
  ]);
  return texts.get(step) ?? step ?? "";
}

/**
 * Describes how far a step is whose total is unknown: `1,128 commands run`, as dune calls what it runs, or `3 packages`
 * for the steps of opam.
 */
export function countText(step: string | undefined, done: number): string {
  const count = done.toLocaleString("en");
  if (done === 1) return step === "build" ? t("1 command run") : t("1 package");
  return step === "build" ? t("{0} commands run", count) : t("{0} packages", count);
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
