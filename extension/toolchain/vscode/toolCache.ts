import { getSetting } from "../../platform/vscode/settings.ts";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { envValue, findProgram, type Env } from "../../platform/env.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import { parseMirageVersion } from "../../mirage/version.ts";
import { isTool, type ToolId } from "../../mirage/toolId.ts";
import {
  detectLate,
  detectTool,
  detectTools,
  type DetectInput,
  type Detection,
  type Detections,
} from "../detect.ts";
import { commandIn, currentSwitch, listSwitches, readEnvironment, type Environment } from "../environment.ts";
import { chooseSwitch, findLocalSwitch } from "../switches.ts";
import { tools } from "../tools.ts";
import type { ToolchainScope } from "../toolchainScope.ts";

/** How a tool is started. */
export interface ToolCommand {
  /** The tool, as `Toolchain.path` returns it; `file` can be a program that starts it. */
  readonly path: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Env;
}

/** What is cached for a workspace folder and a local switch. */
interface CacheEntry {
  readonly environment: Promise<Environment>;
  detections?: Promise<Detections>;
  mirageVersion?: Promise<string | undefined>;
}

/** Reads switches and detects tools, and caches the results. Its methods are those of `Toolchain`. */
export class ToolCache {
  private readonly run: Run;
  private readonly log: vscode.LogOutputChannel;
  private readonly notify: () => void;
  private readonly invalidate: () => void;
  private readonly base = process.env as Env;
  private readonly entries = new Map<string, CacheEntry>();
  /** File watchers by the prefix of their opam switch. */
  private readonly watchers = new Map<string, vscode.Disposable>();

  /** `notify` is called when a cached result was replaced, `invalidate` when the cache is out of date. */
  constructor(run: Run, log: vscode.LogOutputChannel, notify: () => void, invalidate: () => void) {
    this.run = run;
    this.log = log;
    this.notify = notify;
    this.invalidate = invalidate;
  }

  async environment(scope: ToolchainScope): Promise<Environment> {
    return (await this.entry(scope)).environment;
  }

  async path(tool: ToolId, scope: ToolchainScope): Promise<string | undefined> {
    const { env, template } = await this.environment(scope);
    const override = toolPaths(scope)[tool];
    const names =
      override === undefined
        ? tools[tool].candidates(process.platform).map(({ program }) => program)
        : [override];
    for (const name of names) {
      // A template may find tools outside of PATH, for example in a container.
      const found = template && override === undefined ? name : await findProgram(name, env);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async command(tool: ToolId, args: readonly string[], scope: ToolchainScope): Promise<ToolCommand> {
    const path = await this.path(tool, scope);
    if (path === undefined) throw new ProblemError(problems.toolMissing(tool));
    const environment = await this.environment(scope);
    return { path, ...commandIn(environment, path, args), env: environment.env };
  }

  async detections(scope: ToolchainScope): Promise<Detections> {
    const entry = await this.entry(scope);
    return (entry.detections ??= this.detectInput(scope).then(async (input) => {
      const found = await detectTools(input);
      // Not awaited: callers get the tools that answered without waiting for the slow ones.
      void detectLate(found, input).then(
        (all) => all && this.replace(entry, { detections: Promise.resolve(all) }),
      );
      return found;
    }));
  }

  async mirageVersion(scope: ToolchainScope): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted) return undefined;
    const entry = await this.entry(scope);
    return (entry.mirageVersion ??= this.detectInput(scope)
      .then(async (input) => {
        const found = { mirage: await detectTool("mirage", input) };
        void detectLate(found, input).then(
          (all) => all && this.replace(entry, { mirageVersion: Promise.resolve(versionOf(all.mirage)) }),
        );
        return versionOf(found.mirage);
      })
      // Callers of `environment` get the reason why it cannot be read.
      .catch(() => undefined));
  }

  async switches(scope: ToolchainScope): ReturnType<typeof listSwitches> {
    if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
    const { opam } = toolPaths(scope);
    return listSwitches({
      run: this.run,
      env: this.base,
      cwd: scope.root,
      ...(opam !== undefined && { opam }),
    });
  }

  clear(): void {
    this.entries.clear();
  }

  dispose(): void {
    for (const watcher of this.watchers.values()) watcher.dispose();
  }

  /** The cache entry of a scope: one for each workspace folder, and one for each local switch in it. */
  private async entry(scope: ToolchainScope): Promise<CacheEntry> {
    if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
    const localSwitch = await findLocalSwitch(scope.root, scope.workspaceFolder);
    const key = `${scope.workspaceFolder}\0${localSwitch ?? ""}`;
    const found = this.entries.get(key);
    if (found) return found;
    const entry: CacheEntry = { environment: this.read(scope, localSwitch) };
    this.entries.set(key, entry);
    // A failure is not cached.
    entry.environment.catch(() => this.entries.get(key) === entry && this.entries.delete(key));
    return entry;
  }

  private async read(scope: ToolchainScope, localSwitch: string | undefined): Promise<Environment> {
    const { run, base } = this;
    const folder = vscode.Uri.file(scope.workspaceFolder);
    const { opam } = toolPaths(scope);
    const query = { run, env: base, cwd: scope.workspaceFolder, ...(opam !== undefined && { opam }) };
    const choice = await chooseSwitch({
      setting: getSetting("switch", folder),
      sandbox: explicitValue(vscode.workspace.getConfiguration("ocaml", folder).inspect("sandbox")),
      workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({
        name,
        path: uri.fsPath,
      })),
      localSwitch,
      opamSwitch: envValue(base, "OPAMSWITCH"),
      currentSwitch: () => currentSwitch(query),
    });
    const environment = await readEnvironment({ choice, base, ...query });
    if ("code" in environment) throw new ProblemError(environment);
    this.log.info(`${localSwitch ?? scope.workspaceFolder}: tools from ${environment.label} (${choice.why})`);
    this.watch(environment);
    return environment;
  }

  /** Watches the files that opam rewrites when packages are installed or removed, and when another switch is set. */
  private watch({ choice, env }: Environment): void {
    if (choice.kind !== "opam") return;
    const prefix = envValue(env, "OPAM_SWITCH_PREFIX");
    if (prefix === undefined || this.watchers.has(prefix)) return;
    const watched = (folder: string, name: string) => {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), name);
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      return [watcher, watcher.onDidChange(this.invalidate), watcher.onDidCreate(this.invalidate)];
    };
    this.watchers.set(
      prefix,
      vscode.Disposable.from(
        ...watched(join(prefix, ".opam-switch"), "switch-state"),
        ...watched(envValue(this.base, "OPAMROOT") ?? dirname(prefix), "config"),
      ),
    );
  }

  /** Replaces results of an entry that is still cached with those of tools that took long to answer. */
  private replace(entry: CacheEntry, results: Pick<CacheEntry, "detections" | "mirageVersion">): void {
    if (![...this.entries.values()].includes(entry)) return;
    Object.assign(entry, results);
    this.notify();
  }

  private async detectInput(scope: ToolchainScope): Promise<DetectInput> {
    const { env, template } = await this.environment(scope);
    return { run: this.run, env, toolPaths: toolPaths(scope), ...(template && { template }) };
  }
}

const versionOf = (mirage: Detection): string | undefined =>
  mirage.kind === "found" ? parseMirageVersion(mirage.version ?? "") : undefined;

function toolPaths(scope: ToolchainScope): Partial<Record<ToolId, string>> {
  const folder = vscode.Uri.file(scope.workspaceFolder);
  const setting = getSetting("toolPaths", folder);
  return Object.fromEntries(
    Object.entries(setting).filter(([id, path]) => isTool(id) && typeof path === "string" && path !== ""),
  );
}

/** The value that a user has set; the default of another extension's setting does not count. */
function explicitValue(setting: ReturnType<vscode.WorkspaceConfiguration["inspect"]>): unknown {
  return setting?.workspaceFolderValue ?? setting?.workspaceValue ?? setting?.globalValue;
}
