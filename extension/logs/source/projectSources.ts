import { basename, sep } from "node:path";
import { readConfigFile } from "../../mirage/config/registrations.ts";
import { rootOf } from "../../project/snapshot.ts";

/** A source file with its absolute path. */
export interface ProjectSource {
  readonly file: string;
  readonly text: string;
}

/**
 * Selects the sources that belong to the unikernel with this root: those below it, without those of other
 * unikernels such as its examples. `workspaceFolder` is the one that contains `root`.
 */
export async function projectSources(
  root: string,
  workspaceFolder: string,
  sources: readonly ProjectSource[],
): Promise<readonly ProjectSource[]> {
  const configFiles = sources.filter(
    ({ file, text }) => basename(file) === "config.ml" && readConfigFile(text).isUnikernel,
  );
  const roots = await Promise.all(configFiles.map(({ file }) => rootOf(file, workspaceFolder)));
  const others = roots.filter((each) => each !== root);
  return sources.filter(({ file }) => !others.some((other) => file.startsWith(other + sep)));
}
