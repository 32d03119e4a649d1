import { affectsSettings, getSetting } from "../../platform/vscode/settings.ts";
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { artifactOf, hostTarget, isFileName, isTarget, type TargetId } from "../../mirage/targets.ts";
import { createWorkspaceMemory, type WorkspaceMemory } from "../workspaceMemory.ts";
import { useConfigureChoices, type ConfigureFolder } from "../configureFolder.ts";
import { compareUnikernels, type ProjectState } from "../model.ts";
import { readSnapshot } from "../snapshot.ts";
import { projectState } from "../state.ts";
import { createStateCache } from "../stateCache.ts";
import { createChangeQueue, type NeededReads } from "./changeQueue.ts";
import { findUnikernels, isBelowExcluded, readUnikernel, type FoundUnikernel } from "./discovery.ts";

/** A unikernel with its state, and the target and options that the user chose for it. */
export interface Project extends FoundUnikernel {
  readonly state: ProjectState;
  readonly target: TargetId;
  /** Arguments for `mirage configure` with this target. */
  readonly options: readonly string[];
}

export interface Projects extends vscode.Disposable {
  /** Sorted by name, and those with the same name by path. */
  readonly all: () => readonly Project[];
  readonly get: (id: string) => Project | undefined;
  /** The unikernel that commands use if they were not invoked on another. */
  readonly selected: () => Project | undefined;
  readonly select: (id: string) => Promise<void>;
  readonly setTarget: (id: string, target: TargetId) => Promise<void>;
  /** Stores options for the project's target, or removes them if undefined. */
  readonly setOptions: (id: string, options: readonly string[] | undefined) => Promise<void>;
  /** Stores the folder in which mirage runs for a `mirage/config.ml`. */
  readonly setConfigureFolder: (id: string, folder: ConfigureFolder) => Promise<void>;
  readonly memory: WorkspaceMemory;
  /** Reads the files of one project again. Resolves to undefined if its config.ml no longer exists. */
  readonly reread: (id: string) => Promise<Project | undefined>;
  /**
   * Stops reading the files of these unikernels while a program writes them: mirage resets the dune file at the start of
   * configure, for example. What changed is read when they are no longer among them; `reread` reads at once.
   */
  readonly hold: (ids: ReadonlySet<string>) => void;
  /** Searches the whole workspace for unikernels again. */
  readonly rediscover: () => Promise<void>;
  readonly onDidChange: vscode.Event<void>;
  /** Resolves when the first search has ended. */
  readonly ready: Promise<void>;
}

const updateDelayMs = 150;
/**
 * The paths whose changes matter. A regular expression, since VS Code needs several milliseconds at activation to parse
 * a glob pattern with so many alternatives.
 */
const watched =
  /[\\/](?:Makefile|dune|dune\.build|context|duniverse|dist|dist[\\/][^\\/]+|[^\\/]*\.(?:opam|locked|mli?|c|h))$/;

/**
 * Finds the unikernels of the workspace, and updates them when files change. `loadedSize` returns the bytes that an image
 * takes in memory, if it can be read.
 */
export function createProjects(
  store: vscode.Memento,
  log: vscode.LogOutputChannel,
  loadedSize: (image: string) => Promise<number | undefined>,
): Projects {
  const memory = createWorkspaceMemory(store);
  useConfigureChoices((configFile) => {
    const setting = getSetting("configureFrom", vscode.Uri.file(configFile));
    return setting === "auto" ? memory.configureFolder(configFile) : setting;
  });
  const found = new Map<string, FoundUnikernel>();
  const changed = new vscode.EventEmitter<void>();
  let search: vscode.CancellationTokenSource | undefined;
  let searching: Promise<void> | undefined;
  let held: ReadonlySet<string> = new Set();
  let repeatedNames: ReadonlySet<string> = new Set();

  const project = (unikernel: FoundUnikernel): Project | undefined => {
    const state = states.get(unikernel.id);
    if (!state) return undefined;
    const target = targetOf(memory, unikernel.id, state);
    const options = optionsOf(memory, unikernel.id, target, state);
    const label = repeatedNames.has(unikernel.name) && { label: labelWithFolder(unikernel) };
    return { ...unikernel, state, target, options, ...label };
  };

  const readState = async (unikernel: FoundUnikernel): Promise<ProjectState> => {
    const artifact = (target: string) =>
      isTarget(target) && isFileName(unikernel.name) ? artifactOf(target, unikernel.name) : undefined;
    const snapshot = await readSnapshot(unikernel, artifact, loadedSize);
    const { configure, lockFile } = snapshot;
    const fetched = memory.fetchedLock(unikernel.id);
    const isOtherLock =
      lockFile && fetched && lockFile.mtime !== fetched.mtime
        ? !(await (await import("../fetchedLock.ts")).isFetchedLock(lockFile.path, fetched))
        : false;
    const buildStart = configure && memory.buildStart(unikernel.id, configure.target);
    const chosenOptions = configure && memory.options(unikernel.id, configure.target);
    return projectState(snapshot, {
      ...(buildStart !== undefined && { buildStart }),
      ...(chosenOptions !== undefined && { chosenOptions }),
      isOtherLock,
      ...(configure && { builtImages: memory.builtImages(unikernel.id, configure.target) }),
    });
  };
  const states = createStateCache(readState, ({ configFile }, error) =>
    log.debug(`Could not read ${configFile}: ${String(error)}`),
  );
  const refreshState = async (unikernel: FoundUnikernel) => {
    if (held.has(unikernel.id) && states.get(unikernel.id)) {
      changes.postpone(unikernel.id);
      return;
    }
    await readNow(unikernel);
  };
  const readNow = async (unikernel: FoundUnikernel) => {
    await states.refresh(unikernel);
    if (!states.get(unikernel.id)) found.delete(unikernel.id);
  };

  const remove = (id: string) => {
    found.delete(id);
    states.remove(id);
  };

  const rediscover = () => {
    search?.cancel();
    return (searching = searchWith((search = new vscode.CancellationTokenSource())));
  };

  const searchWith = async (source: vscode.CancellationTokenSource): Promise<void> => {
    const started = performance.now();
    const unikernels = await findUnikernels(source.token);
    // If another search has replaced this one, wait for that search instead.
    if (source.token.isCancellationRequested) return source === search ? undefined : searching;
    for (const id of found.keys()) if (!unikernels.some((unikernel) => unikernel.id === id)) remove(id);
    for (const unikernel of unikernels) found.set(unikernel.id, unikernel);
    sortFound();
    await Promise.all(unikernels.map(refreshState));
    log.info(`Found ${unikernels.length} unikernels in ${Math.round(performance.now() - started)} ms`);
    changed.fire();
  };

  const rereadConfig = async (path: string) => {
    const file = vscode.Uri.file(path);
    const folder = vscode.workspace.getWorkspaceFolder(file);
    const unikernel = folder && (await readUnikernel(file, folder.uri.fsPath));
    if (unikernel) {
      found.set(unikernel.id, unikernel);
      await refreshState(unikernel);
    } else remove(path);
  };

  const sortFound = () => {
    const sorted = [...found.values()].toSorted(compareUnikernels);
    found.clear();
    for (const unikernel of sorted) found.set(unikernel.id, unikernel);
    const repeated = sorted.filter(({ name }, at) => name === sorted[at - 1]?.name);
    repeatedNames = new Set(repeated.map(({ name }) => name));
  };

  const update = async ({ search: everywhere, configs, states: ids }: NeededReads) => {
    if (everywhere) return rediscover();
    await Promise.all([...configs].map(rereadConfig));
    sortFound();
    await Promise.all([...ids].flatMap((id) => found.get(id) ?? []).map(refreshState));
    changed.fire();
  };
  const changes = createChangeQueue({
    found,
    searchEnded: async () => searching?.catch(() => undefined),
    update,
    onError: (error) => log.error(String(error)),
    delayMs: updateDelayMs,
  });

  const onFile = ({ fsPath }: vscode.Uri) => {
    if (watched.test(fsPath) && !isBelowExcluded(dirname(fsPath))) changes.changed(fsPath);
  };
  const onCreate = async (file: vscode.Uri) => {
    onFile(file);
    if (isBelowExcluded(file.fsPath)) return;
    const { type } = await vscode.workspace.fs.stat(file);
    // VS Code does not report the files in a folder that is moved as a whole.
    if (type === vscode.FileType.Directory) changes.search();
  };
  const onDelete = (file: vscode.Uri) => {
    onFile(file);
    if (!isBelowExcluded(dirname(file.fsPath))) changes.deleted(file.fsPath);
  };

  const watcher = vscode.workspace.createFileSystemWatcher("**");
  const parts: vscode.Disposable[] = [
    watcher,
    // The file may be gone by now, and then there is nothing to find in it.
    watcher.onDidCreate((file) => onCreate(file).catch(() => undefined)),
    watcher.onDidChange(onFile),
    watcher.onDidDelete(onDelete),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void rediscoverLogged()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affectsSettings(event, "exclude", "configureFrom") || event.affectsConfiguration("files.exclude")) {
        void rediscoverLogged();
      }
    }),
    changed,
  ];
  const rediscoverLogged = () =>
    rediscover().catch((error: unknown) => log.error(`Could not search for unikernels: ${String(error)}`));

  const all = () => [...found.values()].flatMap((unikernel) => project(unikernel) ?? []);
  const get = (id: string) => {
    const unikernel = found.get(id);
    return unikernel && project(unikernel);
  };
  const afterSaving = async (id: string, saved: PromiseLike<void>) => {
    await saved;
    const unikernel = found.get(id);
    if (unikernel) await refreshState(unikernel);
    changed.fire();
  };

  return {
    all,
    get,
    selected: () => {
      const id = memory.selected();
      const list = all();
      return list.find((each) => each.id === id) ?? (list.length === 1 ? list[0] : undefined);
    },
    select: (id) => afterSaving(id, memory.select(id)),
    setTarget: (id, target) => afterSaving(id, memory.setTarget(id, target)),
    setOptions: async (id, options) => {
      const target = get(id)?.target;
      if (target) await afterSaving(id, memory.setOptions(id, target, options));
    },
    setConfigureFolder: async (id, folder) => {
      await memory.setConfigureFolder(id, folder);
      await rereadConfig(id);
      changed.fire();
    },
    memory,
    reread: async (id) => {
      const unikernel = found.get(id);
      if (unikernel) await readNow(unikernel);
      changed.fire();
      return get(id);
    },
    hold: (ids) => {
      const released = [...held].filter((id) => !ids.has(id));
      held = ids;
      changes.resume(released);
    },
    rediscover,
    onDidChange: changed.event,
    // After activate(), so that VS Code first gets the commands and views that were registered.
    ready: new Promise((resolve) => setImmediate(resolve)).then(rediscoverLogged),
    dispose: () => {
      search?.cancel();
      changes.dispose();
      for (const part of parts) part.dispose();
    },
  };
}

/** `hello (web)` for `web/hello`, and `hello` for a folder `hello` of the workspace. */
function labelWithFolder({ name, buildDir, workspaceFolder }: FoundUnikernel): string {
  const path = buildDir === workspaceFolder ? basename(buildDir) : vscode.workspace.asRelativePath(buildDir);
  const folder = path.endsWith(`/${name}`) ? dirname(path) : path;
  return folder === name ? name : `${name} (${folder})`;
}

function targetOf(memory: WorkspaceMemory, id: string, state: ProjectState): TargetId {
  const chosen = memory.target(id) ?? state.configured?.target ?? "";
  return isTarget(chosen) ? chosen : hostTarget(process.platform);
}

/** The options of `mirage configure` that the user chose for a target of a unikernel. */
export const chosenOptions = (
  { memory }: Pick<Projects, "memory">,
  { id, target, options }: Project,
  of: TargetId,
): readonly string[] => (of === target ? options : (memory.options(id, of) ?? []));

function optionsOf(
  memory: WorkspaceMemory,
  id: string,
  target: string,
  state: ProjectState,
): readonly string[] {
  const chosen = memory.options(id, target);
  if (chosen) return chosen;
  // Without a choice, a project that was configured in a terminal has the options of that configure.
  return state.configured?.target === target ? state.configured.options : [];
}
