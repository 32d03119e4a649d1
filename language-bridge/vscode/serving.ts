import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { mergeEnv, type Env } from "../../extension/platform/env.ts";
import { ownerOf } from "../../extension/project/vscode/pick.ts";
import type { Project } from "../../extension/project/vscode/projects.ts";
import { serverKey } from "../missing.ts";
import { ocamlPlatform, selectServer, type ServerChoice, type ServerProgram } from "../select.ts";
import { asksAnyBuildSystem, atLeast } from "../serverVersion.ts";
import { createServerPrograms } from "../serverPrograms.ts";
import { settled } from "../settle.ts";
import { installShim, shimEnv, shimFolders, shimPath, type ShimPlace } from "../shimFiles.ts";
import { answerPath, duneRootOf } from "../shimAnswers.ts";
import type { OwnClient } from "./client.ts";
import { createConfigAnswers } from "./configAnswers.ts";
import { createMissingHints } from "./missingHints.ts";
import { createPlatformShim, restartNow, restartPlatform } from "./platform.ts";
import { definitionIn } from "./definition.ts";
import { findServer } from "./program.ts";
import { isOcaml, type BridgeParts } from "./parts.ts";
import { serverMode, serverSettings, userEnv } from "./settings.ts";
import { createServerStatus } from "./statusItem.ts";
import { t } from "../../extension/platform/l10n.ts";

export interface Serving extends vscode.Disposable {
  readonly restart: () => Promise<void>;
  readonly showOutput: () => void;
  readonly connect: () => Promise<void>;
  readonly disconnect: () => Promise<void>;
  /** Whether a server that knows Mirage completes in this config.ml. */
  readonly completes: (configFile: string) => boolean;
}

/** A client and the unikernels it serves: those of one workspace folder with the same ocamllsp. */
interface Served {
  readonly client: OwnClient;
  readonly program: ServerProgram;
  readonly roots: string;
}

const settleMs = 300;
/** Settings that decide who serves, or whether all is well. */
const shown = ["mirageos.languageServer", "ocaml.server.extraEnv"];
const initializeMs = 20_000;

/** Keeps every open OCaml file of a unikernel served by exactly one server, whatever changes. */
export async function createServing(parts: BridgeParts): Promise<Serving> {
  const { context, run, projects, toolchain, log } = parts;
  const output = vscode.window.createOutputChannel("MirageOS Language Server", { log: true });
  const place: ShimPlace = {
    storage: context.globalStorageUri.fsPath,
    shim: join(context.extensionPath, "dist", "shim.cjs"),
    runtime: process.execPath,
    platform: process.platform,
  };
  await installShim(place);
  const clients = new Map<string, Served>();
  const keys = new Map<string, string>();
  const status = createServerStatus();
  const platform = createPlatformShim(place, context.workspaceState);
  const owner = (uri: vscode.Uri): Project | undefined => ownerOf(uri, projects.all());
  const platformEnabled = (): boolean => vscode.extensions.getExtension(ocamlPlatform) !== undefined;
  const clientOf = (uri: vscode.Uri): Served | undefined => {
    const project = owner(uri);
    return [...clients.values()].find(({ roots }) => project && roots.split("\n").includes(project.id));
  };
  const hints = createMissingHints(owner, (uri) => platformEnabled() || clientOf(uri) !== undefined);
  const recheck = (uri: vscode.Uri): void => clientOf(uri)?.client.recheck(uri);
  const answers = createConfigAnswers({
    ...parts,
    answers: shimFolders(place.storage).answers,
    onAnswer: (project) => {
      if (platformEnabled()) platformRestart.ask();
      else recheck(vscode.Uri.file(project.configFile));
    },
  });
  let disposed = false;
  let busy = Promise.resolve();

  const logged = (error: unknown): void => log.error(`Language server: ${String(error)}`);
  // Two timers: a document that is opened must not call off the restart an answer asked for.
  const platformRestart = settled(() => void restartPlatform().catch(logged), settleMs);
  const nextLook = settled(() => void (busy = busy.then(look).catch(logged)), settleMs);

  const programs = createServerPrograms(
    (project: Project, timeoutMs, signal) => findServer(project, toolchain, run, { timeoutMs, signal }),
    () => nextLook.ask(),
  );

  const openProjects = (): readonly Project[] => {
    const open = vscode.workspace.textDocuments.filter(isOcaml).flatMap(({ uri }) => owner(uri) ?? []);
    return [...new Map(open.map((project) => [project.id, project])).values()];
  };

  const choose = (program: ServerProgram, served?: Served): ServerChoice =>
    selectServer({
      platformEnabled: platformEnabled(),
      connected: !vscode.workspace.isTrusted || platform.isConnected(),
      setting: serverMode(),
      trusted: vscode.workspace.isTrusted,
      program,
      ...(served && { client: served.client.state() }),
    });

  const showStatus = async (): Promise<void> => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const project = uri && owner(uri);
    if (!uri || !project) return;
    const program = vscode.workspace.isTrusted ? await programs.of(project) : ({ kind: "unknown" } as const);
    status.show(choose(program, clientOf(uri)));
  };

  /** The unikernels of a workspace folder whose switch has the same ocamllsp. */
  const group = async (project: Project, file: string): Promise<readonly Project[]> => {
    const same = projects.all().filter(({ workspaceFolder }) => workspaceFolder === project.workspaceFolder);
    const files = await Promise.all(
      same.map((each) => toolchain.path("ocamllsp", each).catch(() => undefined)),
    );
    return same.filter((each, index) => files[index] === file || each.id === project.id);
  };

  const specOf = async (members: readonly Project[], program: ServerProgram, cwd: string) => {
    const [first] = members;
    if (first === undefined || program.kind !== "found") throw new Error(t("No unikernel is served."));
    const user = userEnv(cwd);
    const command = await toolchain.command("ocamllsp", user.args, first);
    const bare = members.some(({ configFile }) => duneRootOf(configFile, existsSync) === undefined);
    const asks = atLeast(program.version, asksAnyBuildSystem);
    const shim: Env = asks ? shimEnv(place, bare ? cwd : undefined) : {};
    const env = mergeEnv(mergeEnv(command.env, shim), user.env);
    return { file: command.file, args: command.args, cwd, env: asks ? env : shimPath(place, env) };
  };

  const start = async (members: readonly Project[], program: ServerProgram, cwd: string): Promise<Served> => {
    const { startClient } = await import("./client.ts");
    const client = startClient({
      run,
      spec: () => specOf(members, program, cwd),
      workspaceFolder: vscode.workspace.getWorkspaceFolder(vscode.Uri.file(cwd)),
      serves: (uri) => members.some(({ id }) => id === owner(uri)?.id),
      uriOf: (text) => vscode.Uri.parse(text),
      selector: members.flatMap(({ root }) =>
        ["ocaml", "ocaml.interface"].map((language) => ({
          scheme: "file",
          language,
          pattern: `${root.replaceAll(/[[{*?]/g, "[$&]")}/**`,
        })),
      ),
      output,
      settings: () => serverSettings(cwd),
      middleware: {
        handleDiagnostics: (uri, all, next) => next(uri, hints.held(uri, all)),
        provideDefinition: (document, position, token, next) =>
          definitionIn(document, owner(document.uri)?.configFile, position, () =>
            Promise.resolve(next(document, position, token)),
          ),
      },
      initializeMs,
      onChange: () => void showStatus().catch(logged),
    });
    return { client, program, roots: rootsOf(members) };
  };

  const look = async (): Promise<void> => {
    if (disposed) return;
    await projects.ready;
    const wanted = new Set<string>();
    const open = openProjects();
    for (const project of vscode.workspace.isTrusted ? open : []) {
      const program = await programs.of(project);
      if (choose(program).kind !== "own" || program.kind !== "found") continue;
      const key = `${program.file}\n${project.workspaceFolder}`;
      if (wanted.has(key)) continue;
      wanted.add(key);
      const members = await group(project, program.file);
      const served = clients.get(key);
      if (served && isSame(served.program, program) && hasAll(served, members)) continue;
      await served?.client.stop();
      clients.set(key, await start(members, program, project.workspaceFolder));
    }
    for (const [key, { client }] of clients) {
      if (wanted.has(key)) continue;
      clients.delete(key);
      await client.stop();
    }
    if (vscode.workspace.isTrusted) {
      answers.refresh(open);
      if (platformEnabled() && open.length > 0) {
        await platform.mend();
        // An older server would not ask for what it is offered; the status item says so.
        const all = await Promise.all(open.map(programs.of));
        const asks = (each: ServerProgram) =>
          each.kind === "found" ? atLeast(each.version, asksAnyBuildSystem) : each.kind !== "late";
        if (all.every(asks)) void platform.offer().catch(logged);
      }
    }
    await followContexts(open);
    hints.update();
    await showStatus();
  };

  /** Restarts the servers of unikernels whose dune context has changed, or that were built for the first time. */
  const followContexts = async (open: readonly Project[]): Promise<void> => {
    let changed = false;
    const restarted = new Set<Served>();
    for (const project of open) {
      const key = serverKey(project.state, duneRootOf(project.configFile, existsSync) !== undefined);
      const before = keys.get(project.id);
      keys.set(project.id, key);
      if (before === undefined || before === key) continue;
      changed = true;
      const served = clientOf(vscode.Uri.file(project.configFile));
      if (served) restarted.add(served);
    }
    for (const { client } of restarted) await client.restart();
    if (changed && platformEnabled()) await restartPlatform();
    // A build that failed may have told dune of the file all the same.
    if (!changed) hints.files().forEach(recheck);
  };

  const update = nextLook.ask;
  const anew = (): void => {
    programs.clear();
    answers.forget();
    update();
  };

  const parted = [
    vscode.extensions.onDidChange(() => {
      // At once: until then its server cannot register the commands that ours has.
      if (platformEnabled()) for (const { client } of clients.values()) void client.stop();
      update();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(anew),
    vscode.workspace.onDidOpenTextDocument((document) => isOcaml(document) && update()),
    vscode.workspace.onDidCloseTextDocument((document) => isOcaml(document) && update()),
    vscode.window.onDidChangeActiveTextEditor(() => void showStatus().catch(logged)),
    projects.onDidChange(update),
    toolchain.onDidChange(anew),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (shown.some((name) => event.affectsConfiguration(name))) update();
      const told = ["mirageos.languageServerSettings", "ocaml.server"];
      if (told.some((name) => event.affectsConfiguration(name)))
        for (const { client } of clients.values()) client.configure();
    }),
  ];
  busy = busy.then(look).catch(logged);

  return {
    restart: async () => {
      if (platformEnabled()) return restartNow();
      programs.clear();
      await busy;
      const before = [...clients.values()];
      // What is no longer there, or too old by now, is not started once more.
      await (busy = busy.then(look));
      const still = new Set(clients.values());
      for (const served of before) if (still.has(served)) await served.client.restart();
    },
    showOutput: () => output.show(),
    connect: () => platform.connect(),
    disconnect: () => platform.disconnect(),
    completes: (configFile) => {
      const answer = answerPath(shimFolders(place.storage).answers, configFile);
      if (!statSync(answer, { throwIfNoEntry: false })?.size) return false;
      if (platformEnabled()) return platform.isConnected();
      return clientOf(vscode.Uri.file(configFile))?.client.state().kind === "running";
    },
    dispose: () => {
      disposed = true;
      platformRestart.dispose();
      nextLook.dispose();
      programs.dispose();
      for (const { client } of clients.values()) void client.stop();
      vscode.Disposable.from(...parted, status, hints, answers, output).dispose();
    },
  };
}

/** Whether a program is still the one that was started; one whose version could not be read may be. */
function isSame(before: ServerProgram, now: ServerProgram): boolean {
  if (before.kind !== "found" || now.kind !== "found" || before.file !== now.file) return false;
  return before.version === undefined || now.version === undefined || before.version === now.version;
}

/** Whether a client serves these; that it may serve more, which are gone, does no harm. */
const hasAll = ({ roots }: Served, members: readonly Project[]): boolean =>
  members.every(({ id }) => roots.split("\n").includes(id));

const rootsOf = (members: readonly Project[]): string =>
  members
    .map(({ id }) => id)
    .toSorted()
    .join("\n");
