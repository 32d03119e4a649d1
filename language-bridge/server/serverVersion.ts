import { capture } from "../../extension/platform/capture.ts";
import type { ProcessSpec, Run } from "../../extension/platform/process.ts";

/** The first ocaml-lsp that gets the settings of files from a program named by an environment variable. */
export const firstWithBuildSystemVariable = "1.26";
/** The first ocaml-lsp that runs `dune ocaml-merlin`, and the oldest for OCaml 4.13, which mirage requires. */
export const oldestSupportedServer = "1.9";

/** The version in the output of `ocamllsp --version`, such as `1.26.0` or `1.20.1-4.14`; undefined if there is none. */
export function parseServerVersion(output: string): string | undefined {
  for (const line of output.split("\n")) {
    const version = /^v?(\d+\.\d+(?:\.\d+)?(?:[-+~][\w.+~-]*)?)$/.exec(line.trim())?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

/**
 * Runs `ocamllsp --version`. The version is undefined if the output has none; "late" means that the
 * program did not answer within `timeoutMs` milliseconds.
 */
export async function queryServerVersion(
  run: Run,
  command: ProcessSpec,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<{ readonly version: string | undefined } | "late"> {
  const { result, stdout } = await capture(run, command, limits);
  const version = parseServerVersion(stdout);
  return version === undefined && result.kind === "cancelled" ? "late" : { version };
}

/** Whether a version is at least `minimum`. Only the numbers are compared; an unknown version counts as new. */
export function atLeast(version: string | undefined, minimum: string): boolean {
  if (version === undefined) return true;
  const [actual, required] = [numbers(version), numbers(minimum)];
  for (let index = 0; index < required.length; index++) {
    const difference = (actual[index] ?? 0) - (required[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

const numbers = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);
