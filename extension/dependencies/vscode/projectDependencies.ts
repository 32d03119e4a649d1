import { homedir } from "node:os";
import { join } from "node:path";
import { readText } from "../../platform/readText.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { advisoryFolders, readAdvisories } from "../advisories/readAdvisories.ts";
import { findVulnerabilities, type Vulnerability } from "../advisories/vulnerabilities.ts";
import { readOpamFile, textsOf } from "../opamFile.ts";
import { readLockFile, type LockFile } from "../lockFile.ts";
import { readPackageFiles } from "../packageFiles.ts";
import type { PackageFacts } from "../rows/packageText.ts";
import { readRequirements } from "../requirers.ts";

/** Everything that the files of a unikernel say about a locked package. */
export interface Dependency extends Omit<PackageFacts, "listed"> {
  /** Absolute path of its sources in `duniverse/`; undefined for packages of the switch. */
  readonly sources: string | undefined;
}

/** The dependencies of a unikernel's configured target. */
export interface ProjectDependencies {
  readonly lock: LockFile;
  readonly dependencies: readonly Dependency[];
}

/** Reads the lock file of the configured target; undefined if there is none. */
export async function readProjectLock({ state }: Project): Promise<LockFile | undefined> {
  const text = state.lockFile === undefined ? undefined : await readText(state.lockFile);
  return text === undefined ? undefined : readLockFile(text);
}

/** The security advisories that concern a lock file, from the copies of their database on this computer. */
export const vulnerabilitiesOf = async (
  { workspaceFolder }: Pick<Project, "workspaceFolder">,
  lock: LockFile,
): Promise<readonly Vulnerability[]> =>
  findVulnerabilities(lock, await readAdvisories(advisoryFolders(homedir(), workspaceFolder)));

/** Reads what the lock file, the opam file and `duniverse/` say about each locked package. */
export async function readDependencies(project: Project): Promise<ProjectDependencies | undefined> {
  const lock = await readProjectLock(project);
  if (!lock) return undefined;
  const duniverse = join(project.buildDir, "duniverse");
  const [files, opam, vulnerabilities] = await Promise.all([
    readPackageFiles(duniverse, lock),
    readText(opamPathOf(project)),
    vulnerabilitiesOf(project, lock),
  ]);
  const vulnerable = Map.groupBy(vulnerabilities, (each) => each.locked.name);
  const roots = textsOf(readOpamFile(opam ?? ""), "depends");
  const requires = new Map([...files].map(([name, file]) => [name, file.requires]));
  const { pathTo, requirers } = readRequirements(roots, requires);
  return {
    lock,
    dependencies: lock.packages.map((locked) => ({
      locked,
      sources: locked.folder === undefined ? undefined : join(duniverse, locked.folder),
      file: files.get(locked.name),
      path: pathTo(locked.name),
      requirers: requirers(locked.name),
      vulnerabilities: vulnerable.get(locked.name) ?? [],
    })),
  };
}

/** For each package of which that is known, the path from a package of config.ml or of mirage to it. */
export async function requirementPaths(
  project: Project,
): Promise<readonly { readonly package: string; readonly path: string[] }[]> {
  const read = await readDependencies(project);
  return (read?.dependencies ?? []).flatMap(({ locked, path }) =>
    path.length === 0 ? [] : [{ package: locked.name, path: [...path] }],
  );
}

/** The path of the opam file that configure wrote: beside the lock file, or where mirage writes it by default. */
export function opamPathOf({ state, buildDir, name, target }: Project): string {
  if (state.lockFile !== undefined) return state.lockFile.replace(/\.locked$/, "");
  return join(buildDir, "mirage", `${name}-${state.configured?.target ?? target}.opam`);
}
