/**
 * Opens windows of VS Code for tests, one after another. They share one Chromium and at most two VS Code
 * servers, one with and one without trust. Each window starts without user data and without browser storage,
 * and has its own extension host and environment.
 */
import { randomUUID } from "node:crypto";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { endMarked } from "./processes.ts";
import { openPage, showWorkbench, type OpenPage } from "./browser.ts";
import { removeFolder, temporaryFolder } from "./temporaryFolder.ts";
import {
  installExtension,
  startWorkbench,
  undrawnSettings,
  uninstallExtension,
  type Workbench,
} from "./workbench.ts";

export interface WindowOptions {
  /** Absolute path of the folder, or of the .code-workspace file, to open. */
  readonly folder: string;
  /** The environment of the extension host, its terminals and tasks. */
  readonly env: NodeJS.ProcessEnv;
  readonly trust: boolean;
  /** Machine settings, which override the quiet settings of tests. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * True for a separate server with all extensions of VS Code, in which extensions can be installed and
   * uninstalled.
   */
  readonly own: boolean;
}

/** An open window. */
export interface OpenWindow {
  readonly page: Page;
  /** Absolute path of the folder that contains the logs of VS Code. */
  readonly logs: string;
  /** Returns the address of another window of this VS Code, for a folder. */
  readonly address: (folder: string) => string;
  readonly changeSettings: (changed: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly install: (vsix: string) => Promise<void>;
  readonly uninstall: (id: string) => Promise<void>;
  /** Closes the window and the windows opened from it, and ends the processes that they started. */
  readonly close: () => Promise<void>;
}

export interface WindowHost {
  /** Opens a window. Rejects if another window is open, or if VS Code does not start. */
  readonly open: (options: WindowOptions) => Promise<OpenWindow>;
  /** Stops the servers and Chromium. */
  readonly close: () => Promise<void>;
}

/** The source of the extensions: a VSIX to install, or a complete extensions folder. */
export type InstalledFrom = { readonly vsix: string } | { readonly folder: string };

interface Server {
  readonly workbench: Workbench;
  readonly userData: string;
  readonly extensions: string;
  readonly close: () => Promise<void>;
}

/** Name of the environment variable that marks the processes of one window. */
const markName = "MIRAGEOS_WINDOW";

/** Milliseconds after which the extension host of a closed window is killed. */
const graceMs = 5000;

/** Processes that serve several windows and end with the server. */
const shared = /--type=(ptyHost|agentHost)/;

/** Creates a window host. Unless `isDrawn`, its windows are laid out but not drawn. */
export function createWindowHost(from: InstalledFrom, { isDrawn = true } = {}): WindowHost {
  let opened: Promise<OpenPage> | undefined;
  /** The page of the last window. Chromium keeps its compiled code, which halves the CPU time of the next one. */
  let lastPage: Page | undefined;
  const servers = new Map<boolean, Promise<Server>>();
  let isOpen = false;

  const startServer = async (trust: boolean, own: boolean): Promise<Server> => {
    const data = await temporaryFolder("mirageos-server-");
    const userData = join(data.path, "server");
    const copy = join(data.path, "extensions");
    const extensions = "folder" in from && !own ? from.folder : copy;
    try {
      if ("vsix" in from) await installExtension(from.vsix, extensions, userData);
      else if (own) await cp(from.folder, copy, { recursive: true });
      const workbench = await startWorkbench({
        userData,
        extensionsDir: extensions,
        env: process.env,
        gallery: false,
        trust,
        builtins: own,
      });
      const close = async (): Promise<void> => {
        await workbench.stop();
        await data.remove();
      };
      return { workbench, userData, extensions, close };
    } catch (error) {
      await data.remove();
      throw error;
    }
  };

  const sharedServer = (trust: boolean): Promise<Server> => {
    const found = servers.get(trust) ?? startServer(trust, false);
    servers.set(trust, found);
    return found;
  };

  return {
    open: async ({ folder, env, trust, settings, own }) => {
      if (isOpen) throw new Error("Another window is open. A host can have only one open window at a time.");
      isOpen = true;
      const mark = { [markName]: randomUUID() };
      let server: Server | undefined;
      const close = async (): Promise<void> => {
        const { page } = (await opened) ?? {};
        lastPage = page && (await leavePages(page.context(), lastPage));
        await endMarked(mark, shared, graceMs);
        if (own) await server?.close();
        isOpen = false;
      };
      try {
        server = own ? await startServer(trust, true) : await sharedServer(trust);
        const { workbench, userData, extensions } = server;
        await removeFolder(join(userData, "data", "User"));
        await workbench.resetSettings({ ...(isDrawn ? {} : undrawnSettings), ...settings });
        await workbench.changeEnvironment({ ...env, ...mark });
        opened ??= openPage({ isDrawn });
        const context = (await opened).page.context();
        const page = (lastPage ??= await context.newPage());
        await clearStorage(page, new URL(workbench.url()).origin);
        const address = (other: string): string => {
          const url = new URL(workbench.url());
          url.searchParams.delete("ew");
          url.searchParams.set(other.endsWith(".code-workspace") ? "workspace" : "folder", other);
          return url.href;
        };
        await showWorkbench(page, address(folder));
        return {
          page,
          logs: join(userData, "data", "logs"),
          address,
          changeSettings: workbench.changeSettings,
          install: (vsix) => installExtension(vsix, extensions, userData),
          uninstall: (id) => uninstallExtension(id, extensions, userData),
          close,
        };
      } catch (error) {
        await close();
        throw error;
      }
    },
    close: async () => {
      const all = [...servers.values()];
      servers.clear();
      await (await opened)?.close();
      opened = undefined;
      lastPage = undefined;
      for (const server of all) await (await server).close();
    },
  };
}

/**
 * Navigates away from every window, so that its extension host ends normally, and closes its page, except for
 * `kept`. Returns `kept` if it responds.
 */
async function leavePages(context: BrowserContext, kept: Page | undefined): Promise<Page | undefined> {
  let usable: Page | undefined;
  // The first page is empty and keeps Chromium open.
  for (const page of context.pages().slice(1)) {
    const left = await page.goto("about:blank").then(
      () => true,
      () => false,
    );
    if (page === kept && left) usable = page;
    else await page.close().catch(() => undefined);
  }
  return usable;
}

async function clearStorage(page: Page, origin: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await devtools.detach();
}
