import type { ExitOutcome, LogRecord } from "../logs/model.ts";
import { ConsoleParser } from "../logs/console/consoleParser.ts";
import type { ProcessResult, ProcessSpec, Run } from "../platform/process.ts";
import { t } from "../protocol/l10n.ts";
import type { BootTest, Failure } from "./model.ts";
import { checkNetwork } from "./expect/networkChecks.ts";
import { checkExit, checkTimeout } from "./expect/exitChecks.ts";
import { createRecordChecks } from "./expect/recordChecks.ts";

/** A boot that is ready to start, with a receiver of its console. */
export interface TestBoot {
  readonly spec: ProcessSpec;
  readonly target: string;
  /** Called with the process id of the program. */
  readonly onStart?: ((pid: number) => void) | undefined;
  readonly onOutput: (stream: "stdout" | "stderr", bytes: Uint8Array) => void;
  /** Describes how the boot ended. Called once, after the last output. */
  readonly explain: (result: ProcessResult) => ExitOutcome;
  /** Says why the boot failed, in sentences; `undefined` if nothing is known. Called after `explain`. */
  readonly crash: (ending: ExitOutcome) => string | undefined;
}

export interface TestResult {
  readonly failures: readonly Failure[];
  /** From the start of the program to the end of the test, in milliseconds. */
  readonly durationMs: number;
  /** How the unikernel ended: by itself, or because the test was over. */
  readonly ending: ExitOutcome;
  /** Whether the test was cancelled before it had a result. */
  readonly isCancelled: boolean;
}

/** How the wait for the expectations ended. */
type Ended = "met" | "failed" | "exited" | "timedOut" | "cancelled";

/**
 * Boots a unikernel and holds its records, its answers and its exit against the expectations of a test. Ends the
 * unikernel when the result is known, at the latest after `within`. Aborting the signal cancels the test. Never rejects
 * unless `explain` throws. `now` is a clock in milliseconds.
 */
export async function runBootTest(
  { expect, range }: BootTest,
  boot: TestBoot,
  { run, signal, now = () => performance.now() }: { run: Run; signal: AbortSignal; now?: () => number },
): Promise<TestResult> {
  const startedAt = now();
  const records = createRecordChecks(expect);
  const failures: Failure[] = [];
  const ended = Promise.withResolvers<Ended>();
  const program = new AbortController();
  const network = new AbortController();
  let fatal: LogRecord | undefined;
  const onRecord = (record: LogRecord) => {
    if (record.kind === "log") checkBootTime();
    if (fatalKinds.includes(record.kind)) fatal = record;
    records.add(record);
    if (records.failures().length > 0) ended.resolve("failed");
    startNetworkChecks();
  };
  const { bootWithin } = expect;
  let isBooted = bootWithin === undefined;
  const checkBootTime = () => {
    const took = Math.round(now() - startedAt);
    if (!isBooted && bootWithin && took > bootWithin.value) {
      failures.push({
        message: t("The first log record came after {0} ms.", took),
        range: bootWithin.range,
        expected: t("at most {0} ms", bootWithin.value),
        actual: t("{0} ms", took),
      });
      ended.resolve("failed");
    }
    isBooted = true;
  };
  const failBoot = () => {
    if (isBooted || !bootWithin || failures.length > 0) return;
    const message = t("There was no log record within {0} ms.", bootWithin.value);
    failures.push({ message, range: bootWithin.range });
    ended.resolve("failed");
  };
  let networkFailures: Promise<readonly Failure[]> | undefined;
  const startNetworkChecks = () => {
    if (!isBooted || !records.isComplete()) return;
    networkFailures ??= checkNetwork(expect, run, network.signal).then((found) => {
      // A unikernel that is expected to end has met the rest of its expectations.
      if (found.length > 0) ended.resolve("failed");
      else if (!expect.exit && hasExpectations(expect)) ended.resolve("met");
      return found;
    });
  };
  const parser = new ConsoleParser({ now: Date.now, target: boot.target, onRecord, onUpdate: onRecord });
  const onOutput = (stream: "stdout" | "stderr") => (bytes: Uint8Array) => {
    boot.onOutput(stream, bytes);
    parser[stream](bytes);
  };
  startNetworkChecks();
  const timer = setTimeout(() => ended.resolve("timedOut"), expect.within.value * 1000);
  const bootTimer = bootWithin && setTimeout(failBoot, bootWithin.value);
  const cancel = () => ended.resolve("cancelled");
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  const exited = run(boot.spec, {
    onStart: boot.onStart,
    onStdout: onOutput("stdout"),
    onStderr: onOutput("stderr"),
    signal: program.signal,
    guarded: true,
  });
  void exited.then(() => {
    parser.end();
    ended.resolve("exited");
  });
  const how = await ended.promise;
  clearTimeout(timer);
  clearTimeout(bootTimer);
  signal.removeEventListener("abort", cancel);
  network.abort();
  program.abort();
  const ending = boot.explain(await exited);
  const durationMs = now() - startedAt;
  if (how === "cancelled") return { failures: [], durationMs, ending, isCancelled: true };
  const exit = how === "exited" ? checkExit(expect, ending, boot.crash(ending), range, fatal) : [];
  if (how !== "met") {
    const requests = (await networkFailures) ?? [];
    // A unikernel that has crashed can't answer.
    failures.push(...records.end(), ...requests.filter((each) => exit.length === 0 || !each.isUnanswered));
  }
  if (how === "exited" || how === "timedOut") failBoot();
  failures.push(...exit);
  if (how === "timedOut") failures.push(...checkTimeout(expect, failures));
  return { failures, durationMs, ending, isCancelled: false };
}

/** The kinds of records that say why a unikernel ended. */
const fatalKinds: readonly LogRecord["kind"][] = ["exception", "trap", "abort"];

/** Whether anything but the exit is expected. */
const hasExpectations = ({ log, http, tcp, ping, bootWithin }: BootTest["expect"]): boolean =>
  log.length + http.length + tcp.length + ping.length > 0 || bootWithin !== undefined;
