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

/** The answer of `ocamllsp --version`. */
export type VersionAnswer =
  /** The version is undefined if the output has none. */
  | { readonly kind: "answered"; readonly version: string | undefined }
  /** The program did not answer in time. */
  | { readonly kind: "late" }
  /** The program could not be started, or was ended by a signal. */
  | { readonly kind: "failed"; readonly reason: string };

/** Runs `ocamllsp --version`, which may take `timeoutMs` milliseconds. */
export async function queryServerVersion(
  run: Run,
  command: ProcessSpec,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<VersionAnswer> {
  const { result, stdout } = await capture(run, command, limits);
  const version = parseServerVersion(stdout);
  if (version !== undefined || result.kind === "exited") return { kind: "answered", version };
  if (result.kind === "cancelled") return { kind: "late" };
  return { kind: "failed", reason: result.kind === "notFound" ? result.reason : result.signal };
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
