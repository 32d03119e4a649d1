import { capture } from "../extension/platform/capture.ts";
import type { ProcessSpec, Run } from "../extension/platform/process.ts";

/** The first ocaml-lsp that asks a program named by the environment for settings of files. */
export const asksAnyBuildSystem = "1.26";
/** The first that asks `dune ocaml-merlin`, and the oldest for OCaml 4.13, which mirage needs. */
export const oldestServer = "1.9";

/** The version in what `ocamllsp --version` prints, such as `1.26.0` or `1.20.1-4.14`; undefined for other words. */
export function parseServerVersion(output: string): string | undefined {
  for (const line of output.split("\n")) {
    const version = /^v?(\d+\.\d+(?:\.\d+)?(?:[-+~][\w.+~-]*)?)$/.exec(line.trim())?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

/**
 * The version that `ocamllsp --version` prints, undefined when it prints other words; "late" when it
 * did not answer within `timeoutMs` milliseconds, so that nothing is known of it.
 */
export async function askServerVersion(
  run: Run,
  command: ProcessSpec,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<{ readonly version: string | undefined } | "late"> {
  const { result, stdout } = await capture(run, command, limits);
  const version = parseServerVersion(stdout);
  return version === undefined && result.kind === "cancelled" ? "late" : { version };
}

/** Whether a version is at least another; only numbers count, and a version that is not numbers is taken for a new one. */
export function atLeast(version: string | undefined, minimum: string): boolean {
  if (version === undefined) return true;
  const [have, need] = [numbers(version), numbers(minimum)];
  for (let index = 0; index < need.length; index++) {
    const difference = (have[index] ?? 0) - (need[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

const numbers = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);
