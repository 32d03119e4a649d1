import type { ProcessSpec } from "../../platform/process.ts";
import { miNumber, miTuple } from "../gdb/miRecords.ts";
import { GdbError, miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import type { DebugTarget } from "./target.ts";
import { loadProcess, runToMain } from "./unix.ts";

/**
 * Debugs a unikernel for spt with gdb on its tender, which loads the image into its own memory, installs the seccomp
 * filter and jumps into the image by `spt_launch` (Solo5's `tenders/spt/spt_core.c`). The image's symbols are added
 * there: added before, gdb loses them when it starts the tender, and breakpoints would be overwritten by the loader.
 */
export function sptTarget(spec: ProcessSpec, tender: string, image: string): DebugTarget {
  return {
    changesWhileRunning: true,
    start: async (gdb, control) => {
      await loadProcess(gdb, spec, tender);
      const launch = await breakAtLaunch(gdb);
      const stop = await runToMain(gdb, () => control.resume("-exec-run"));
      if (stop.kind === "ended") return stop;
      await gdb.send(`-break-delete ${launch}`).catch(() => undefined);
      await gdb.console(`add-symbol-file ${miQuoted(image)}`);
      return stop;
    },
  };
}

/**
 * Sets the breakpoint and returns its number. A tender without symbols is stopped when it installs its filter
 * (seccomp(2)); libseccomp makes that call before with NULL in rdx, only to see what the kernel supports.
 */
async function breakAtLaunch(gdb: GdbClient): Promise<number> {
  try {
    const set = await gdb.send("-break-insert -t spt_launch");
    return miNumber(miTuple(set, "bkpt"), "number") ?? 1;
  } catch (error) {
    if (!(error instanceof GdbError)) throw error;
    const printed = await gdb.console("catch syscall seccomp");
    const number = Number(/^Catchpoint (\d+)/m.exec(printed)?.[1] ?? 1);
    await gdb.console(`condition ${number} $rdx != 0`);
    return number;
  }
}
