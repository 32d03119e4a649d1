import { cp, mkdir } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { root } from "../../scripts/programs.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

const source = join(root, "test-workspace");

const toolchain = join(source, "toolchain");

/** The folder of the stand-ins for mirage, opam and the tenders. */
export const standIns = join(toolchain, "bin");

/** The root folder of a fake host, on which every target can be booted. */
export const standInHost = join(toolchain, "host");

const notSamples = /^(toolchain|recordings|.*\.test\.ts|(.*[\\/])?(_build|dist|_opam|duniverse))$/;

/** Copies the sample projects into a folder, without build results. */
export async function copySamples(target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await cp(source, target, { recursive: true, filter: (from) => !notSamples.test(relative(source, from)) });
}

/** Creates a temporary copy of the samples. The name of the folder has a space and a non-ASCII letter. */
export async function temporarySamples(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await temporaryFolder("mirageos-tests-");
  const path = join(folder.path, "Sample prøjects");
  await copySamples(path);
  return { path, remove: folder.remove };
}

/**
 * Returns an environment whose PATH has the stand-ins first, and in which the devices of the stand-in host
 * are used instead of those of this computer.
 */
export function withStandIns(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [standIns, env["PATH"] ?? ""].join(delimiter), MIRAGEOS_HOST_ROOT: standInHost };
}
