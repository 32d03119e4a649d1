import { cp, mkdir } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { root } from "../../scripts/programs.ts";
import { temporaryFolder } from "./workbench.ts";

const source = join(root, "test-workspace");

const toolchain = join(source, "toolchain");

/** The folder of programs that stand for mirage, opam and the tenders. */
export const standIns = join(toolchain, "bin");

/** The folder below which the host's devices are read: every target can be booted on that host. */
export const standInHost = join(toolchain, "host");

const notSamples = /^(toolchain|recordings|.*\.test\.ts|(.*[\\/])?(_build|dist|_opam|duniverse))$/;

/** Copies the sample projects, without what a build left in them, into a folder. */
export async function copySamples(target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await cp(source, target, { recursive: true, filter: (from) => !notSamples.test(relative(source, from)) });
}

/** A private copy of the samples; the folder's name has a space and a letter outside ASCII. */
export async function temporarySamples(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await temporaryFolder("mirageos-tests-");
  const path = join(folder.path, "Sample prøjects");
  await copySamples(path);
  return { path, remove: folder.remove };
}

/**
 * An environment in which the stand-ins come first, whatever else is installed, and in which the devices of
 * the stand-in host are there, whatever this computer has.
 */
export function withStandIns(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [standIns, env["PATH"] ?? ""].join(delimiter), MIRAGEOS_HOST_ROOT: standInHost };
}
