import type { JobResult } from "../pipeline/model.ts";
import type { LogRecord, LogSession } from "../logs/model.ts";
import { recordText } from "../logs/panelRows.ts";
import { stageOf } from "../project/describe.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";

/** Beyond this a text only fills a model's memory; in UTF-16 units. */
const longest = 24_000;

/** A unikernel with what was chosen for it. */
export type ListedUnikernel = Pick<Unikernel, "name"> & {
  /** The folder of its config.ml, relative to the workspace folder. */
  readonly folder: string;
  readonly selected: boolean;
  readonly target: string;
  readonly options: readonly string[];
  readonly state: ProjectState;
  /** What runs for it now, such as `build (hvt)`. */
  readonly activity: string | undefined;
};

/** The unikernels of a workspace and how far each has got, as Markdown. */
export function unikernelsText(unikernels: readonly ListedUnikernel[]): string {
  if (unikernels.length === 0) {
    return "There is no unikernel: no config.ml of this workspace uses the Mirage DSL and calls register.";
  }
  return unikernels.map(unikernelText).join("\n\n");
}

function unikernelText({
  name,
  folder,
  selected,
  target,
  options,
  state,
  activity,
}: ListedUnikernel): string {
  const { configured, image, stale, lockFile, pulled } = state;
  return [
    `## ${name}${selected ? " (selected)" : ""}`,
    `- Folder: ${folder}`,
    `- Chosen target: ${[target, ...options].join(" ")}`,
    `- State: ${stageOf(state)}`,
    configured && `- Configured for: ${[configured.target, ...configured.options].join(" ")}`,
    configured &&
      `- Dependencies: ${lockFile ? "locked" : "not locked"}, ${pulled ? "fetched" : "not fetched"}`,
    image && `- Image: ${image.path}, ${image.bytes} bytes`,
    ...stale.map(({ step, reason }) => `- Out of date (${step}): ${reason}`),
    activity && `- Running now: ${activity}`,
  ]
    .filter((line) => typeof line === "string")
    .join("\n");
}

/** An error in the source, places counted from 1. */
export interface SourceError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** How a job ended, with what the sources are blamed for. */
export function jobText(what: string, result: JobResult, errors: readonly SourceError[]): string {
  switch (result.kind) {
    case "done":
      return `${what}: done.`;
    case "ran":
      return `${what}: ${result.ending.text}`;
    case "cancelled":
      return `${what}: cancelled by the user.`;
    case "failed": {
      const shown = errors.slice(0, 20);
      const list = shown.map(
        ({ file, line, column, message }) => `- ${file}:${line}:${column}: ${message.trim()}`,
      );
      const more = errors.length > shown.length ? [`- and ${errors.length - shown.length} more`] : [];
      const hint = result.hint ? [`Likely cause: ${result.hint.message}`] : [];
      return clipped(
        [`${what} failed at ${result.step}: ${result.problem.message}`, ...hint, ...list, ...more].join("\n"),
      );
    }
  }
}

/** The last records of a run that were asked for, oldest first, and how the run ended. */
export function logText(session: LogSession, records: readonly LogRecord[], passing: number): string {
  const began = new Date(session.startedAt).toISOString();
  const end = session.outcome?.text ?? (session.endedAt === undefined ? "it runs still" : "it has ended");
  const head = `${session.name} on ${session.target}, started ${began}: ${end}`;
  if (records.length === 0) return `${head}\nNo record passes.`;
  const left = passing > records.length ? `\nThe last ${records.length} of ${passing} records:` : "";
  // What came last tells most of a crash: the beginning is what is left out.
  const lines = records.map(recordText).join("").trimEnd();
  return `${head}${left}\n${lines.length > longest ? `…${lines.slice(-longest)}` : lines}`;
}

/** A text of bounded length, with a sign where something is missing. */
export function clipped(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
