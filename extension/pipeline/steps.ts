import { relative, sep } from "node:path";
import type { ProjectState, Unikernel } from "../project/model.ts";
import type { Goal, Step } from "./goals.ts";
import { t } from "../protocol/l10n.ts";

export const fetchSteps = ["lock", "install-switch", "pull"] as const satisfies readonly Step[];

/**
 * Returns the steps that lead from the state of the files to the goal. A project that is configured for this target
 * and these options is not configured again. Whether dependencies must be fetched is known only after configure: see
 * `missingDependencies`.
 */
export function stepsOf(
  goal: Goal,
  state: ProjectState,
  target: string,
  options: readonly string[],
): readonly Step[] {
  if (goal === "configure" || goal === "clean") return [goal];
  const configure: Step[] = needsConfigure(state, target, options) ? ["configure"] : [];
  switch (goal) {
    case "fetch":
      return [...configure, ...fetchSteps];
    case "run":
      return configure.length === 0 && state.image ? ["run"] : [...configure, "build", "run"];
    case "build-and-run":
      return [...configure, "build", "run"];
    case "lock":
    case "install-switch":
    case "pull":
    case "build":
      return [...configure, goal];
  }
}

/** Whether configure must run before anything can be built for this target with these options. */
export function needsConfigure(state: ProjectState, target: string, options: readonly string[]): boolean {
  const { configured } = state;
  return (
    configured?.target !== target ||
    configured.options.join("\0") !== options.join("\0") ||
    state.stale.some(({ step }) => step === "configure")
  );
}

/** Why the dependencies of a configured unikernel are missing, or undefined if they are not. */
export function missingDependencies(state: ProjectState): string | undefined {
  if (!state.pulled) return t("The dependencies of this unikernel have not been fetched into duniverse/.");
  if (state.lockFile === undefined && !state.isVendored)
    return t("The dependencies in duniverse/ were not locked for {0}.", state.configured?.target ?? "");
  return undefined;
}

/** A program and its arguments, before its path and environment are known. */
export interface CommandSpec {
  readonly tool: "mirage" | "make" | "opam";
  readonly args: readonly string[];
  readonly cwd: string;
  /** Variables that override those of the switch. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * An argument of `make lock` that keeps the versions of the lock file where that is possible. The Makefile has no variable
 * for arguments of opam-monorepo, but all its commands call opam by `$(OPAM)`. `$$` is make's `$`.
 */
export const keepLockedVersions = `OPAM=sh -c '[ "$$1 $$2" != "monorepo lock" ] || { shift 2; set -- monorepo lock --minimal-update "$$@"; }; exec opam "$$@"' opam`;

/** A path that a shell reads as one word. The generated Makefile does not quote the folder. */
const plainPath = /^[\w@%+=:,./-]+$/;

/** Returns the command of a step. The command of `run` comes from the boot plan instead. */
export function commandOf(
  step: Exclude<Step, "run">,
  unikernel: Pick<Unikernel, "root" | "buildDir" | "configFile">,
  state: Pick<ProjectState, "lockFile">,
  target: string,
  options: readonly string[],
): CommandSpec {
  const cwd = unikernel.root;
  const file = relative(cwd, unikernel.configFile).split(sep).join("/");
  const fileArgs = file === "config.ml" ? [] : ["-f", file];
  if (step === "configure")
    return { tool: "mirage", cwd, args: ["configure", ...fileArgs, "-t", target, ...options] };
  if (step === "clean") return { tool: "mirage", cwd, args: ["clean", ...fileArgs] };
  // In the Makefile's own command, a space in the folder's path starts a new argument, and `;` or `$()` is executed.
  if (step === "pull" && state.lockFile !== undefined && !plainPath.test(unikernel.buildDir)) {
    const args = ["monorepo", "pull", "-l", state.lockFile, "-r", unikernel.buildDir];
    return { tool: "opam", cwd, args, env: { OPAMVAR_monorepo: "opam-monorepo" } };
  }
  return { tool: "make", cwd, args: [step] };
}
