import { setTimeout as delay } from "node:timers/promises";
import type { Outcome } from "../logs/model.ts";
import type { LogRun, LogWriter } from "../logs/store/logStore.ts";
import { t } from "../protocol/l10n.ts";
import type { ConsoleStart, HostClient } from "./client/hostClient.ts";
import { describeHostProblem, problemOf } from "./client/hostError.ts";
import type { HostName } from "./wire/names.ts";
import type { ConsoleLine } from "./wire/replies.ts";

export interface FollowOptions {
  readonly client: Pick<HostClient, "console" | "unikernel">;
  readonly name: HostName;
  /** Describes the sessions. It is called at the begin of each. */
  readonly run: () => LogRun;
  readonly begin: (run: LogRun) => Promise<LogWriter>;
  readonly signal: AbortSignal;
  /** Milliseconds between two questions whether the unikernel still runs, and before connecting again. */
  readonly pollMs?: number;
  readonly retryMs?: number;
}

/** The first line of Solo5's banner, which each boot of a guest begins with. */
const banner = Buffer.from("            |      ___|");
const defaults = { pollMs: 5000, retryMs: 1000, maxRetryMs: 30_000 };
/** The daemon keeps this many lines. */
const historyLines = 1024;
/** Runs of the history that get a session; a unikernel that restarts at once would fill the panel. */
const historyRuns = 2;

/**
 * Shows the console of a unikernel on a host in sessions of the log panel, one for each boot: first the history, then live.
 * Connects again when the connection ends, and marks where something may be missing. Resolves when the signal is aborted,
 * and rejects with a HostError if the daemon refuses the console at the first time.
 */
export async function followConsole(options: FollowOptions): Promise<void> {
  const { client, name, signal } = options;
  const { pollMs = defaults.pollMs, retryMs = defaults.retryMs } = options;
  const sessions = createSessions(options);
  const started = await client.unikernel(name, signal).then((info) => info?.started);
  let from: ConsoleStart =
    started === undefined ? { kind: "count", value: historyLines } : { kind: "since", value: started - 1000 };
  const done = new AbortController();
  let connection = new AbortController();
  const lose = (error: unknown) => connection.abort(error);
  const polling = pollEnd(options, pollMs, AbortSignal.any([signal, done.signal]), sessions, lose);
  let wait = retryMs;
  let isConnected = false;
  let lastMark: string | undefined;
  try {
    for (;;) {
      let reason: string | undefined;
      connection = new AbortController();
      try {
        const either = AbortSignal.any([signal, connection.signal]);
        for await (const lines of client.console(name, from, either)) {
          if (lines.length > 0) await sessions.add(lines);
          else {
            if (isConnected) sessions.mark(t("Connected again. Lines may be missing above."));
            isConnected = true;
            lastMark = undefined;
            wait = retryMs;
          }
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!isConnected) throw error;
        reason = describeHostProblem(problemOf(error));
      }
      const mark = reason ?? t("The host closed the console. Connecting again…");
      // A host that is gone for hours fails with the same words at each attempt.
      if (mark !== lastMark) sessions.mark(mark);
      lastMark = mark;
      const last = sessions.lastTime();
      if (last !== undefined) from = { kind: "since", value: last };
      await delay(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      wait = Math.min(2 * wait, defaults.maxRetryMs);
    }
  } finally {
    done.abort();
    await polling;
    sessions.end({ kind: "stopped", text: t("no longer followed") });
  }
}

/**
 * Ends the session when the unikernel is gone twice in a row: albatross never says that it has ended. Calls `lose` if the host
 * has not answered twice in a row and the console is silent too: a connection over a network that is gone has no end.
 */
async function pollEnd(
  { client, name }: Pick<FollowOptions, "client" | "name">,
  pollMs: number,
  signal: AbortSignal,
  sessions: Sessions,
  lose: (error: unknown) => void,
): Promise<void> {
  let missing = 0;
  let unanswered = 0;
  let before = sessions.count();
  while (!signal.aborted) {
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      missing = (await client.unikernel(name, signal)) ? 0 : missing + 1;
      unanswered = 0;
    } catch (error) {
      unanswered = sessions.count() === before ? unanswered + 1 : 1;
      before = sessions.count();
      if (unanswered === 2) {
        lose(error);
        unanswered = 0;
      }
      continue;
    }
    if (missing === 2) sessions.end();
  }
}

interface Sessions {
  readonly add: (lines: readonly ConsoleLine[]) => Promise<void>;
  /** Writes a line of the extension into the open session. */
  readonly mark: (text: string) => void;
  /** Ends the open session, by default with what its last lines say. */
  readonly end: (outcome?: Outcome) => void;
  /** The time of the last line, in milliseconds. */
  readonly lastTime: () => number | undefined;
  /** How many lines have arrived. */
  readonly count: () => number;
}

function createSessions({ run, begin }: FollowOptions): Sessions {
  let writer: LogWriter | undefined;
  let outcome: Outcome | undefined;
  let last: number | undefined;
  /** The lines with the time of the last one, which the daemon sends again after a new connection. */
  let lastLines: string[] = [];
  let repeated: string[] = [];
  /** The last lines by their number, for a daemon that sends more of them again. */
  const recent: string[] = [];
  let written = 0;
  let count = 0;

  const end = (ending?: Outcome) => {
    writer?.end(ending ?? outcome ?? { kind: "stopped", text: t("ended") });
    writer = outcome = undefined;
  };
  const write = async (lines: readonly ConsoleLine[]) => {
    writer ??= await begin(run());
    for (const { at, group } of groupByTime(lines)) {
      writer.stdout(Buffer.concat(group.flatMap(({ line }) => [line, newline])), at);
      if (at !== last) lastLines = [];
      last = at;
      for (const { line } of group) {
        const text = textOf(line);
        lastLines.push(text);
        recent[written++ % historyLines] = `${at} ${text}`;
      }
      for (const { line } of group) outcome = exitOf(line) ?? outcome;
    }
  };
  const isRepeated = ({ at, line }: ConsoleLine): boolean => {
    if (repeated.length === 0) return false;
    if (last !== undefined && at < last) {
      // A line that is earlier, but new: the clock of the host was set back.
      const isKnown = recent.includes(`${at} ${textOf(line)}`);
      if (!isKnown) repeated = [];
      return isKnown;
    }
    const index = at === last ? repeated.indexOf(textOf(line)) : -1;
    if (index >= 0) repeated.splice(index, 1);
    else repeated = [];
    return index >= 0;
  };

  return {
    add: async (all) => {
      count += all.length;
      const lines = all.filter((line) => !isRepeated(line));
      const runs: ConsoleLine[][] = [[]];
      for (const line of lines) {
        if (isBanner(line)) runs.push([]);
        runs.at(-1)?.push(line);
      }
      const [first = [], ...others] = runs;
      if (first.length > 0 && others.length < historyRuns) await write(first);
      for (const each of others.slice(-historyRuns)) {
        end();
        await write(each);
      }
    },
    mark: (text) => {
      writer?.stderr(Buffer.from(`albatross: ${text}\n`));
      repeated = [...lastLines];
    },
    end,
    lastTime: () => last,
    count: () => count,
  };
}

const newline = Buffer.from("\n");
const textOf = (line: Uint8Array): string => Buffer.from(line).toString("latin1");
const isBanner = ({ line }: ConsoleLine): boolean => banner.equals(line);

/** Lines that the daemon has read at once have one time; they are one chunk of the console. */
function groupByTime(lines: readonly ConsoleLine[]) {
  const groups: { readonly at: number; readonly group: ConsoleLine[] }[] = [];
  for (const line of lines) {
    const open = groups.at(-1);
    if (open?.at === line.at) open.group.push(line);
    else groups.push({ at: line.at, group: [line] });
  }
  return groups;
}

/** What a line of Solo5 says about the end of the unikernel. */
function exitOf(line: Uint8Array): Outcome | undefined {
  if (line.length > 200) return undefined;
  const text = Buffer.from(line).toString("latin1");
  const code = /solo5_exit\((\d{1,3})\) called/.exec(text)?.[1];
  if (code !== undefined)
    return code === "0"
      ? { kind: "ok", text: t("exited") }
      : { kind: "failed", text: t("exited with code {0}", code) };
  return text.includes("solo5_abort() called") ? { kind: "failed", text: t("aborted") } : undefined;
}
