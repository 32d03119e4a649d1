import { dirname } from "node:path";
import { envValue, type Env } from "../../platform/env.ts";
import { run } from "../../platform/process.ts";
import { libraryFolders } from "../../toolchain/libraries.ts";
import type { UnikernelFolders } from "./unikernelFolders.ts";

/** Returns the environment of a project's tools; rejects if there is none. */
export type LoadEnvironment = (folders: UnikernelFolders) => Promise<{ readonly env: Env }>;

/**
 * The folders that hold the installed libraries of a unikernel's switch: those that findlib knows and the
 * one in OCAMLLIB. Empty if the project has no tools. Never rejects.
 */
export async function findSwitchLibraries(
  loadEnvironment: LoadEnvironment,
  folders: UnikernelFolders,
): Promise<readonly string[]> {
  try {
    const { env } = await loadEnvironment(folders);
    // OCAMLLIB also finds the standard library, and the libraries beside it, if findlib is not installed.
    const compiler = envValue(env, "OCAMLLIB");
    const all = [
      ...(await libraryFolders(env, run, folders.root)),
      ...(compiler === undefined ? [] : [compiler, dirname(compiler)]),
    ];
    return [...new Set(all)];
  } catch {
    return [];
  }
}
