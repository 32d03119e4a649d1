/**
 * The npm workbench: a VS Code server on this machine, seen through a headless Chromium. Shared by
 * the `code` stand-in for integration tests, the end-to-end tests and `npm start`.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { findProgram, root } from "../../scripts/programs.ts";
import { serverMain } from "../../scripts/vscode.ts";
import { endAll, killAll, newMark } from "./processes.ts";
import { shortMs, testMs } from "./limits.ts";
import type { ChangeEnvironment } from "./server.ts";

export interface WorkbenchOptions {
  /** Absolute path of the folder, or of the .code-workspace file, to open; nothing is opened without. */
  readonly folder?: string;
  readonly extensionsDir: string;
  /** Where the server keeps its data; made when missing. */
  readonly userData: string;
  /** The whole environment of the server, its extension host, its terminals and tasks. */
  readonly env: NodeJS.ProcessEnv;
  /** True (the default): every folder is trusted. False: VS Code asks, as on a user's machine. */
  readonly trust?: boolean;
  /** Settings of the machine, over the quiet ones that tests have. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False: the workbench has no extension gallery, and tests need no network. */
  readonly gallery?: boolean;
  /** A fixed port; any free one without. */
  readonly port?: number;
  /** False: only the extensions of VS Code that `quietBuiltins` names, which makes a window start in half the time. */
  readonly builtins?: boolean;
  /** More arguments for the server. */
  readonly args?: readonly string[];
}

export interface Workbench {
  readonly port: number;
  /** The address to open, with `payload` (pairs of name and value) for the workbench. */
  readonly url: (payload?: readonly (readonly [string, string])[]) => string;
  /** The address by which the workbench names a file of this machine. */
  readonly uri: (path: string) => string;
  /** Settles when the server has ended, with the end of its log. */
  readonly ended: Promise<string>;
  /** Changes settings of the machine, which an open window follows. */
  readonly changeSettings: (changed: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Sets the settings of the machine to the quiet ones and these. */
  readonly resetSettings: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Sets the environment of what the server starts from now on. */
  readonly changeEnvironment: (env: NodeJS.ProcessEnv) => Promise<void>;
  /** Ends the server and everything it started. */
  readonly stop: () => Promise<void>;
}

/** A server that takes another environment while it runs. */
const serverScript = join(root, "test", "harness", "server.ts");

// Nothing may cover the window or ask a question while tests look at it.
const quietSettings = {
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "terminal.integrated.gpuAcceleration": "off",
  "telemetry.telemetryLevel": "off",
  "terminal.integrated.enablePersistentSessions": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Starts a VS Code server. Rejects, with the end of its log, when it does not come up. */
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
  // VSCODE_CLI: take the environment as it is, instead of asking a login shell for another PATH.
  const serverEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
    ...withoutNpm(env),
    VSCODE_CLI: "1",
    ...(options.gallery === false && { EXTENSIONS_GALLERY: "{}" }),
    ...mark,
  });
  // Whoever reaches the server can run programs as this user; the token is in the address only.
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
  const outcome = await within(testMs, Promise.race([port, ended]));
  if (typeof outcome !== "number") {
    await stop();
    throw new Error(`The VS Code server did not come up.\n${outcome ?? log}`);
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
 * The extensions of VS Code itself that tests need: colours and languages of the files that they open.
 * Without the others (Copilot, Git, TypeScript and 80 more) a window costs half of the computing.
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

/** A folder that holds only these extensions. */
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

/** npm's variables describe the run of an npm script; a VS Code started by hand has none of them. */
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

/** Installs a packaged extension where a workbench will find it. Rejects with the server's words. */
export async function installExtension(vsix: string, extensionsDir: string, userData: string): Promise<void> {
  const output = await changeExtensions(["--install-extension", vsix, "--force"], extensionsDir, userData);
  if (!output.includes("successfully installed")) {
    throw new Error(`${vsix} could not be installed:\n${output}`);
  }
}

/** Removes an extension by its id; a window that is open keeps what it has until it is reloaded. */
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

export interface OpenPage {
  readonly browser: Browser;
  readonly page: Page;
  readonly close: () => Promise<void>;
}

// The first one draws pages and has no window around them, which takes computing time for each page.
const chromiumNames = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

let sharedChromium: (() => Promise<Browser>) | undefined;

/** Lets all later calls of `openPage` use one Chromium, which the first starts and the result ends. */
export function shareChromium(): () => Promise<void> {
  let launched: Promise<Browser> | undefined;
  sharedChromium = () => (launched ??= launchChromium(process.env));
  return async () => {
    sharedChromium = undefined;
    await (await launched)?.close();
  };
}

/** Starts a headless Chromium; `CHROME_BIN` names another than the one on PATH. */
async function launchChromium(env: NodeJS.ProcessEnv): Promise<Browser> {
  const executablePath = env["CHROME_BIN"] ?? findProgram(chromiumNames, env);
  if (executablePath === undefined) {
    throw new Error(`No Chromium on PATH (looked for ${chromiumNames.join(", ")}); set CHROME_BIN.`);
  }
  return chromium.launch({
    executablePath,
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    timeout: testMs,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A page then runs the code that earlier pages of its site have compiled, at half the computing time.
      "--process-per-site",
    ],
  });
}

/** Stops the animations of the workbench: without a graphics card, one that spins keeps half a core busy. */
const stillness = `if (self === top) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { animation: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

export interface OpenBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** A Chromium of its own, or the shared one, which `close` leaves open. */
export async function openBrowser(env: NodeJS.ProcessEnv = process.env): Promise<OpenBrowser> {
  const shared = await sharedChromium?.();
  if (shared !== undefined) return { browser: shared, close: () => Promise.resolve() };
  const browser = await launchChromium(env);
  return { browser, close: () => browser.close() };
}

/** Opens an empty page of 1280×800 in a Chromium of its own, or in a context of its own of the shared one. */
export async function openPage(env: NodeJS.ProcessEnv = process.env): Promise<OpenPage> {
  const { browser, close } = await openBrowser(env);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
  context.setDefaultTimeout(shortMs);
  await context.addInitScript(stillness);
  const page = await context.newPage();
  return {
    browser,
    page,
    close: async () => {
      await context.close();
      await close();
    },
  };
}

/** Loads the workbench in a page and waits until its window stands. */
export async function showWorkbench(page: Page, url: string, timeoutMs = testMs): Promise<void> {
  await page.goto(url, { timeout: timeoutMs });
  await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: timeoutMs });
}

/** The result, or undefined after so many milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A new empty folder for a run's data, and how to remove it. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), name));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
