import { debugProblems } from "../../platform/debugErrors.ts";
import { ProblemError } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";
import { GdbError, miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import { silentStop, type RunControl, type Stop } from "../gdb/runControl.ts";
import type { DebugTarget } from "./target.ts";
import { runToMain } from "./unix.ts";

/** What gdb opens instead of starting a unikernel. */
export type AttachTo =
  | { readonly kind: "process"; readonly pid: number }
  /** A server for gdb, as `HOST:PORT` or the path of a UNIX socket. */
  | { readonly kind: "server"; readonly address: string }
  /** A core file of the system or of `solo5-hvt-debug --dumpcore`. */
  | { readonly kind: "core"; readonly path: string };

/** Debugs a unikernel that gdb did not start, or its core file. The unikernel keeps running when debugging ends. */
export function attachTarget(to: AttachTo, image: string): DebugTarget {
  const start = async (gdb: GdbClient, control: RunControl): Promise<Stop> => {
    await gdb.send(`-file-exec-and-symbols ${miQuoted(image)}`);
    switch (to.kind) {
      case "process":
        return runToMain(gdb, () => control.resume(`-target-attach ${to.pid}`));
      case "server":
        await select(gdb, `extended-remote ${to.address}`);
        return silentStop;
      case "core":
        // gdb 16 and later read quotes here, and earlier ones do not.
        await select(gdb, `core ${to.path}`).catch(() => select(gdb, `core ${miQuoted(to.path)}`));
        return silentStop;
    }
  };
  return {
    start,
    changesWhileRunning: to.kind === "process",
    isAttached: true,
    ...(to.kind === "core" && {
      noRun: t("This is the core file of a unikernel that has ended. It can't run."),
    }),
  };
}

/** Opens a target. Rejects with a ProblemError that has gdb's reason. */
async function select(gdb: GdbClient, target: string): Promise<void> {
  try {
    await gdb.send(`-target-select ${target}`);
  } catch (error) {
    if (error instanceof GdbError) throw new ProblemError(debugProblems.debugFailed(error.message));
    throw error;
  }
}
