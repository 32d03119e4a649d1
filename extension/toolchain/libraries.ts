import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { capture } from "../platform/capture.ts";
import { envValue, findProgram, type Env } from "../platform/env.ts";
import type { Run } from "../platform/process.ts";

/**
 * Returns the existing folders that contain installed libraries (one subfolder per library), in findlib's search
 * order: the folders of `OCAMLPATH`, of the opam switch, and of `ocamlfind printconf path`, which includes those of
 * Linux distributions.
 */
export async function libraryFolders(env: Env, run: Run, cwd: string): Promise<readonly string[]> {
  const prefix = envValue(env, "OPAM_SWITCH_PREFIX");
  const ocamlfind = await findProgram("ocamlfind", env);
  const printed = ocamlfind
    ? await capture(run, { file: ocamlfind, args: ["printconf", "path"], cwd, env }, { timeoutMs: 5_000 })
    : undefined;
  const folders = [
    ...(envValue(env, "OCAMLPATH") ?? "").split(delimiter),
    ...(prefix === undefined ? [] : [join(prefix, "lib")]),
    ...(printed?.result.kind === "exited" ? printed.stdout.split(/\r?\n/) : []),
  ].filter((folder) => isAbsolute(folder));
  const existing = await Promise.all(
    [...new Set(folders)].map(async (folder) => ((await exists(folder)) ? [folder] : [])),
  );
  return existing.flat();
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
