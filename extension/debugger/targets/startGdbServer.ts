import type { ProcessResult, Run } from "../../platform/process.ts";
import type { DebugTarget } from "./target.ts";
import { withoutFirstLines } from "./withoutFirstLines.ts";

interface ServerEnvironment {
  readonly run: Run;
  readonly onStart?: ((pid: number) => void) | undefined;
  readonly onStdout: (bytes: Uint8Array) => void;
  readonly onStderr: (bytes: Uint8Array) => void;
}

/** Starts the monitor of a unikernel. The run ends when it exits. `undefined` if the target has none. */
export function startServer(
  { server, hidesFromStderr }: DebugTarget,
  { run, onStart, onStdout, onStderr }: ServerEnvironment,
  signal: AbortSignal,
): Promise<ProcessResult> | undefined {
  const stderr = hidesFromStderr ? withoutFirstLines(hidesFromStderr, onStderr) : onStderr;
  return server && run(server, { signal, guarded: true, onStart, onStdout, onStderr: stderr });
}
