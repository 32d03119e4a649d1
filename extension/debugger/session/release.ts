import { setTimeout as delay } from "node:timers/promises";
import type { GdbClient } from "../gdb/gdbClient.ts";
import type { RunControl } from "../gdb/runControl.ts";

/** How long releasing a program may take, in milliseconds. A gdb server may not answer. */
const limitMs = 3000;

/**
 * Detaches from a program that gdb did not start, so that it continues. A killed gdb would leave its breakpoints in the
 * program. Never rejects.
 */
export async function releaseProgram(gdb: GdbClient, control: RunControl): Promise<void> {
  const detach = async () => {
    if (control.isRunning()) {
      const stop = control.nextStop();
      await gdb.send("-exec-interrupt --all");
      await stop;
    }
    await gdb.send("-target-detach");
  };
  await Promise.race([detach().catch(() => undefined), delay(limitMs, undefined, { ref: false })]);
}
