import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { capture } from "../platform/capture.ts";
import type { ProcessSpec, Run } from "../platform/process.ts";

/** The manual of `mirage configure` for one config.ml, or the output of a failed run. */
export type ConfigureHelp =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "failed"; readonly output: string };

/**
 * Reads the options that a config.ml declares, with `mirage configure --help=plain`. mirage runs on a copy in a new
 * folder below `scratch`, which is removed afterwards: in the user's folder even `--help` resets the dune files, after
 * which a configured project does not build. `command` returns mirage's path and environment for these arguments. The
 * time limit is 60 s, because mirage compiles config.ml first.
 */
export async function readConfigureHelp(
  configFile: string,
  scratch: string,
  run: Run,
  command: (args: readonly string[]) => Promise<Omit<ProcessSpec, "cwd">>,
  signal?: AbortSignal,
): Promise<ConfigureHelp> {
  await mkdir(scratch, { recursive: true });
  const cwd = await mkdtemp(join(scratch, "options-"));
  try {
    await copyFile(configFile, join(cwd, "config.ml"));
    const spec = { ...(await command(["configure", "--help=plain"])), cwd };
    const { result, stdout, stderr } = await capture(run, spec, {
      timeoutMs: 60_000,
      ...(signal && { signal }),
    });
    if (result.kind === "exited" && result.code === 0) return { kind: "help", text: stdout };
    return { kind: "failed", output: `${stderr}\n${stdout}`.trim() || result.kind };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
