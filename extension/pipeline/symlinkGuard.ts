import { readlink, realpath } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import type { Unikernel } from "../project/model.ts";

/** The files and folders that mirage, make, dune and opam-monorepo write. */
const inBuildDir = ["mirage", "dist", "duniverse", "_build", "dune", "dune.build", "dune.config"];
const inRoot = ["_build", "Makefile", "dune-project", "dune-workspace"];

/** A symbolic link of a project through which its tools would write to another place. */
export interface EscapingLink {
  readonly path: string;
  readonly leadsTo: string;
}

/**
 * Returns the first path a build writes to that a symbolic link leads out of the workspace folder, or undefined if
 * there is none. A build through such a link would overwrite files of others.
 */
export async function findEscapingLink({
  root,
  buildDir,
  workspaceFolder,
}: Pick<Unikernel, "root" | "buildDir" | "workspaceFolder">): Promise<EscapingLink | undefined> {
  const written = [
    ...inBuildDir.map((name) => join(buildDir, name)),
    ...inRoot.map((name) => join(root, name)),
  ];
  const folder = await realpath(workspaceFolder).catch(() => workspaceFolder);
  const found = await Promise.all([root, buildDir, ...written].map((path) => escapingLink(path, folder)));
  return found.find((link) => link !== undefined);
}

async function escapingLink(path: string, folder: string): Promise<EscapingLink | undefined> {
  const leadsTo = await realpath(path).catch(() => undefined);
  if (leadsTo === undefined) {
    // The path is missing, or is a link to a missing file that a tool would create.
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? undefined : { path, leadsTo: link };
  }
  const within = relative(folder, leadsTo);
  if (!isAbsolute(within) && within.split(/[\\/]/)[0] !== "..") return undefined;
  return { path, leadsTo };
}
