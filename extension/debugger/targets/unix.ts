import { debugProblems } from "../../platform/debugErrors.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { ProcessSpec } from "../../platform/process.ts";
import { t } from "../../protocol/l10n.ts";
import { shellQuote } from "../../platform/shellQuote.ts";
import { GdbError, miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import type { DebugTarget } from "./target.ts";

/** Debugs a process of this computer: a unikernel for unix, or a tender. */
export function processTarget(spec: ProcessSpec, program: string): DebugTarget {
  return {
    changesWhileRunning: true,
    start: async (gdb, control) => {
      await loadProcess(gdb, spec, program);
      return runToMain(gdb, () => control.resume("-exec-run --start"));
    },
  };
}

/** Tells gdb which program to run and how, with its output apart from gdb's. */
export async function loadProcess(gdb: GdbClient, spec: ProcessSpec, program: string): Promise<void> {
  const at = [spec.file, ...spec.args].indexOf(program);
  const wrapper = [spec.file, ...spec.args].slice(0, Math.max(0, at));
  const args = at < 0 ? spec.args : spec.args.slice(at);
  await Promise.all([
    gdb.send(`-file-exec-and-symbols ${miQuoted(program)}`).catch((error: Error) => {
      if (!/not in executable format/.test(error.message)) throw error;
      throw new ProblemError(debugProblems.notExecutable(program));
    }),
    gdb.send(`-environment-cd ${miQuoted(spec.cwd)}`),
    // gdb sets or replaces these variables.
    ...["LINES", "COLUMNS", "SHELL", "LC_ALL"].map((name) =>
      gdb.console(environmentCommand(name, spec.env[name])),
    ),
    wrapper.length > 0 && gdb.console(`set exec-wrapper ${wrapper.map(shellQuote).join(" ")}`),
    // A command of the console instead of -exec-arguments, which would split the text.
    gdb.console(`set args ${args.map(shellQuote).join(" ")} </dev/null >&3 2>&4 3>&- 4>&-`),
  ]);
}

function environmentCommand(name: string, value: string | undefined): string {
  return value === undefined ? `unset environment ${name}` : `set environment ${name} ${value}`;
}

/** Runs a command that starts a process, and explains why it cannot be traced. */
export async function runToMain<T>(gdb: GdbClient, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof GdbError)) throw error;
    // gdb's own message only says that the program exited during its start. Its standard error is read by then.
    await gdb.send("-gdb-version").catch(() => undefined);
    const reason = `${error.message} ${gdb.errors()}`;
    // The system's messages about a process that has ended name ptrace too.
    if (/No such process|is a zombie/i.test(reason))
      throw new ProblemError(debugProblems.notDebuggable(t("The process has already ended.")));
    if (/ptrace|not trace the inferior/i.test(reason))
      throw new ProblemError(debugProblems.ptraceForbidden());
    throw new ProblemError(debugProblems.debugFailed(reason.trim()));
  }
}
