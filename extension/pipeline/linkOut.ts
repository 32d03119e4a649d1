import { readlink, realpath } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import type { Unikernel } from "../project/model.ts";

/** What mirage, make, dune and opam-monorepo write into; folders of the first two, else files. */
const inBuildDir = ["mirage", "dist", "duniverse", "_build", "dune", "dune.build", "dune.config"];
const inRoot = ["_build", "Makefile", "dune-project", "dune-workspace"];

/** A link of a project through which its tools would write elsewhere. */
export interface LinkOut {
  readonly path: string;
  readonly leadsTo: string;
}

/**
 * The first of what a build writes that a link leads out of the workspace folder, where the files of
 * somebody else would be written over; undefined when there is none.
 */
export async function linkOut({
  root,
  buildDir,
  workspaceFolder,
}: Pick<Unikernel, "root" | "buildDir" | "workspaceFolder">): Promise<LinkOut | undefined> {
  const written = [
    ...inBuildDir.map((name) => join(buildDir, name)),
    ...inRoot.map((name) => join(root, name)),
  ];
  const folder = await realpath(workspaceFolder).catch(() => workspaceFolder);
  const found = await Promise.all([root, buildDir, ...written].map((path) => leadsOut(path, folder)));
  return found.find((link) => link !== undefined);
}

async function leadsOut(path: string, folder: string): Promise<LinkOut | undefined> {
  const leadsTo = await realpath(path).catch(() => undefined);
  if (leadsTo === undefined) {
    // Missing, or a link that leads nowhere now, and would once a tool has written through it.
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? undefined : { path, leadsTo: link };
  }
  const within = relative(folder, leadsTo);
  if (!isAbsolute(within) && within.split(/[\\/]/)[0] !== "..") return undefined;
  return { path, leadsTo };
}
