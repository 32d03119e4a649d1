import type { ProcessResult, ProcessSpec } from "../platform/process.ts";
import type { ProjectState, Unikernel } from "../project/model.ts";
import type { JobRequest, JobEnvironment } from "./model.ts";
import type { Goal } from "./goals.ts";
import { unconfigured } from "../project/testStates.ts";

export const hello: Unikernel = {
  id: "/p/config.ml",
  name: "hello",
  configFile: "/p/config.ml",
  root: "/p",
  buildDir: "/p",
  workspaceFolder: "/p",
};
export const image = { path: "/p/dist/hello", bytes: 1, builtAt: 1 };
export const ended = (code: number): ProcessResult => ({ kind: "exited", code });

/** An environment whose programs only change a state. It records the programs that ran and the errors that were logged. */
export function testEnvironment(
  programs: Partial<Record<string, (spec: ProcessSpec) => Partial<ProjectState> | number | string>> = {},
) {
  let state: ProjectState | undefined = unconfigured;
  const ran: string[] = [];
  const effects: typeof programs = {
    configure: () => ({ configured: { target: "unix", options: [] }, stale: [] }),
    lock: () => ({ lockFile: "/p/mirage/hello.opam.locked" }),
    pull: () => ({ pulled: true }),
    build: () => ({ image }),
    ...programs,
  };
  const environment: JobEnvironment & {
    ran: string[];
    logged: unknown[];
    answer: "fetch" | "build" | "cancel";
    set: (to: ProjectState | undefined) => void;
  } = {
    ran,
    logged: [],
    answer: "build",
    set: (to) => (state = to),
    state: () => Promise.resolve(state),
    resolve: (command) =>
      Promise.resolve({ file: command.tool, args: command.args, cwd: command.cwd, env: {} }),
    run: async (spec, hooks) => {
      const step = spec.args[0] ?? spec.file;
      ran.push(step);
      await Promise.resolve();
      if (hooks?.signal?.aborted) return { kind: "cancelled" };
      const effect = effects[step]?.(spec) ?? {};
      if (typeof effect === "number") return ended(effect);
      if (typeof effect === "string") {
        hooks?.onStderr?.(Buffer.from(effect));
        return ended(1);
      }
      if (state) state = { ...state, ...effect };
      return ended(0);
    },
    boot: () =>
      Promise.resolve({
        spec: { file: "/p/dist/hello", args: [], cwd: "/p", env: {} },
        note: undefined,
        onOutput: () => {},
        explain: () => normalExit,
      }),
    checkTarget: () => Promise.resolve(undefined),
    confirmFetch: () => Promise.resolve(environment.answer),
    reviewLock: () => Promise.resolve(),
    built: () => Promise.resolve(),
    fetched: () => Promise.resolve(),
    report: () => {},
    logError: (error) => environment.logged.push(error),
  };
  return environment;
}

export const normalExit = { kind: "ok", code: 0, text: "exited" } as const;

export const jobRequest = (goal: Goal, unikernel = hello): JobRequest => ({
  unikernel,
  goal,
  target: "unix",
  options: [],
  bootArguments: [],
});
