import { existsSync, statSync } from "node:fs";
import * as vscode from "vscode";
import { ownerOf } from "../../../extension/project/vscode/pickProject.ts";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import { isOcaml, type BridgeContext } from "../../features/vscode/featureContext.ts";
import { createMissingHints, type MissingHints } from "../../features/vscode/missingHints.ts";
import { answerPath, duneRootOf } from "../../merlin/shimAnswers.ts";
import { installShim } from "../../merlin/installShim.ts";
import { shimFolders, type ShimLocation } from "../../merlin/shimFiles.ts";
import { createConfigAnswers, type ConfigAnswers } from "../../merlin/vscode/configAnswers.ts";
import { chooseServer, type ServerChoice, type ServerProgram } from "../chooseServer.ts";
import { ocamlPlatform } from "../platformId.ts";
import { debounced } from "../debounce.ts";
import { createHeldReports } from "../heldReports.ts";
import { isSyntaxError, serverKey } from "../missingLibraries.ts";
import { createServerCache, type ServerCache } from "../serverCache.ts";
import { atLeast, firstWithBuildSystemVariable } from "../serverVersion.ts";
import { ClientPool, type PooledClient } from "./clientPool.ts";
import { shimLocation } from "./hostConnection.ts";
import {
  createPlatformConnection,
  restartNow,
  restartPlatform,
  type PlatformConnection,
} from "./ocamlPlatform.ts";
import { findServer } from "./findServer.ts";
import { serverMode } from "./serverSettings.ts";
import { createServerStatus } from "./statusItem.ts";

const debounceMs = 300;
/** Settings that decide which server is used or whether it is healthy. */
const choiceSettings = ["mirageos.languageServer", "ocaml.server.extraEnv"];
/** Settings that are sent to our own servers. */
const sentSettings = ["mirageos.languageServerSettings", "ocaml.server"];

/** Installs the shim and starts the servers for the files that are open. */
export async function createServerLifecycle(bridge: BridgeContext): Promise<ServerLifecycle> {
  const location = shimLocation(bridge.context);
  await installShim(location);
  return new ServerLifecycle(bridge, location);
}

const platformEnabled = (): boolean => vscode.extensions.getExtension(ocamlPlatform) !== undefined;

/**
 * Ensures that exactly one server handles each open OCaml file of a unikernel, whatever changes:
 * `update` compares the open files with the running clients, starts and stops clients, and restarts
 * those whose dune context has changed.
 */
export class ServerLifecycle implements vscode.Disposable {
  private readonly bridge: BridgeContext;
  private readonly location: ShimLocation;
  private readonly output = vscode.window.createOutputChannel("MirageOS Language Server", { log: true });
  private readonly status = createServerStatus();
  private readonly platform: PlatformConnection;
  private readonly programs: ServerCache<Project>;
  private readonly pool: ClientPool;
  private readonly hints: MissingHints;
  private readonly answers: ConfigAnswers;
  private readonly listeners: readonly vscode.Disposable[];
  /** The last `serverKey` of each unikernel, by id. */
  private readonly serverKeys = new Map<string, string>();
  private readonly held = createHeldReports<vscode.Diagnostic>(({ message }) => isSyntaxError(message));
  private disposed = false;
  /** Updates run one after the other. */
  private updates = Promise.resolve();
  // Two timers: opening a document must not postpone the restart for a new answer.
  private readonly platformRestart = debounced(
    () => void restartPlatform().catch((error: unknown) => this.logError(error)),
    debounceMs,
  );
  private readonly pendingUpdate = debounced(() => this.queueUpdate(), debounceMs);

  constructor(bridge: BridgeContext, location: ShimLocation) {
    this.bridge = bridge;
    this.location = location;
    const { context, run, projects, toolchain } = bridge;
    const owner = (uri: vscode.Uri): Project | undefined => this.ownerOf(uri);
    this.platform = createPlatformConnection(location, context.workspaceState);
    this.programs = createServerCache(
      (project: Project, timeoutMs, signal) => findServer(project, toolchain, run, { timeoutMs, signal }),
      () => this.pendingUpdate.schedule(),
    );
    this.pool = new ClientPool({
      run,
      projects,
      toolchain,
      location,
      output: this.output,
      ownerOf: owner,
      showDiagnostics: (uri, all, show) =>
        this.held.receive(uri.fsPath, all, (certain) => show(this.hints.filter(uri, certain))),
      onChange: () => this.refreshStatus(),
    });
    this.hints = createMissingHints(owner, (uri) => platformEnabled() || this.pool.of(uri) !== undefined);
    this.answers = createConfigAnswers({
      ...bridge,
      answers: shimFolders(location.storage).answers,
      onMissing: ({ configFile }) => this.held.hold(configFile),
      onSettled: ({ configFile }, hasChanged) => this.held.release(configFile, hasChanged),
      onAnswer: (project) => {
        if (platformEnabled()) this.platformRestart.schedule();
        else this.recheck(vscode.Uri.file(project.configFile));
      },
    });
    this.listeners = this.listen();
    this.queueUpdate();
  }

  async restart(): Promise<void> {
    if (platformEnabled()) return restartNow();
    this.programs.clear();
    await this.updates;
    const before = this.pool.all();
    await (this.updates = this.updates.then(() => this.update()));
    // Clients whose program is gone or too old by now are not restarted.
    const remaining = new Set(this.pool.all());
    for (const entry of before) if (remaining.has(entry)) await entry.client.restart();
  }

  showOutput(): void {
    this.output.show();
  }

  connect(): Promise<void> {
    return this.platform.connect();
  }

  disconnect(): Promise<void> {
    return this.platform.disconnect();
  }

  /** Whether a server that has the settings of this config.ml provides completion in it. */
  completes(configFile: string): boolean {
    const answer = answerPath(shimFolders(this.location.storage).answers, configFile);
    if (!statSync(answer, { throwIfNoEntry: false })?.size) return false;
    if (platformEnabled()) return this.platform.isConnected();
    return this.pool.of(vscode.Uri.file(configFile))?.client.state().kind === "running";
  }

  /** Whether a server reports the errors of a file. */
  serves(uri: vscode.Uri): boolean {
    if (platformEnabled()) return this.platform.isConnected();
    return this.pool.of(uri)?.client.state().kind === "running" && !this.hints.has(uri);
  }

  dispose(): void {
    this.disposed = true;
    this.platformRestart.dispose();
    this.pendingUpdate.dispose();
    this.programs.dispose();
    this.pool.stopAll();
    this.platform.dispose();
    vscode.Disposable.from(...this.listeners, this.status, this.hints, this.answers, this.output).dispose();
  }

  private listen(): readonly vscode.Disposable[] {
    const { projects, toolchain } = this.bridge;
    const { schedule } = this.pendingUpdate;
    const clearAndSchedule = (): void => {
      this.programs.clear();
      this.answers.clear();
      schedule();
    };
    return [
      vscode.extensions.onDidChange(() => {
        // Immediately: the Platform's server can't register its commands while ours has them.
        if (platformEnabled()) this.pool.stopAll();
        // Our own servers get variables of their own.
        else this.platform.dispose();
        schedule();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(clearAndSchedule),
      vscode.workspace.onDidOpenTextDocument((document) => isOcaml(document) && schedule()),
      vscode.workspace.onDidCloseTextDocument((document) => isOcaml(document) && schedule()),
      vscode.window.onDidChangeActiveTextEditor(() => this.refreshStatus()),
      projects.onDidChange(schedule),
      toolchain.onDidChange(clearAndSchedule),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (choiceSettings.some((name) => event.affectsConfiguration(name))) schedule();
        if (sentSettings.some((name) => event.affectsConfiguration(name)))
          for (const { client } of this.pool.all()) client.configure();
      }),
    ];
  }

  private queueUpdate(): void {
    this.updates = this.updates.then(() => this.update()).catch((error: unknown) => this.logError(error));
  }

  private async update(): Promise<void> {
    if (this.disposed) return;
    await this.bridge.projects.ready;
    const open = this.openProjects();
    const { isTrusted } = vscode.workspace;
    // Before a server starts, which asks for the settings at once.
    if (isTrusted) this.answers.refresh(open);
    await this.pool.reconcile(isTrusted ? open : [], async (project) => {
      const program = await this.programs.of(project);
      return program.kind === "found" && this.choose(program).kind === "own" ? program : undefined;
    });
    if (isTrusted && platformEnabled() && open.length > 0) await this.updatePlatform(open);
    await this.restartChanged(open);
    this.hints.update();
    await this.showStatus();
  }

  private async updatePlatform(open: readonly Project[]): Promise<void> {
    await this.platform.update();
    const programs = await Promise.all(open.map((project) => this.programs.of(project)));
    // An older server would ignore the variables; the status item says so.
    const canUse = (program: ServerProgram): boolean =>
      program.kind === "found"
        ? atLeast(program.version, firstWithBuildSystemVariable)
        : program.kind !== "late";
    if (programs.every(canUse)) void this.platform.prompt().catch((error: unknown) => this.logError(error));
  }

  /** Restarts the servers of unikernels whose dune context has changed or that were built for the first time. */
  private async restartChanged(open: readonly Project[]): Promise<void> {
    let changed = false;
    const outdated = new Set<PooledClient>();
    for (const project of open) {
      const key = serverKey(project.state, duneRootOf(project.configFile, existsSync) !== undefined);
      const before = this.serverKeys.get(project.id);
      this.serverKeys.set(project.id, key);
      if (before === undefined || before === key) continue;
      changed = true;
      const entry = this.pool.of(vscode.Uri.file(project.configFile));
      if (entry) outdated.add(entry);
    }
    for (const { client } of outdated) await client.restart();
    if (changed && platformEnabled()) await restartPlatform();
    // Even a failed build may have made dune aware of the file.
    if (!changed) for (const uri of this.hints.files()) this.recheck(uri);
  }

  private openProjects(): readonly Project[] {
    const open = vscode.workspace.textDocuments.filter(isOcaml).flatMap(({ uri }) => this.ownerOf(uri) ?? []);
    return [...new Map(open.map((project) => [project.id, project])).values()];
  }

  private ownerOf(uri: vscode.Uri): Project | undefined {
    return ownerOf(uri, this.bridge.projects.all());
  }

  private recheck(uri: vscode.Uri): void {
    this.pool.of(uri)?.client.recheck(uri);
  }

  private choose(program: ServerProgram, entry?: PooledClient): ServerChoice {
    return chooseServer({
      platformEnabled: platformEnabled(),
      connected: !vscode.workspace.isTrusted || this.platform.isConnected(),
      setting: serverMode(),
      trusted: vscode.workspace.isTrusted,
      program,
      ...(entry && { client: entry.client.state() }),
    });
  }

  private refreshStatus(): void {
    void this.showStatus().catch((error: unknown) => this.logError(error));
  }

  private async showStatus(): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const project = uri && this.ownerOf(uri);
    if (!uri || !project) return;
    const program = vscode.workspace.isTrusted
      ? await this.programs.of(project)
      : ({ kind: "unknown" } as const);
    this.status.show(this.choose(program, this.pool.of(uri)));
  }

  private logError(error: unknown): void {
    this.bridge.log.error(`Language server: ${String(error)}`);
  }
}
