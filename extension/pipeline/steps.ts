import { relative, sep } from "node:path";
import type { ProjectState, Unikernel } from "../project/model.ts";
import type { Goal, Step } from "./goals.ts";
import { t } from "../platform/l10n.ts";

export const fetchSteps = ["lock", "install-switch", "pull"] as const satisfies readonly Step[];

/**
 * The steps of a goal, given the state of the files. What is missing before the goal comes first;
 * what is fresh for the wanted target and options is never configured again. Whether dependencies
 * must be fetched is only known after configure: see `missingDependencies`.
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

/** Why the libraries of a configured unikernel cannot be there yet; undefined when they can. */
export function missingDependencies(state: ProjectState): string | undefined {
  if (!state.pulled) return t("The libraries of this unikernel have not been fetched into duniverse/.");
  if (state.lockFile === undefined)
    return t("The libraries in duniverse/ were not locked for {0}.", state.configured?.target ?? "");
  return undefined;
}

/** A program and its arguments, before its path and environment are known. */
export interface CommandSpec {
  readonly tool: "mirage" | "make" | "opam";
  readonly args: readonly string[];
  readonly cwd: string;
  /** Variables over those of the switch. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a path may be made of so that the generated Makefile can hand it to a shell unquoted. */
const plainPath = /^[\w@%+=:,./-]+$/;

/** The command of every step but `run`, which is a matter of the boot plan. */
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
  // The Makefile's own command breaks at a space in the folder's path, and a shell would act on `;` or `$()`.
  if (step === "pull" && state.lockFile !== undefined && !plainPath.test(unikernel.buildDir)) {
    const args = ["monorepo", "pull", "-l", state.lockFile, "-r", unikernel.buildDir];
    return { tool: "opam", cwd, args, env: { OPAMVAR_monorepo: "opam-monorepo" } };
  }
  return { tool: "make", cwd, args: [step] };
}

/** How a command is shown: as one would type it, arguments with odd characters in quotes. */
export function commandLine({ tool, args }: Pick<CommandSpec, "tool" | "args">): string {
  return [tool, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
