import { access, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { debugProblems } from "../../platform/debugErrors.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { ProcessResult, ProcessSpec } from "../../platform/process.ts";
import { t } from "../../protocol/l10n.ts";
import { GdbError, miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import { silentStop, type Stop } from "../gdb/runControl.ts";
import type { DebugTarget } from "./target.ts";

/** The image and the boot of a unikernel whose monitor has a server for gdb. */
export interface ServedBoot {
  /** The boot without gdb. */
  readonly spec: ProcessSpec;
  readonly image: string;
  /** The address of the first instruction of the image; `undefined` if it is not known. */
  readonly entry: bigint | undefined;
}

/**
 * Debugs a unikernel in QEMU by its server on a UNIX socket (QEMU's manual, "GDB usage"). With KVM the loader
 * overwrites breakpoints that are set before it has loaded the image, so the program first runs to its entry, where
 * a hardware breakpoint stops it.
 */
export function qemuTarget({ spec, image, entry }: ServedBoot, socket: string): DebugTarget {
  const server = ["-S", "-chardev", `socket,path=${socket.replaceAll(",", ",,")},server=on,wait=off,id=gdb0`];
  return {
    changesWhileRunning: false,
    server: { ...spec, args: [...spec.args, ...server, "-gdb", "chardev:gdb0"] },
    start: async (gdb, control, ended) => {
      await gdb.send(`-file-exec-and-symbols ${miQuoted(image)}`);
      const end = await Promise.race([ended, exists(socket)]);
      if (end) return { kind: "ended", result: end };
      await connect(gdb, socket);
      // QEMU does not remove it if it is killed. The connection does not need it.
      await rm(socket, { force: true });
      if (entry === undefined) return silentStop;
      await gdb.send(`-break-insert -t -h *0x${entry.toString(16)}`);
      return Promise.race([control.resume("-exec-continue"), ended.then(endOf)]);
    },
  };
}

/**
 * Debugs a unikernel in Solo5's `solo5-hvt-debug`, which waits for gdb when the image is loaded. The server reads
 * nothing while the unikernel runs, so the unikernel cannot be paused.
 */
export async function hvtTarget({ spec, image }: ServedBoot, tender: string): Promise<DebugTarget> {
  const port = await freePort();
  const words = [spec.file, ...spec.args];
  const at = words.findIndex((word) => /(?:^|\/)solo5-hvt$/.test(word));
  const [file = tender, ...args] = words.toSpliced(Math.max(0, at), 1, tender, "--gdb", `--gdb-port=${port}`);
  return {
    changesWhileRunning: false,
    noPause: t(
      "The tender solo5-hvt can't be paused while the unikernel runs. Set a breakpoint before you start it, or use spt.",
    ),
    server: { ...spec, file, args },
    hidesFromStderr: /^solo5-hvt-debug: (?:Waiting for a debugger\.|\tgdb --ex=|Connection from debugger)/,
    start: async (gdb, _, ended) => {
      await gdb.send(`-file-exec-and-symbols ${miQuoted(image)}`);
      // gdb itself tries again until the tender listens.
      await gdb.send("-gdb-set tcp connect-timeout 20");
      const end = await Promise.race([ended, connect(gdb, `localhost:${port}`)]);
      return end ? endOf(end) : silentStop;
    },
  };
}

const endOf = (result: ProcessResult): Stop => ({ kind: "ended", result });

async function connect(gdb: GdbClient, to: string): Promise<undefined> {
  try {
    await gdb.send(`-target-select remote ${to}`);
    return undefined;
  } catch (error) {
    if (error instanceof GdbError) throw new ProblemError(debugProblems.debugFailed(error.message));
    throw error;
  }
}

const socketWaitMs = 20_000;
const pollMs = 20;

/** Resolves when a file exists. Rejects with a ProblemError if it does not appear. */
async function exists(path: string): Promise<undefined> {
  for (let waited = 0; waited < socketWaitMs; waited += pollMs) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return undefined;
    await delay(pollMs);
  }
  throw new ProblemError(debugProblems.debugFailed(t("QEMU did not open its socket for gdb.")));
}

/** A TCP port that no program uses now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 1234));
    });
  });
}
