import { stat } from "node:fs/promises";
import { capture } from "../platform/capture.ts";
import type { ProcessSpec, Run } from "../platform/process.ts";
import { parseTenderAbi } from "./preflight.ts";

/**
 * A function that gives the version of the ABI between image and tender, as the tender's `--version`
 * prints it: asked once for each installed tender. Undefined where the tender does not name it or does not
 * answer within `timeoutMs` milliseconds; one that was late is asked again the next time.
 */
export function createTenderVersions(
  timeoutMs = 5000,
): (run: Run, command: ProcessSpec) => Promise<number | undefined> {
  /** By the tender's command line and the time of its installation. */
  const versions = new Map<string, Promise<number | undefined>>();
  return async (run, command) => {
    const installed = await stat(command.file).catch(() => undefined);
    const key = [command.file, ...command.args, installed?.mtimeMs].join("\0");
    const known = versions.get(key);
    if (known) return known;
    const asked = capture(run, command, { timeoutMs }).then(({ result, stdout, stderr }) => {
      const version = parseTenderAbi(stdout + stderr);
      if (version === undefined && result.kind === "cancelled") versions.delete(key);
      return version;
    });
    versions.set(key, asked);
    return asked;
  };
}
