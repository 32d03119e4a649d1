import { relative } from "node:path";

/** A unikernel whose tests are shown. Both paths are absolute. */
interface ShownUnikernel {
  readonly id: string;
  readonly name: string;
  readonly workspaceFolder: string;
  readonly buildDir: string;
}

/** The folders, relative to their workspace folders, of the unikernels that share their name with another one, by id. */
export function foldersOfRepeated(unikernels: readonly ShownUnikernel[]): ReadonlyMap<string, string> {
  const byName = Map.groupBy(unikernels, ({ name }) => name);
  return new Map(
    unikernels
      .filter(({ name }) => (byName.get(name)?.length ?? 0) > 1)
      .map(({ id, workspaceFolder, buildDir }) => [id, relative(workspaceFolder, buildDir)]),
  );
}
