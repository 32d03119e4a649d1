import { stat } from "node:fs/promises";
import { capture } from "../../platform/capture.ts";
import type { ProcessSpec, Run } from "../../platform/process.ts";
import { parseTenderAbi } from "./preflight.ts";

/**
 * Creates a function that reads the version of the ABI between image and tender from the output of the
 * tender's `--version`, once for each installed tender. It resolves to `undefined` if the tender does not
 * print it or does not answer within `timeoutMs` milliseconds. A timeout is not cached.
 */
export function createTenderVersions(
  timeoutMs = 5000,
): (run: Run, command: ProcessSpec) => Promise<number | undefined> {
  /** Keyed by the tender's command line and modification time. */
  const versions = new Map<string, Promise<number | undefined>>();
  return async (run, command) => {
    const installed = await stat(command.file).catch(() => undefined);
    const key = [command.file, ...command.args, installed?.mtimeMs].join("\0");
    const cached = versions.get(key);
    if (cached) return cached;
    const pending = capture(run, command, { timeoutMs }).then(({ result, stdout, stderr }) => {
      const version = parseTenderAbi(stdout + stderr);
      if (version === undefined && result.kind === "cancelled") versions.delete(key);
      return version;
    });
    versions.set(key, pending);
    return pending;
  };
}
