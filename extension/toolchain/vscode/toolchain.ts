import * as vscode from "vscode";
import type { Run } from "../../platform/process.ts";
import type { Detections } from "../detect.ts";
import type { DoctorLine } from "../doctor.ts";
import type { Environment, listSwitches } from "../environment.ts";
import type { TargetId } from "../../mirage/targets.ts";
import type { ToolId } from "../../mirage/toolId.ts";
import type { ToolchainScope } from "../toolchainScope.ts";
import type { ToolCache, ToolCommand } from "./toolCache.ts";

/** The tools of each unikernel, from the switch it uses. Everything but `dispose` rejects in Restricted Mode. */
export interface Toolchain extends vscode.Disposable {
  /** The environment, cached until something changes. Rejects with a ProblemError if it cannot be read. */
  readonly environment: (scope: ToolchainScope) => Promise<Environment>;
  /** The command that starts a tool for a unikernel. Rejects with a ProblemError if the tool is missing. */
  readonly command: (tool: ToolId, args: readonly string[], scope: ToolchainScope) => Promise<ToolCommand>;
  /** The absolute path of a tool, or its name if a command template finds it; undefined if it is missing. */
  readonly path: (tool: ToolId, scope: ToolchainScope) => Promise<string | undefined>;
  /** All tools with their versions, cached until something changes. */
  readonly detections: (scope: ToolchainScope) => Promise<Detections>;
  /** The version of mirage in the unikernel's switch; undefined if it is unknown or missing, and in Restricted Mode. */
  readonly mirageVersion: (scope: ToolchainScope) => Promise<string | undefined>;
  readonly switches: (scope: ToolchainScope) => ReturnType<typeof listSwitches>;
  /** Lines of Check Setup about this computer, from another room; for the selected targets. */
  readonly hostLines: HostLines;
  /** Clears the cache. */
  readonly refresh: () => void;
  readonly onDidChange: vscode.Event<void>;
}

type HostLines = (targets: readonly TargetId[]) => Promise<readonly DoctorLine[]>;

const settings = ["mirageos.switch", "mirageos.toolPaths", "ocaml.sandbox"];

/** Creates the toolchain. What reads switches and starts tools is loaded on first use. */
export function createToolchain(run: Run, log: vscode.LogOutputChannel, hostLines: HostLines): Toolchain {
  const changed = new vscode.EventEmitter<void>();
  const change = () => changed.fire();
  let cache: Promise<ToolCache> | undefined;
  const load = () =>
    (cache ??= import("./toolCache.ts").then((loaded) => new loaded.ToolCache(run, log, change, refresh)));
  const refresh = () => {
    // Listeners read the cache after this has cleared it: promises call back in order.
    void cache?.then((loaded) => loaded.clear());
    change();
  };
  const listeners = vscode.Disposable.from(
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (settings.some((setting) => event.affectsConfiguration(setting))) refresh();
    }),
  );
  return {
    environment: async (scope) => (await load()).environment(scope),
    path: async (tool, scope) => (await load()).path(tool, scope),
    command: async (tool, args, scope) => (await load()).command(tool, args, scope),
    detections: async (scope) => (await load()).detections(scope),
    mirageVersion: async (scope) => (await load()).mirageVersion(scope),
    switches: async (scope) => (await load()).switches(scope),
    hostLines,
    refresh,
    onDidChange: changed.event,
    dispose: () => {
      listeners.dispose();
      void cache?.then((loaded) => loaded.dispose());
    },
  };
}

/** The scope without a unikernel: the first workspace folder, or `home` if no folder is open. */
export function defaultScope(home: string): ToolchainScope {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? home;
  return { root: folder, workspaceFolder: folder };
}
