import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { envValue, type Env } from "../../platform/env.ts";
import { sourceRoot } from "./sources.ts";

/** The environment of a project's tools; rejects where there is none. */
export type EnvironmentOf = (place: {
  readonly root: string;
  readonly workspaceFolder: string;
}) => Promise<{ readonly env: Env }>;

/**
 * The folders with a folder for each installed library, of the switch that a unikernel uses: opam's
 * `lib`, and what OCAMLPATH and OCAMLLIB name. Empty where no tools are known. Never rejects.
 */
export async function librariesOf(environment: EnvironmentOf, unikernel: string): Promise<readonly string[]> {
  const root = sourceRoot(unikernel);
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(unikernel));
  try {
    const { env } = await environment({ root, workspaceFolder: folder?.uri.fsPath ?? root });
    const prefix = envValue(env, "OPAM_SWITCH_PREFIX");
    const compiler = envValue(env, "OCAMLLIB");
    const named = (envValue(env, "OCAMLPATH") ?? "").split(process.platform === "win32" ? ";" : ":");
    const all = [
      ...(prefix === undefined ? [] : [join(prefix, "lib")]),
      ...(compiler === undefined ? [] : [compiler, dirname(compiler)]),
      ...named,
    ];
    return [...new Set(all.filter((each) => each !== ""))];
  } catch {
    return [];
  }
}
