import { t } from "../protocol/l10n.ts";
import { checkSetup, lastLines, type Problem, type ProblemAction } from "./errors.ts";

const runWithoutDebugging: ProblemAction = {
  title: t("Run Without Debugging"),
  command: "workbench.action.debug.run",
};

/** The problems of debugging with gdb, one factory each, in addition to those of `errors.ts`, which are loaded at start. */
export const debugProblems = {
  gdbMissing: (): Problem => ({
    code: "gdb-missing",
    message: t(
      "gdb was not found, and breakpoints need it. Install it, set its path in mirageos.toolPaths, or run without debugging.",
    ),
    actions: [checkSetup, runWithoutDebugging],
  }),
  gdbTooOld: (file: string, version: string, minimum: number): Problem => ({
    code: "gdb-too-old",
    message: t(
      "{0} is version {1}, and debugging needs gdb {2} or later. Install a newer one, or set its path in mirageos.toolPaths.",
      file,
      version,
      minimum,
    ),
    actions: [checkSetup, runWithoutDebugging],
  }),
  /** `output` is the start of what the program printed. */
  notGdb: (file: string, output: string): Problem => ({
    code: "not-gdb",
    message:
      output === ""
        ? t("{0} does not answer like gdb. Set the path of gdb in mirageos.toolPaths.", file)
        : t(
            "{0} does not answer like gdb: {1} Set the path of gdb in mirageos.toolPaths.",
            file,
            lastLines(output),
          ),
    actions: [checkSetup, runWithoutDebugging],
  }),
  /** gdb could not start the unikernel; `reason` is gdb's message. */
  debugFailed: (reason: string): Problem => ({
    code: "debug-failed",
    message: t("gdb could not start the unikernel: {0}", reason),
    actions: [runWithoutDebugging],
  }),
  /** The program that gdb shall start is not one: tools are often scripts that start the program. */
  notExecutable: (file: string): Problem => ({
    code: "not-executable",
    message: t(
      "gdb can only start programs, and {0} is not one. If it is a script that starts a tender, set the path of the tender itself in mirageos.toolPaths, or run without debugging.",
      file,
    ),
    actions: [checkSetup, runWithoutDebugging],
  }),
  ptraceForbidden: (): Problem => ({
    code: "ptrace-forbidden",
    message: t(
      "The system does not allow gdb to trace programs (ptrace). In a container, add the option --cap-add=SYS_PTRACE; elsewhere, set kernel.yama.ptrace_scope to 1 or less.",
    ),
    actions: [runWithoutDebugging],
  }),
  /** Debugging is not possible for this target on this computer, for this reason. */
  notDebuggable: (reason: string): Problem => ({
    code: "not-debuggable",
    message: reason,
    actions: [runWithoutDebugging],
  }),
} satisfies Record<string, (...args: never[]) => Problem>;
