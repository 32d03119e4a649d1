import { sep } from "node:path";
import * as vscode from "vscode";
import { artifactOf, isFileName, isTarget, type TargetId } from "../../toolchain/targets.ts";
import { createMemory, type Memory } from "../memory.ts";
import type { ProjectState } from "../model.ts";
import { readSnapshot } from "../snapshot.ts";
import { projectState } from "../state.ts";
import { findUnikernels, isBelowExcluded, readUnikernel, type Found } from "./discovery.ts";

/** A unikernel as the user sees it: what it is, how far it has got, and what was chosen for it. */
export interface Project extends Found {
  readonly state: ProjectState;
  readonly target: TargetId;
  /** Arguments for `mirage configure` with this target. */
  readonly options: readonly string[];
}

export interface Projects extends vscode.Disposable {
  readonly all: () => readonly Project[];
  readonly get: (id: string) => Project | undefined;
  /** The unikernel that commands mean when nothing else says which. */
  readonly selected: () => Project | undefined;
  readonly select: (id: string) => Promise<void>;
  readonly setTarget: (id: string, target: TargetId) => Promise<void>;
  /** Remembers options for the project's target; undefined forgets them. */
  readonly setOptions: (id: string, options: readonly string[] | undefined) => Promise<void>;
  readonly memory: Memory;
  /** Reads the files of one project again; undefined when its config.ml is gone. */
  readonly reread: (id: string) => Promise<Project | undefined>;
  /** Looks for unikernels again in the whole workspace. */
  readonly rediscover: () => Promise<void>;
  readonly onDidChange: vscode.Event<void>;
  /** Settles when the first search has ended. */
  readonly ready: Promise<void>;
}

const settleMs = 150;
const watched = "**/{Makefile,dune,dune.build,context,duniverse,*.opam,*.locked,*.ml,*.mli,*.c,*.h,dist/*}";

/** What file events ask for: a search of the workspace, config.ml files and states to read again. */
const nothingPending = () => ({ search: false, configs: new Set<string>(), states: new Set<string>() });

/** Finds the workspace's unikernels and keeps what is known of them true as files change. */
export function createProjects(store: vscode.Memento, log: vscode.LogOutputChannel): Projects {
  const memory = createMemory(store);
  const found = new Map<string, Found>();
  const states = new Map<string, ProjectState>();
  const changed = new vscode.EventEmitter<void>();
  let timer: NodeJS.Timeout | undefined;
  let pending = nothingPending();
  let search: vscode.CancellationTokenSource | undefined;
  let searching: Promise<void> | undefined;

  const project = (unikernel: Found): Project | undefined => {
    const state = states.get(unikernel.id);
    if (!state) return undefined;
    const target = targetOf(memory, unikernel.id, state);
    return { ...unikernel, state, target, options: optionsOf(memory, unikernel.id, target, state) };
  };

  const readState = async (unikernel: Found): Promise<boolean> => {
    try {
      const snapshot = await readSnapshot(unikernel, (target) =>
        isTarget(target) && isFileName(unikernel.name) ? artifactOf(target, unikernel.name) : undefined,
      );
      const { configure } = snapshot;
      const began = configure && memory.buildBegan(unikernel.id, configure.target);
      const chosen = configure && memory.options(unikernel.id, configure.target);
      states.set(
        unikernel.id,
        projectState(snapshot, {
          ...(began !== undefined && { buildBeganAt: began }),
          ...(chosen !== undefined && { chosenOptions: chosen }),
        }),
      );
      return true;
    } catch (error) {
      log.debug(`${unikernel.configFile} can't be read: ${String(error)}`);
      forget(unikernel.id);
      return false;
    }
  };

  const forget = (id: string) => {
    found.delete(id);
    states.delete(id);
  };

  const rediscover = () => {
    search?.cancel();
    return (searching = searchWith((search = new vscode.CancellationTokenSource())));
  };

  const searchWith = async (source: vscode.CancellationTokenSource): Promise<void> => {
    const started = performance.now();
    const unikernels = await findUnikernels(source.token);
    // Whoever waits for a search that another one replaced waits for that one's results.
    if (source.token.isCancellationRequested) return source === search ? undefined : searching;
    for (const id of found.keys()) if (!unikernels.some((unikernel) => unikernel.id === id)) forget(id);
    for (const unikernel of unikernels) found.set(unikernel.id, unikernel);
    await Promise.all(unikernels.map(readState));
    log.info(`${unikernels.length} unikernels found in ${Math.round(performance.now() - started)} ms`);
    changed.fire();
  };

  const rereadConfig = async (path: string) => {
    const file = vscode.Uri.file(path);
    const folder = vscode.workspace.getWorkspaceFolder(file);
    const unikernel = folder && (await readUnikernel(file, folder.uri.fsPath));
    if (unikernel) {
      found.set(unikernel.id, unikernel);
      await readState(unikernel);
    } else forget(path);
  };

  const lookAgain = async () => {
    const { search: everywhere, configs, states: read } = pending;
    pending = nothingPending();
    // A config.ml not known so far may be in a folder the user excludes, which only the search knows.
    if (everywhere || [...configs].some((path) => !found.has(path))) return rediscover();
    await Promise.all([...configs].map(rereadConfig));
    await Promise.all([...read].flatMap((id) => found.get(id) ?? []).map(readState));
    changed.fire();
  };

  /** Many files that change at once, as in a build, make one look and one change. */
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      lookAgain().catch((error: unknown) => log.error(String(error)));
    }, settleMs);
  };

  const onFile = (file: vscode.Uri) => {
    const path = file.fsPath;
    if (isBelowExcluded(vscode.Uri.joinPath(file, "..").fsPath)) return;
    const before = pending.configs.size + pending.states.size;
    if (path.endsWith(`${sep}config.ml`)) pending.configs.add(path);
    for (const { id, root } of found.values()) if (path.startsWith(root + sep)) pending.states.add(id);
    if (pending.configs.size + pending.states.size > before) later();
  };

  /** Of a folder that is moved or deleted as a whole, VS Code does not tell which files are in it. */
  const onFolder = () => {
    pending.search = true;
    later();
  };
  const onAnythingCreated = async (file: vscode.Uri) => {
    if (isBelowExcluded(file.fsPath)) return;
    const { type } = await vscode.workspace.fs.stat(file);
    if (type === vscode.FileType.Directory) onFolder();
  };
  const onAnythingDeleted = (file: vscode.Uri) => {
    if ([...found.keys()].some((id) => id.startsWith(file.fsPath + sep))) onFolder();
  };

  const watcher = vscode.workspace.createFileSystemWatcher(watched);
  const anything = vscode.workspace.createFileSystemWatcher("**", false, true, false);
  const parts: vscode.Disposable[] = [
    watcher,
    anything,
    // Gone again before it was looked at: then there is nothing to find in it.
    anything.onDidCreate((file) => onAnythingCreated(file).catch(() => undefined)),
    anything.onDidDelete(onAnythingDeleted),
    watcher.onDidCreate(onFile),
    watcher.onDidChange(onFile),
    watcher.onDidDelete(onFile),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void rediscoverLogged()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("mirageos.exclude") || event.affectsConfiguration("files.exclude")) {
        void rediscoverLogged();
      }
    }),
    changed,
  ];
  const rediscoverLogged = () =>
    rediscover().catch((error: unknown) => log.error(`The search for unikernels failed: ${String(error)}`));

  const all = () => [...found.values()].flatMap((unikernel) => project(unikernel) ?? []);
  const get = (id: string) => {
    const unikernel = found.get(id);
    return unikernel && project(unikernel);
  };
  const remember = async (id: string, act: PromiseLike<void>) => {
    await act;
    const unikernel = found.get(id);
    if (unikernel) await readState(unikernel);
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
    select: (id) => remember(id, memory.select(id)),
    setTarget: (id, target) => remember(id, memory.setTarget(id, target)),
    setOptions: async (id, options) => {
      const target = get(id)?.target;
      if (target) await remember(id, memory.setOptions(id, target, options));
    },
    memory,
    reread: async (id) => {
      const unikernel = found.get(id);
      if (unikernel) await readState(unikernel);
      changed.fire();
      return get(id);
    },
    rediscover,
    onDidChange: changed.event,
    ready: rediscoverLogged(),
    dispose: () => {
      search?.cancel();
      clearTimeout(timer);
      for (const part of parts) part.dispose();
    },
  };
}

function targetOf(memory: Memory, id: string, state: ProjectState): TargetId {
  const chosen = memory.target(id) ?? state.configured?.target ?? "";
  if (isTarget(chosen)) return chosen;
  return process.platform === "darwin" ? "macosx" : "unix";
}

function optionsOf(memory: Memory, id: string, target: string, state: ProjectState): readonly string[] {
  const chosen = memory.options(id, target);
  if (chosen) return chosen;
  // A project configured in a terminal keeps the options it was given there.
  return state.configured?.target === target ? state.configured.options : [];
}
