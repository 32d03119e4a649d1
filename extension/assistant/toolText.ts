import type { JobResult } from "../pipeline/model.ts";
import type { LogRecord, LogSession } from "../logs/model.ts";
import { formatRecord } from "../logs/panel/panelRows.ts";
import { stageOf } from "../project/describeState.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";

/** Maximum length of a text, in UTF-16 code units, so that it does not fill the context of a model. */
const maxLength = 24_000;

/** A unikernel with its target, options and state. */
export type ListedUnikernel = Pick<Unikernel, "name"> & {
  /** The folder of its config.ml, relative to the workspace folder. */
  readonly folder: string;
  readonly selected: boolean;
  readonly target: string;
  readonly options: readonly string[];
  readonly state: ProjectState;
  /** The job that is running for it, such as `build (hvt)`. */
  readonly activity: string | undefined;
};

/** Describes the unikernels of a workspace and their states, as Markdown. */
export function unikernelsText(unikernels: readonly ListedUnikernel[]): string {
  if (unikernels.length === 0) {
    return "There are no unikernels: no config.ml in this workspace uses the Mirage DSL and calls register.";
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
    `- Selected target: ${[target, ...options].join(" ")}`,
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

/** An error in the source. `line` and `column` start at 1. */
export interface SourceError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Describes how a job ended, with the errors in the sources. */
export function jobText(what: string, result: JobResult, errors: readonly SourceError[]): string {
  switch (result.kind) {
    case "done":
      return `${what}: done.`;
    case "ran":
      return `${what}: ${result.ending.text}`;
    case "cancelled":
      return `${what}: cancelled by the user.`;
    case "failed": {
      const listed = errors.slice(0, 20);
      const list = listed.map(
        ({ file, line, column, message }) => `- ${file}:${line}:${column}: ${message.trim()}`,
      );
      const more = errors.length > listed.length ? [`- and ${errors.length - listed.length} more`] : [];
      const hint = result.hint ? [`Likely cause: ${result.hint.message}`] : [];
      return truncate(
        [`${what} failed at ${result.step}: ${result.problem.message}`, ...hint, ...list, ...more].join("\n"),
      );
    }
  }
}

/** Describes how a run ended, with its last records, oldest first. `matching` is how many records match in total. */
export function logText(session: LogSession, records: readonly LogRecord[], matching: number): string {
  const began = new Date(session.startedAt).toISOString();
  const end =
    session.outcome?.text ?? (session.endedAt === undefined ? "it is still running" : "it has ended");
  const head = `${session.name} on ${session.target}, started ${began}: ${end}`;
  if (records.length === 0) return `${head}\nNo records match.`;
  const note = matching > records.length ? `\nThe last ${records.length} of ${matching} records:` : "";
  // The end is kept, because it explains most about a crash.
  const lines = records.map(formatRecord).join("").trimEnd();
  return `${head}${note}\n${lines.length > maxLength ? `…${lines.slice(-maxLength)}` : lines}`;
}

/** Truncates a text that is too long, and marks that with an ellipsis. */
export function truncate(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
