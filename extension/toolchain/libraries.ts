import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { capture } from "../platform/capture.ts";
import { envValue, findProgram, type Env } from "../platform/env.ts";
import type { Run } from "../platform/process.ts";

/**
 * The folders that hold installed libraries, one folder each, in the order in which findlib looks:
 * those of `OCAMLPATH`, of the opam switch, and of `ocamlfind printconf path`, which knows those of
 * distributions. Only folders that exist.
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
  const there = await Promise.all(
    [...new Set(folders)].map(async (folder) => ((await exists(folder)) ? [folder] : [])),
  );
  return there.flat();
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
