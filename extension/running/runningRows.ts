import { relative, isAbsolute } from "node:path";
import { createCpuMeter } from "./cpuMeter.ts";
import type { RunningUnikernel } from "./model.ts";
import type { ReadUsage } from "./processUsage.ts";
import { metricRows, type RunMetric } from "./metricRows.ts";
import { runRow, type RunDetail, type RunRow } from "./runRow.ts";

/** A running unikernel with its row. */
export interface ShownRun {
  readonly run: RunningUnikernel;
  readonly row: RunRow;
}

/** What an update has changed. */
export interface RowChange {
  /** Runs were added or removed, or have other rows below them. */
  readonly isStructural: boolean;
  /** Otherwise, the sessions whose rows have other texts. */
  readonly sessions: readonly string[];
}

/** The rows of the view. */
export interface RunningRows {
  readonly shown: () => readonly ShownRun[];
  /** Reads again what runs and what it uses. Never rejects. */
  readonly update: () => Promise<RowChange>;
  /** To be called when the rows are no longer updated: the use of the CPU is measured from the next update on. */
  readonly pause: () => void;
}

/** Where the rows come from. `now` returns the time in milliseconds. */
export interface RowSources {
  readonly own: () => readonly RunningUnikernel[];
  readonly others: () => Promise<readonly RunningUnikernel[]>;
  /** Undefined where the usage of processes cannot be read. */
  readonly readUsage: ReadUsage | undefined;
  /** What a unikernel of this window has sent about itself. */
  readonly metrics?: (unikernel: string) => readonly RunMetric[];
  readonly now: () => number;
}

export function createRunningRows({ own, others, readUsage, metrics, now }: RowSources): RunningRows {
  const meter = createCpuMeter();
  let shown: readonly ShownRun[] = [];
  return {
    shown: () => shown,
    pause: meter.reset,
    update: async () => {
      const runs = [...own(), ...(await others())];
      const usages = await readUsage?.(runs.flatMap(({ pid }) => pid ?? []));
      const at = now();
      const next = runs.map((run): ShownRun => {
        const usage = run.pid === undefined ? undefined : usages?.get(run.pid);
        const cpu = usage && meter.percent(run.pid ?? 0, usage.cpuMs, at);
        const sent = run.isElsewhere ? [] : (metrics?.(run.unikernel) ?? []);
        return { run, row: runRow(run, { cpu, memory: usage?.memory }, at, metricRows(sent)) };
      });
      const change = changeOf(shown, next);
      shown = next;
      return change;
    },
  };
}

function changeOf(before: readonly ShownRun[], after: readonly ShownRun[]): RowChange {
  const structure = (rows: readonly ShownRun[]) =>
    JSON.stringify(
      rows.map(({ run: { session, canRestart }, row }) => [session, canRestart, row.details.map(shapeOf)]),
    );
  const texts = new Map(before.map(({ run, row }) => [run.session, textOf(row)]));
  return {
    isStructural: structure(before) !== structure(after),
    sessions: after.flatMap(({ run, row }) => (texts.get(run.session) === textOf(row) ? [] : [run.session])),
  };
}

/** Metrics get another value often, so that only their names count. */
const shapeOf = (detail: RunDetail): unknown => (detail.kind === "metric" ? detail.label : detail);

const textOf = ({ description, details }: RunRow): string =>
  JSON.stringify([
    description,
    details.map((detail) => (detail.kind === "metric" ? detail.description : "")),
  ]);

/** Whether a unikernel is in one of these folders. All paths are absolute. */
export function isInFolders(unikernel: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const path = relative(folder, unikernel);
    return path !== "" && !path.startsWith("..") && !isAbsolute(path);
  });
}
