import { existsSync, readFileSync, statSync } from "node:fs";
import { problems, ProblemError, type Problem } from "../platform/errors.ts";
import { lineSplitter } from "../platform/lines.ts";
import type { ProcessResult } from "../platform/process.ts";
import { textLimit } from "../platform/text.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";
import { duneReset } from "../project/state.ts";
import { outputParser, type OutputProblem } from "./diagnostics.ts";
import { duneCount } from "./duneCount.ts";
import { failureWatcher } from "./failures.ts";
import type { Follow, JobRequest, JobResult, JobWorld } from "./model.ts";
import { stepProgress } from "./progress.ts";
import type { Step } from "./goals.ts";
import { commandLine, commandOf, fetchSteps, missingDependencies, stepsOf } from "./steps.ts";
import { t } from "../platform/l10n.ts";

const duneCountMs = 500;

/** Everything before the unikernel runs. Undefined when all went well and it is to run now. */
export async function prepare(
  world: JobWorld,
  request: JobRequest,
  follow: Follow,
  signal: AbortSignal,
): Promise<JobResult | undefined> {
  const { unikernel, goal, target, options } = request;
  // Read once and after every step: reading more often would be felt in short builds.
  let state = await stateOf(world, unikernel);
  const steps = [...stepsOf(goal, state, target, options)];
  while (steps[0] !== undefined && steps[0] !== "run") {
    const step = steps.shift() as Exclude<Step, "run">;
    if (step === "build") {
      const why = missingDependencies(state);
      if (why !== undefined) follow.onAsking(true);
      const answer = why === undefined ? "build" : await world.confirmFetch(unikernel, why);
      follow.onAsking(false);
      if (answer === "cancel" || signal.aborted) return { kind: "cancelled" };
      for (const fetch of answer === "fetch" ? fetchSteps : []) {
        const end = await runStep(world, request, fetch, state, follow, signal);
        if (end.kind !== "next") return end;
        ({ state } = end);
      }
    }
    const end = await runStep(world, request, step, state, follow, signal);
    if (end.kind !== "next") return end;
    ({ state } = end);
  }
  return steps[0] === "run" ? undefined : { kind: "done" };
}

/** How a step ended: the next may follow, given the state there is now, or the job ends with it. */
type StepEnd = { readonly kind: "next"; readonly state: ProjectState } | JobResult;

/** Runs one program of the pipeline. */
async function runStep(
  world: JobWorld,
  request: JobRequest,
  step: Exclude<Step, "run">,
  before: ProjectState,
  follow: Follow,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { unikernel, target } = request;
  const command = commandOf(step, unikernel, before, target, request.options);
  const spec = await world.resolve(command, unikernel);
  follow.onStep(step, commandLine(command));
  await world.report(unikernel, step, []);
  const parser = outputParser({ root: unikernel.root, configFile: unikernel.configFile, ...sourceReader() });
  const failures = failureWatcher({ step, target, root: unikernel.root });
  const progress = stepProgress();
  const feed = (line: string) => {
    parser.line(line);
    failures.line(line);
    const now = progress.line(line);
    if (now) follow.onProgress(now);
  };
  const [out, err] = [lineSplitter(feed), lineSplitter(feed)];
  const beganAt = Date.now();
  const counting = step === "build" ? followDune(unikernel.root, beganAt, follow) : undefined;
  const result = await world.run(spec, {
    signal,
    onStdout: (bytes) => {
      follow.onOutput(bytes);
      out.push(bytes);
    },
    onStderr: (bytes) => {
      follow.onOutput(bytes);
      err.push(bytes);
    },
  });
  clearInterval(counting);
  out.end();
  err.end();
  const found = parser.end();
  await world.report(unikernel, step, found);
  const state = step === "clean" ? undefined : await stateOf(world, unikernel);
  if (result.kind === "cancelled") return { kind: "cancelled" };
  const problem = failureOf(step, command.tool, result, found, state, target);
  if (problem) return { kind: "failed", step, problem, hint: failures.end() };
  if (step === "build") await world.built(request, beganAt);
  return { kind: "next", state: state ?? before };
}

/** Reports how many commands dune has run; how many there will be, it tells a terminal only. */
function followDune(root: string, beganAt: number, follow: Follow): NodeJS.Timeout {
  const counter = duneCount(root, beganAt);
  let last = 0;
  return setInterval(() => {
    void counter.read().then((done) => {
      if (done > last) follow.onProgress({ text: t("build, commands run"), done });
      last = done;
    });
  }, duneCountMs);
}

/** Boots the image and waits for its end. */
export async function runUnikernel(
  world: JobWorld,
  request: JobRequest,
  follow: Follow,
  signal: AbortSignal,
): Promise<JobResult> {
  const boot = await world.boot(request, await stateOf(world, request.unikernel), follow.onAsking);
  if (!boot) return { kind: "cancelled" };
  follow.onStep("run", [boot.spec.file, ...boot.spec.args].join(" "));
  if (boot.note !== undefined) follow.onOutput(Buffer.from(`${boot.note}\n`));
  const onOutput = (stream: "stdout" | "stderr") => (bytes: Uint8Array) => {
    follow.onOutput(bytes);
    boot.onOutput(bytes, stream);
  };
  const result = await world.run(boot.spec, {
    signal,
    guarded: true,
    unhindered: true,
    onStdout: onOutput("stdout"),
    onStderr: onOutput("stderr"),
  });
  const ending = boot.explain(result);
  if (result.kind === "cancelled") return { kind: "cancelled" };
  if (result.kind === "notFound") throw new ProblemError(problems.toolFailed(boot.spec.file, result.reason));
  return { kind: "ran", ending };
}

function failureOf(
  step: Step,
  tool: string,
  result: ProcessResult,
  found: readonly OutputProblem[],
  state: ProjectState | undefined,
  target: string,
): Problem | undefined {
  if (result.kind === "notFound") return problems.toolFailed(tool, result.reason);
  const first = found.find(({ severity }) => severity === "error");
  if (result.kind === "signalled")
    return problems.stepFailed(step, t("{0} was ended by {1}", tool, result.signal));
  if (result.kind === "exited" && result.code !== 0) {
    return problems.stepFailed(
      step,
      first ? inOneLine(first.message) : t("{0} ended with exit code {1}", tool, result.code),
    );
  }
  // Both happen with exit code 0: a config.ml without register, and a dune file that builds nothing.
  if (step === "configure" && !isConfigured(state, target)) return problems.nothingConfigured();
  if (step === "build" && state && !state.image) return problems.noImage(target);
  return undefined;
}

/** Looks at source files for the output parser: at few of them, and only when a step has said something. */
function sourceReader() {
  const files = new Map<string, readonly string[]>();
  return {
    exists: existsSync,
    readLine: (file: string, line: number) => {
      const lines = files.get(file) ?? linesOf(file);
      files.set(file, lines);
      return lines[line];
    },
  };
}

function linesOf(file: string): readonly string[] {
  try {
    const found = statSync(file);
    // A name from a program's output may be that of a pipe, which would be waited for, or of a huge file.
    if (!found.isFile() || found.size > textLimit) return [];
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // Gone or unreadable: columns then stay as the compiler counted them.
    return [];
  }
}

/** Times say nothing here: a config.ml dated in the future is newer than what was just made of it. */
function isConfigured(state: ProjectState | undefined, target: string): boolean {
  return state?.configured?.target === target && !state.stale.some(({ reason }) => reason === duneReset);
}

async function stateOf(world: JobWorld, unikernel: Unikernel): Promise<ProjectState> {
  const state = await world.state(unikernel);
  if (!state) throw new ProblemError(problems.projectGone(unikernel.name));
  return state;
}

const inOneLine = (text: string) => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
};
