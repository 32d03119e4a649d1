/**
 * Runs lanes of stages in parallel. The stages of one lane run one after another. The output of a stage is
 * printed as one block when the stage ends, so that the output of the lanes is not mixed. The output of a
 * single lane is printed immediately.
 */
import { clock } from "./programs.ts";

/** The result of a stage. */
export interface StageResult {
  /** Why the stage failed as a whole; failed tests are counted separately. */
  readonly problem?: string;
  /** Shown in the last line of the stage's block, such as `12 passed, 1 failed`. */
  readonly summary?: string;
}

export interface Stage {
  readonly name: string;
  /** Names of stages, in any lane, that must succeed first. */
  readonly needs?: readonly string[];
  /** Runs the stage; `write` takes its output. A rejection is a problem. */
  readonly run: (write: (text: string) => void) => Promise<StageResult>;
  /** A short description of the progress, such as `12 passed`. */
  readonly progress?: () => string;
}

export type Lane = readonly Stage[];

export interface LaneEnvironment {
  readonly print: (text: string) => void;
  /** The time in milliseconds, from any origin. */
  readonly now: () => number;
  /** Calls `act` every `ms` milliseconds until the returned function is called. */
  readonly every: (ms: number, act: () => void) => () => void;
  /** True after the user has interrupted the run, so that no more stages start. */
  readonly interrupted: () => boolean;
}

/** Milliseconds between two lists of the running stages. */
const progressMs = 30_000;

/** Runs all lanes, and returns one line for each stage that failed or could not run. */
export async function runLanes(
  lanes: readonly Lane[],
  environment: LaneEnvironment,
): Promise<readonly string[]> {
  const stages = lanes.flat();
  const live = lanes.length === 1;
  const problems: string[] = [];
  const running = new Map<Stage, number>();
  const settle = new Map<string, (succeeded: boolean) => void>();
  const outcomes = new Map(
    stages.map(({ name }) => [name, new Promise<boolean>((resolve) => settle.set(name, resolve))]),
  );
  const failedNeed = async ({ needs = [] }: Stage): Promise<string | undefined> => {
    for (const need of needs) if (!(await (outcomes.get(need) ?? true))) return need;
    return undefined;
  };
  const runStage = async (stage: Stage): Promise<boolean> => {
    const { name } = stage;
    const need = await failedNeed(stage);
    if (environment.interrupted()) return false;
    if (need !== undefined) {
      problems.push(`${name}: not run, since ${need} failed`);
      return false;
    }
    const started = environment.now();
    running.set(stage, started);
    const output: string[] = [];
    if (live) environment.print(`\n── ${name}\n`);
    const write = live ? environment.print : (text: string): void => void output.push(text);
    const result = await stage.run(write).catch((error: unknown): StageResult => ({
      problem: error instanceof Error ? error.message : String(error),
    }));
    running.delete(stage);
    if (result.problem !== undefined) {
      problems.push(`${name}: ${result.problem}`);
      write(`${result.problem}\n`);
    }
    const blockOutput = output.join("");
    const head = live
      ? ""
      : `\n── ${name}\n${blockOutput}${blockOutput === "" || blockOutput.endsWith("\n") ? "" : "\n"}`;
    const end = result.problem === undefined ? (result.summary ?? "done") : "FAILED";
    environment.print(`${head}── ${name}: ${end} in ${clock(environment.now() - started)}\n`);
    return result.problem === undefined;
  };
  const stopProgress = environment.every(progressMs, () => {
    if (live || running.size === 0) return;
    const descriptions = [...running].map(([{ name, progress }, started]) =>
      [name, clock(environment.now() - started), progress?.() ?? ""].filter((part) => part !== "").join(", "),
    );
    environment.print(`… running: ${descriptions.join("; ")}\n`);
  });
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        for (const stage of lane) settle.get(stage.name)?.(await runStage(stage));
      }),
    );
  } finally {
    stopProgress();
  }
  return problems;
}
