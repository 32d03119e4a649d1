import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { temporarySamples, withStandIns } from "../harness/samples.ts";
import {
  installExtension,
  openPage,
  showWorkbench,
  startWorkbench,
  temporaryFolder,
  uninstallExtension,
} from "../harness/workbench.ts";

export interface SessionOptions {
  /** The folder to open; a private copy of the samples without it. */
  readonly folder?: string;
  /** The environment of VS Code; the stand-in tools first on PATH without it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A window of VS Code with the packaged extension installed in it. */
export interface Session {
  readonly page: Page;
  /** Absolute path of the open folder. */
  readonly folder: string;
  /** Absolute path of the folder in which VS Code keeps its logs. */
  readonly logs: string;
  /** The address of another window of this VS Code, on a folder. */
  readonly address: (folder: string) => string;
  /** Changes settings of the machine, which the window follows. */
  readonly changeSettings: (changed: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Installs an extension beside ours, in the open window too. */
  readonly install: (vsix: string) => Promise<void>;
  /** Removes an extension by its id, from the open window when that is reloaded. */
  readonly uninstall: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Opens a window with the extension that MIRAGEOS_VSIX names, or out/mirageos.vsix. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const signal of signals) process.removeListener(signal, interrupted);
    for (const step of undo.splice(0).toReversed()) await step();
  };
  const interrupted = (): void => void close().finally(() => process.exit(130));
  for (const signal of signals) process.once(signal, interrupted);
  try {
    const data = await temporaryFolder("mirageos-e2e-");
    undo.push(data.remove);
    let folder = options.folder;
    if (folder === undefined) {
      const samples = await temporarySamples();
      undo.push(samples.remove);
      folder = samples.path;
    }
    const userData = join(data.path, "server");
    const extensionsDir = join(data.path, "extensions");
    await installExtension(
      process.env["MIRAGEOS_VSIX"] ?? join(root, "out", "mirageos.vsix"),
      extensionsDir,
      userData,
    );
    const workbench = await startWorkbench({
      folder,
      userData,
      extensionsDir,
      env: options.env ?? withStandIns(process.env),
      gallery: false,
      ...(options.trust !== undefined && { trust: options.trust }),
      ...(options.settings && { settings: options.settings }),
    });
    undo.push(workbench.stop);
    const opened = await openPage();
    undo.push(opened.close);
    await showWorkbench(opened.page, workbench.url());
    return {
      page: opened.page,
      folder,
      logs: join(userData, "data", "logs"),
      address: (other) => {
        const url = new URL(workbench.url());
        url.searchParams.set("folder", other);
        return url.href;
      },
      changeSettings: workbench.changeSettings,
      install: (vsix) => installExtension(vsix, extensionsDir, userData),
      uninstall: (id) => uninstallExtension(id, extensionsDir, userData),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
