import { stat } from "node:fs/promises";
import { providersOf, type ModuleProvider } from "../../mirage/modules.ts";
import { modulesBelow } from "./duniverse.ts";
import { installedModules, type ModuleProviders } from "./installedLibraries.ts";

/** Where the libraries of a unikernel are. */
export interface LibraryPlaces {
  /** The folder of the fetched sources, which need not exist. */
  readonly duniverse: string;
  /** The folders with installed libraries. They are only requested if nothing was fetched that has the module. */
  readonly installed: () => Promise<readonly string[]>;
  /** The packages of the lock file with their versions. */
  readonly locked: ReadonlyMap<string, string>;
  /** Whether libraries that need Unix can be linked. */
  readonly hasUnix: boolean;
}

/** Finds the libraries that have a module. */
export type FindProviders = (module: string, places: LibraryPlaces) => Promise<readonly ModuleProvider[]>;

/**
 * Creates a search for the libraries that have a module: those that were fetched, otherwise those that are
 * installed, otherwise those of the table and of the lock file. Each folder is read when it is first needed,
 * and again after it changed. The search never rejects, except if `installed` does.
 */
export function createModuleIndex(): FindProviders {
  const fetched = oncePerState(modulesBelow);
  const installed = oncePerState(installedModules);
  return async (module, { duniverse, installed: folders, locked, hasUnix }) => {
    const isUsable = (each: ModuleProvider) => hasUnix || !needsUnix(each);
    const inSources = (await fetched(duniverse)).get(module) ?? [];
    if (inSources.length > 0) return distinct(inSources).filter(isUsable);
    const known = await Promise.all((await folders()).map(installed));
    const inSwitch = known.flatMap((modules) => modules.get(module) ?? []);
    return distinct(inSwitch.length > 0 ? inSwitch : providersOf(module, locked)).filter(isUsable);
  };
}

const needsUnix = ({ package: name, sublib }: ModuleProvider): boolean =>
  /^(?:unix|threads)$|[-_]unix$/.test(name) || /(?:^|[._-])(?:unix|threads|posix)$/.test(sublib ?? "");

const distinct = (providers: readonly ModuleProvider[]): ModuleProvider[] => [
  ...new Map(providers.map((each) => [`${each.package}.${each.sublib ?? ""}`, each])).values(),
];

/** `read` with its result stored until the modification time of the folder changes. */
function oncePerState(
  read: (folder: string) => Promise<ModuleProviders>,
): (folder: string) => Promise<ModuleProviders> {
  const stored = new Map<string, { readonly time: number; readonly modules: Promise<ModuleProviders> }>();
  return async (folder) => {
    const time = (await stat(folder).catch(() => undefined))?.mtimeMs;
    if (time === undefined) return new Map();
    const known = stored.get(folder);
    if (known?.time === time) return known.modules;
    const modules = read(folder);
    stored.set(folder, { time, modules });
    return modules;
  };
}
