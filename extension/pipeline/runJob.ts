import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { problems, ProblemError, type Problem } from "../platform/errors.ts";
import { lineSplitter } from "../platform/lines.ts";
import type { ProcessResult } from "../platform/process.ts";
import { textLimit } from "../platform/readText.ts";
import { shellCommand } from "../platform/shellQuote.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";
import { duneResetReason } from "../project/state.ts";
import { outputParser } from "./output/diagnostics.ts";
import { firstSentence, type OutputProblem } from "./output/outputProblem.ts";
import { readDuneProgress } from "./output/duneProgress.ts";
import { failureWatcher } from "./output/failures/failureWatcher.ts";
import type {
  JobProgress,
  JobRequest,
  JobResult,
  JobEnvironment,
  LockUpdate,
  OutputStream,
  StepPosition,
} from "./model.ts";
import { targets } from "../mirage/targets.ts";
import { stepProgress } from "./output/progress.ts";
import type { Step } from "./goals.ts";
import { commandOf, fetchSteps, keepLockedVersions, missingDependencies, stepsOf } from "./steps.ts";
import { t } from "../protocol/l10n.ts";

/** How often dune's journal is read. */
const progressPollMs = 500;

/** Runs the steps before the unikernel. Resolves to undefined if all succeeded and the unikernel should run next. */
export async function runSteps(
  environment: JobEnvironment,
  request: JobRequest,
  events: JobProgress,
  signal: AbortSignal,
): Promise<JobResult | undefined> {
  const { unikernel, goal, target, options } = request;
  // The state is read once here and once after every step. More reads would slow down short builds noticeably.
  let state = await requireState(environment, unikernel);
  const steps = [...stepsOf(goal, state, target, options)];
  const installs = canInstall(state, steps);
  const refused = await checkTarget(environment, request, steps, installs);
  if (refused) return refused;
  let position = { number: 0, count: steps.length };
  const run = async (step: Exclude<Step, "run">) => {
    position = { ...position, number: position.number + 1 };
    return runStep(environment, request, step, state, { events, position, signal });
  };
  while (steps[0] !== undefined && steps[0] !== "run") {
    const step = steps.shift() as Exclude<Step, "run">;
    if (step === "build") {
      const why = missingDependencies(state);
      if (why !== undefined) events.onPrompt(true);
      const answer = why === undefined ? "build" : await environment.confirmFetch(unikernel, why);
      events.onPrompt(false);
      if (answer === "cancel" || signal.aborted) return { kind: "cancelled" };
      const added = answer === "fetch" ? fetchSteps : [];
      position = { ...position, count: position.count + added.length };
      for (const fetchStep of added) {
        const end = await run(fetchStep);
        if (end.kind !== "next") return end;
        ({ state } = end);
      }
      const stillRefused = installs && (await checkTarget(environment, request, [step, ...steps], false));
      if (stillRefused) return stillRefused;
    }
    const end = await run(step);
    if (end.kind !== "next") return end;
    ({ state } = end);
  }
  return steps[0] === "run" ? undefined : { kind: "done" };
}

/** Whether tools may be installed with the dependencies before the build. This is known only after configure. */
const canInstall = (state: ProjectState, steps: readonly Step[]) =>
  steps.includes("configure") || missingDependencies(state) !== undefined;

/** Fails if the target can't be built or booted on this computer, before the user waits for a build. */
async function checkTarget(
  environment: JobEnvironment,
  request: JobRequest,
  steps: readonly Step[],
  installs: boolean,
): Promise<JobResult | undefined> {
  const [builds, boots] = [steps.includes("build"), steps.includes("run")];
  if (!builds && !boots) return undefined;
  // The boot has instructions for an image that only another system can start.
  if (!builds && targets[request.target].booter === undefined) return undefined;
  const problem = await environment.checkTarget(request, { boots, builds, installs: builds && installs });
  return problem && { kind: "failed", step: boots ? "run" : "build", problem, hint: undefined };
}

/** How a step ended: the next step may follow from the new state, or the job ends with this result. */
type StepEnd = { readonly kind: "next"; readonly state: ProjectState } | JobResult;

/** Runs one program of the pipeline. */
async function runStep(
  environment: JobEnvironment,
  request: JobRequest,
  step: Exclude<Step, "run">,
  before: ProjectState,
  { events, position, signal }: { events: JobProgress; position: StepPosition; signal: AbortSignal },
): Promise<StepEnd> {
  const { unikernel, target } = request;
  const oldLock = step === "lock" && before.lockFile !== undefined ? textOf(before.lockFile) : undefined;
  const update = oldLock !== undefined ? lockUpdateOf(request, before) : undefined;
  const whole = commandOf(step, unikernel, before, target, request.options);
  const command = update ? { ...whole, args: [...whole.args, keepLockedVersions] } : whole;
  const spec = await environment.resolve(command, unikernel);
  events.onStep(step, shellCommand([command.tool, ...command.args]), position);
  const { root, configFile } = unikernel;
  const sources = sourceReader();
  await environment.report(unikernel, step, [], sources.readText);
  const parser = outputParser({ root, configFile, ...sources });
  const failures = failureWatcher({ step, target, root, configFile, readText: sources.readText });
  const progress = stepProgress();
  const onLine = (line: string) => {
    parser.line(line);
    failures.line(line);
    const now = progress.line(line);
    if (now) events.onProgress(now);
  };
  const splitters = { stdout: lineSplitter(onLine), stderr: lineSplitter(onLine) };
  const onOutput = (stream: OutputStream) => (bytes: Uint8Array) => {
    events.onOutput(bytes, stream);
    splitters[stream].push(bytes);
  };
  if (update) writeFileSync(update.lockFile, update.kept);
  const startedAt = Date.now();
  const polling = step === "build" ? pollDuneProgress(unikernel.root, startedAt, events) : undefined;
  const result = await environment
    .run(spec, { signal, onStdout: onOutput("stdout"), onStderr: onOutput("stderr") })
    .finally(() => clearInterval(polling));
  splitters.stdout.end();
  splitters.stderr.end();
  const found = parser.end(result.kind === "exited" && result.code !== 0);
  await environment.report(unikernel, step, found, sources.readText);
  // Read before the job ends, because the views show the last state that was read from then on.
  const state =
    step === "clean" ? await environment.state(unikernel) : await requireState(environment, unikernel);
  const problem =
    result.kind === "cancelled" ? undefined : problemOf(step, command.tool, result, found, state, target);
  if (update && oldLock !== undefined && (problem || result.kind === "cancelled"))
    writeFileSync(update.lockFile, oldLock);
  if (result.kind === "cancelled") return { kind: "cancelled" };
  if (problem) return { kind: "failed", step, problem, hint: failures.end() };
  if (step === "build") await environment.built(request, startedAt);
  if (step === "pull") await environment.fetched(request);
  if (oldLock === undefined || state?.lockFile === undefined) return { kind: "next", state: state ?? before };
  const lock = { name: unikernel.name, path: state.lockFile, before: oldLock };
  await environment.reviewLock(lock, events.onPrompt, signal);
  if (signal.aborted) return { kind: "cancelled" };
  return { kind: "next", state: await requireState(environment, unikernel) };
}

/** The requested update if it is one of the lock file that is locked now. */
const lockUpdateOf = ({ lockUpdate }: JobRequest, { lockFile }: ProjectState): LockUpdate | undefined =>
  lockUpdate?.lockFile === lockFile ? lockUpdate : undefined;

/** Reports how many commands dune has run. dune prints the total on a terminal only. */
function pollDuneProgress(root: string, startedAt: number, events: JobProgress): NodeJS.Timeout {
  const counter = readDuneProgress(root, startedAt);
  let last = 0;
  return setInterval(() => {
    void counter.read().then((done) => {
      if (done > last) events.onProgress({ text: t("build"), done });
      last = done;
    });
  }, progressPollMs);
}

/** The unikernel runs outside of the queue, after the steps of its job. No progress is shown for it. */
const lastStep: StepPosition = { number: 1, count: 1 };

/** Boots the image and waits until the unikernel exits. */
export async function runUnikernel(
  environment: JobEnvironment,
  request: JobRequest,
  events: JobProgress,
  signal: AbortSignal,
): Promise<JobResult> {
  const boot = await environment.boot(
    request,
    await requireState(environment, request.unikernel),
    events.onPrompt,
  );
  if (!boot) return { kind: "cancelled" };
  events.onStep("run", shellCommand([boot.spec.file, ...boot.spec.args]), lastStep, boot.session);
  if (boot.note !== undefined) events.onOutput(Buffer.from(`${boot.note}\n`), "stdout");
  const onOutput = (stream: OutputStream) => (bytes: Uint8Array) => {
    events.onOutput(bytes, stream);
    boot.onOutput(bytes, stream);
  };
  const result = await environment.run(boot.spec, {
    signal,
    guarded: true,
    onStart: boot.onStart,
    onStdout: onOutput("stdout"),
    onStderr: onOutput("stderr"),
  });
  const ending = boot.explain(result);
  if (result.kind === "cancelled") return { kind: "cancelled" };
  if (result.kind === "notFound") throw new ProblemError(problems.toolFailed(boot.spec.file, result.reason));
  return { kind: "ran", ending };
}

/** Why a step failed, or undefined if it succeeded. */
function problemOf(
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
    return problems.stepFailed(step, t("{0} was terminated by {1}", tool, result.signal));
  if (result.kind === "exited" && result.code !== 0) {
    return problems.stepFailed(
      step,
      first ? firstSentence(first.message) : t("{0} exited with code {1}", tool, result.code),
    );
  }
  // Both happen with exit code 0: with a config.ml without register, and with a dune file that builds nothing.
  if (step === "configure" && !isConfigured(state, target)) return problems.nothingConfigured();
  if (step === "build" && state && !state.image) return problems.noImage(target);
  return undefined;
}

/** Reads source files for the readers of the output. They are few, and are read only if a step reported something. */
function sourceReader() {
  const texts = new Map<string, string | undefined>();
  const lines = new Map<string, readonly string[]>();
  const readText = (file: string) => {
    if (!texts.has(file)) texts.set(file, textOf(file));
    return texts.get(file);
  };
  return {
    exists: existsSync,
    readText,
    readLine: (file: string, line: number) => {
      const all = lines.get(file) ?? readText(file)?.split(/\r?\n/) ?? [];
      lines.set(file, all);
      return all[line];
    },
  };
}

function textOf(file: string): string | undefined {
  try {
    const found = statSync(file);
    // A path in a program's output may name a pipe, which would block, or a huge file.
    return found.isFile() && found.size <= textLimit ? readFileSync(file, "utf8") : undefined;
  } catch {
    // The file is gone or unreadable: columns then stay as the compiler counted them, in bytes.
    return undefined;
  }
}

/** Does not compare times: a config.ml dated in the future is newer than the files just generated from it. */
function isConfigured(state: ProjectState | undefined, target: string): boolean {
  return (
    state?.configured?.target === target && !state.stale.some(({ reason }) => reason === duneResetReason)
  );
}

async function requireState(environment: JobEnvironment, unikernel: Unikernel): Promise<ProjectState> {
  const state = await environment.state(unikernel);
  if (!state) throw new ProblemError(problems.projectGone(unikernel.name));
  return state;
}
