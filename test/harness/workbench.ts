/**
 * The npm workbench: a VS Code server on this machine, which browser.ts shows in a headless Chromium. The
 * replacement for `code` in integration tests, the end-to-end tests and `npm start` use it.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { serverMain } from "../../scripts/vscode.ts";
import { endAll, killAll, newMark } from "./processes.ts";
import { testMs } from "./limits.ts";
import type { ChangeEnvironment } from "./server.ts";
import { withinTime } from "../../extension/platform/withinTime.ts";

export interface WorkbenchOptions {
  /** Absolute path of the folder or .code-workspace file to open; by default, none is opened. */
  readonly folder?: string;
  readonly extensionsDir: string;
  /** The folder for the data of the server, which is created if it is missing. */
  readonly userData: string;
  /** The complete environment of the server, its extension host, its terminals and tasks. */
  readonly env: NodeJS.ProcessEnv;
  /** True (the default) to trust every folder. False to let VS Code prompt, as on a user's machine. */
  readonly trust?: boolean;
  /** Machine settings, which override the quiet settings of tests. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False to disable the extension gallery, so that tests need no network. */
  readonly gallery?: boolean;
  /** The port; by default, any free port. */
  readonly port?: number;
  /** False to load only the extensions in `quietBuiltins`, so that a window starts in half the time. */
  readonly builtins?: boolean;
  /** Additional arguments for the server. */
  readonly args?: readonly string[];
}

export interface Workbench {
  readonly port: number;
  /** Returns the address to open, with `payload` (pairs of name and value) for the workbench. */
  readonly url: (payload?: readonly (readonly [string, string])[]) => string;
  /** Returns the URI by which the workbench refers to a file of this machine. */
  readonly uri: (path: string) => string;
  /** Resolves with the end of the log when the server has ended. */
  readonly ended: Promise<string>;
  /** Changes machine settings, which take effect in an open window. */
  readonly changeSettings: (changed: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Replaces the machine settings by the quiet settings and these. */
  readonly resetSettings: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Sets the environment of the processes that the server starts later. */
  readonly changeEnvironment: (env: NodeJS.ProcessEnv) => Promise<void>;
  /** Ends the server and all processes that it started. */
  readonly stop: () => Promise<void>;
}

/** The script of a server whose environment can be changed while it runs. */
const serverScript = join(root, "test", "harness", "server.ts");

// These settings prevent prompts and overlays, which would disturb tests, and the search for open ports, for
// which VS Code lists the files of all processes every few seconds.
const quietSettings = {
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "remote.autoForwardPorts": false,
  "remote.autoForwardPortsSource": "output",
  "terminal.integrated.gpuAcceleration": "off",
  "telemetry.telemetryLevel": "off",
  "terminal.integrated.enablePersistentSessions": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Settings for windows that are not drawn. They switch off what takes CPU time and what no test checks. */
export const undrawnSettings = {
  "editor.colorDecorators": false,
  "editor.cursorBlinking": "solid",
  "editor.minimap.enabled": false,
  "editor.occurrencesHighlight": "off",
  "editor.stickyScroll.enabled": false,
  "editor.unicodeHighlight.ambiguousCharacters": false,
  "editor.unicodeHighlight.invisibleCharacters": false,
  "terminal.integrated.stickyScroll.enabled": false,
  "workbench.localHistory.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.tree.enableStickyScroll": false,
};

/** Starts a VS Code server. Rejects with the end of its log if the server does not start. */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const machine = join(options.userData, "data", "Machine");
  await mkdir(machine, { recursive: true });
  await mkdir(options.extensionsDir, { recursive: true });
  let settings: Readonly<Record<string, unknown>> = {};
  const changeSettings = async (changed: Readonly<Record<string, unknown>>): Promise<void> => {
    settings = { ...settings, ...changed };
    await writeFile(join(machine, "settings.json"), JSON.stringify(settings, undefined, 2));
  };
  const resetSettings = (others: Readonly<Record<string, unknown>>): Promise<void> => {
    settings = {};
    return changeSettings({ ...quietSettings, ...others });
  };
  await resetSettings(options.settings ?? {});
  const builtins = options.builtins === false ? await quietBuiltinsFolder(options.userData) : undefined;
  const mark = newMark();
  // With VSCODE_CLI, the server uses this environment instead of querying a login shell for PATH.
  const serverEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
    ...withoutNpm(env),
    VSCODE_CLI: "1",
    ...(options.gallery === false && { EXTENSIONS_GALLERY: "{}" }),
    ...mark,
  });
  // Everyone who can connect can run programs as this user, so the server requires a secret token.
  const token = randomUUID();
  const args = [
    ...serverArguments(options, token),
    ...(builtins === undefined ? [] : ["--builtin-extensions-dir", builtins]),
  ];
  const server = spawn(process.execPath, [serverScript, ...args], {
    env: serverEnvironment(options.env),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: process.platform !== "win32",
  });
  let log = "";
  const atExit = (): void => killAll(server.pid, mark);
  process.once("exit", atExit);
  const stop = async (): Promise<void> => {
    await endAll(server.pid, mark);
    process.removeListener("exit", atExit);
  };
  const ended = new Promise<string>((resolve) => {
    server.once("error", (error) => resolve(`${log}\n${error.message}`));
    server.once("close", () => resolve(log.slice(-4000)));
  });
  const port = new Promise<number>((resolve) => {
    const read = (bytes: Buffer): void => {
      log = (log + bytes.toString("utf8")).slice(-20_000);
      const found = /agent listening on (\d+)/.exec(log)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
  });
  const outcome = await withinTime(testMs, Promise.race([port, ended]));
  if (typeof outcome !== "number") {
    await stop();
    throw new Error(`The VS Code server did not start.\n${outcome ?? log}`);
  }
  return {
    port: outcome,
    ended,
    stop,
    changeSettings,
    resetSettings,
    changeEnvironment: async (env) => {
      const changed = once(server, "message");
      server.send({ env: serverEnvironment(env) } satisfies ChangeEnvironment);
      await Promise.race([changed, ended]);
    },
    uri: (path) => `vscode-remote://127.0.0.1:${outcome}${encodeURI(path)}`,
    url: (payload = []) => address(outcome, token, options.folder, payload),
  };
}

/**
 * The extensions of VS Code itself that tests need: colours and languages for the files that they open. A
 * window without the others (Copilot, Git, TypeScript and 80 more) takes half the CPU time.
 */
const quietBuiltins = [
  "configuration-editing",
  "json",
  "json-language-features",
  "make",
  "markdown-basics",
  "references-view",
  "shellscript",
  "theme-defaults",
  "theme-seti",
];

/** Creates a folder that contains only these extensions. */
async function quietBuiltinsFolder(userData: string): Promise<string> {
  const all = join(dirname(dirname(serverMain)), "extensions");
  const folder = join(userData, "builtin-extensions");
  await mkdir(folder, { recursive: true });
  for (const name of [...quietBuiltins, "node_modules"])
    await symlink(join(all, name), join(folder, name), "junction");
  return folder;
}

function serverArguments(options: WorkbenchOptions, token: string): string[] {
  return [
    "--host",
    "127.0.0.1",
    "--port",
    String(options.port ?? 0),
    "--connection-token",
    token,
    "--accept-server-license-terms",
    "--server-data-dir",
    options.userData,
    "--extensions-dir",
    options.extensionsDir,
    "--telemetry-level",
    "off",
    ...((options.trust ?? true) ? ["--disable-workspace-trust"] : []),
    ...(options.args ?? []),
  ];
}

/** Removes the variables that npm and VS Code set for their child processes. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|VSCODE_|ELECTRON_)/.test(name)));
}

function address(
  port: number,
  token: string,
  folder: string | undefined,
  payload: readonly (readonly [string, string])[],
): string {
  const url = new URL(`http://127.0.0.1:${port}/`);
  url.searchParams.set("tkn", token);
  if (folder === undefined) url.searchParams.set("ew", "true");
  else url.searchParams.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", folder);
  if (payload.length > 0) url.searchParams.set("payload", JSON.stringify(payload));
  return url.href;
}

/** Installs a VSIX into an extensions folder. Rejects with the output of the server. */
export async function installExtension(vsix: string, extensionsDir: string, userData: string): Promise<void> {
  const output = await changeExtensions(["--install-extension", vsix, "--force"], extensionsDir, userData);
  if (!output.includes("successfully installed")) {
    throw new Error(`${vsix} could not be installed:\n${output}`);
  }
}

/** Uninstalls an extension by its id. An open window keeps the extension until a reload. */
export async function uninstallExtension(id: string, extensionsDir: string, userData: string): Promise<void> {
  const output = await changeExtensions(["--uninstall-extension", id], extensionsDir, userData);
  if (!output.includes("successfully uninstalled")) {
    throw new Error(`${id} could not be uninstalled:\n${output}`);
  }
}

/** Runs the server's command line and returns what it prints. */
async function changeExtensions(
  change: readonly string[],
  extensionsDir: string,
  userData: string,
): Promise<string> {
  const places = ["--extensions-dir", extensionsDir, "--server-data-dir", userData];
  const args = [serverMain, ...change, ...places, "--accept-server-license-terms"];
  const child = spawn(process.execPath, args, {
    env: { ...withoutNpm(process.env), VSCODE_CLI: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString("utf8")));
  child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString("utf8")));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return code === 0 ? output : `exit code ${code}\n${output.replaceAll("successfully", "")}`;
}
