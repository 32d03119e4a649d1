import { join } from "node:path";
import { capture } from "../../platform/capture.ts";
import type { Run } from "../../platform/process.ts";
import { modulesBelow } from "../../project/libraries/duniverse.ts";
import type { Project } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { catalogueArguments, readCatalogue, type CataloguePackage } from "../catalogue.ts";
import type { RepositoryDate } from "../repositories.ts";
import { readDependencies } from "./projectDependencies.ts";

/** How long opam may take. With all packages of opam-repository it takes some seconds, and more while a build runs. */
const opamMs = 120_000;
/** The output for the whole of opam-repository has about 2 MiB. */
const outputLimit = 16 * 1024 * 1024;

/** What completion and Add Package need. */
export interface CatalogueContext {
  readonly run: Run;
  readonly toolchain: Toolchain;
}

/** The list of packages by the command that prints it, until the toolchain changes. */
let cached: { readonly key: string; readonly packages: Promise<readonly CataloguePackage[]> } | undefined;

/**
 * The packages of the switch's repositories, with those of the lock file that the repositories do not have. Without
 * opam, and in Restricted Mode, only the latter.
 */
export async function packageCatalogue(
  { run, toolchain }: CatalogueContext,
  project: Project,
): Promise<readonly CataloguePackage[]> {
  const command = await toolchain.command("opam", catalogueArguments, project).catch(() => undefined);
  const [listed, locked] = await Promise.all([
    command ? listPackages(run, { ...command, cwd: project.root }) : [],
    readDependencies(project),
  ]);
  const known = new Set(listed.map(({ name }) => name));
  const others = (locked?.dependencies ?? []).flatMap(({ locked: { name, version }, file }) =>
    known.has(name) ? [] : [{ name, versions: [version], synopsis: file?.synopsis ?? "" }],
  );
  return [...listed, ...others];
}

async function listPackages(
  run: Run,
  spec: Parameters<typeof capture>[1],
): Promise<readonly CataloguePackage[]> {
  const key = JSON.stringify([
    spec.file,
    spec.args,
    spec.env?.["OPAMROOT"],
    spec.env?.["OPAM_SWITCH_PREFIX"],
  ]);
  if (cached?.key !== key) {
    const packages = capture(run, spec, { timeoutMs: opamMs, limit: outputLimit }).then(
      ({ result, stdout }) => (result.kind === "exited" && result.code === 0 ? readCatalogue(stdout) : []),
    );
    cached = { key, packages };
  }
  const { packages } = cached;
  const found = await packages;
  // A failure is not cached: opam may only have been busy.
  if (found.length === 0 && cached?.packages === packages) cached = undefined;
  return found;
}

/** Forgets the list, as after a change of the switch, and notifies those who showed it or wait for it. */
export const forgetCatalogue = (): void => {
  cached = undefined;
  facts.clear();
  const notified = [...readers];
  readers.clear();
  for (const onChange of notified) onChange();
};

/** What opam's repositories say, for rows and hovers that must not wait for opam. */
export interface RepositoryFacts {
  readonly packages: ReadonlyMap<string, CataloguePackage>;
  readonly date: RepositoryDate | undefined;
}

/** By the folder that mirage runs in; a promise while opam is queried. */
const facts = new Map<string, RepositoryFacts | Promise<RepositoryFacts | undefined>>();
/** Called when the facts are forgotten: what they showed is out of date, and the answer that they wait for is dropped. */
const readers = new Set<() => void>();

/**
 * What the repositories say if it is known. Otherwise opam is queried, once for all packages. `onChange` is called when
 * it has answered, and when the answer is forgotten. If opam fails, the next call queries it again.
 */
export function repositoryFacts(
  context: CatalogueContext,
  project: Project,
  onChange?: () => void,
): RepositoryFacts | undefined {
  if (onChange) readers.add(onChange);
  const found = facts.get(project.root);
  if (found && "packages" in found) return found;
  const reading = found ?? readRepositoryFacts(context, project);
  if (!found) {
    facts.set(project.root, reading);
    void reading.then((read) => {
      if (facts.get(project.root) !== reading) return;
      if (read) facts.set(project.root, read);
      else facts.delete(project.root);
    });
  }
  void reading.then((read) => {
    if (read && facts.get(project.root) === read) onChange?.();
  });
  return undefined;
}

async function readRepositoryFacts(
  { run, toolchain }: CatalogueContext,
  project: Project,
): Promise<RepositoryFacts | undefined> {
  try {
    const command = await toolchain.command("opam", catalogueArguments, project);
    const packages = await listPackages(run, { ...command, cwd: project.root });
    if (packages.length === 0) return undefined;
    const { choice, env } = await toolchain.environment(project);
    const [{ opamRootOf }, { readRepositoryDate }] = await Promise.all([
      import("../../toolchain/detect.ts"),
      import("../repositories.ts"),
    ]);
    const date = choice.kind === "opam" ? await readRepositoryDate(opamRootOf(env), Date.now()) : undefined;
    return { packages: new Map(packages.map((each) => [each.name, each])), date };
  } catch {
    // Without opam, and in Restricted Mode, the rows show what the files say.
    return undefined;
  }
}

/** The sublibraries of a package in `duniverse/`, such as `udp` of `tcpip`. */
export async function sublibrariesOf(project: Project, name: string): Promise<readonly string[]> {
  const modules = await modulesBelow(join(project.buildDir, "duniverse"));
  const found = [...modules.values()]
    .flat()
    .flatMap((each) => (each.package === name && each.sublib !== undefined ? [each.sublib] : []));
  return [...new Set(found)].toSorted();
}
