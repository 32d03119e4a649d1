import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { capture } from "../platform/capture.ts";
import { envValue, findProgram, type Env } from "../platform/env.ts";
import type { Run } from "../platform/process.ts";

/**
 * Returns the existing folders that contain installed libraries (one subfolder per library), in findlib's search
 * order: the folders of `OCAMLPATH`, of the opam switch, and of `ocamlfind printconf path`, which includes those of
 * Linux distributions. `toolchains` are those of findlib, such as `solo5`, whose folders are added; without an opam
 * switch, only findlib knows where a cross-compiler is installed.
 */
export async function libraryFolders(
  env: Env,
  run: Run,
  cwd: string,
  toolchains: readonly string[] = [],
): Promise<readonly string[]> {
  const prefix = envValue(env, "OPAM_SWITCH_PREFIX");
  const ocamlfind = await findProgram("ocamlfind", env);
  const pathOf = async (args: readonly string[]): Promise<readonly string[]> => {
    if (!ocamlfind) return [];
    const spec = { file: ocamlfind, args: [...args, "printconf", "path"], cwd, env };
    const { result, stdout } = await capture(run, spec, { timeoutMs: 5_000 });
    return result.kind === "exited" ? stdout.split(/\r?\n/) : [];
  };
  // An unknown toolchain is a warning of ocamlfind, which then prints the same folders again.
  const printed = await Promise.all([pathOf([]), ...toolchains.map((name) => pathOf(["-toolchain", name]))]);
  const folders = [
    ...(envValue(env, "OCAMLPATH") ?? "").split(delimiter),
    ...(prefix === undefined ? [] : [join(prefix, "lib")]),
    ...printed.flat(),
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
