import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { temporarySamples, withStandIns } from "../harness/samples.ts";
import { createWindowHost, type WindowHost } from "../harness/windowHost.ts";

export interface SessionOptions {
  /** The folder to open; by default, a new copy of the samples. */
  readonly folder?: string;
  /** The environment of VS Code; by default, the stand-in tools are first on PATH. */
  readonly env?: NodeJS.ProcessEnv;
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** True for a separate server with all extensions of VS Code, in which extensions can be installed. */
  readonly own?: boolean;
}

/** A window of VS Code with the packaged extension installed in it. */
export interface Session {
  readonly page: Page;
  /** Absolute path of the open folder. */
  readonly folder: string;
  /** Absolute path of the folder that contains the logs of VS Code. */
  readonly logs: string;
  /** Returns the address of another window of this VS Code, for a folder. */
  readonly address: (folder: string) => string;
  /** Changes machine settings, which take effect in the open window. */
  readonly changeSettings: (changed: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Installs another extension, also in the open window. Requires a session with `own`. */
  readonly install: (vsix: string) => Promise<void>;
  /** Uninstalls an extension by its id. The open window keeps it until a reload. */
  readonly uninstall: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let sharedHost: WindowHost | undefined;
let current: Session | undefined;

/**
 * Makes all sessions of this process share one Chromium and its servers, which the returned function stops.
 * Their windows are not drawn, except for a screenshot by `picture` in driver.ts.
 */
export function shareWindows(extensions: string): () => Promise<void> {
  const host = createWindowHost({ folder: extensions }, { isDrawn: false });
  sharedHost = host;
  return host.close;
}

/** Returns the open session, if any. */
export const openedSession = (): Session | undefined => current;

/** Opens a window with the extension from the VSIX that MIRAGEOS_VSIX names, or from out/mirageos.vsix. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
  const cleanups: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    current = undefined;
    for (const signal of signals) process.removeListener(signal, interrupted);
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  };
  const interrupted = (): void => void close().finally(() => process.exit(130));
  for (const signal of signals) process.once(signal, interrupted);
  try {
    let folder = options.folder;
    if (folder === undefined) {
      const samples = await temporarySamples();
      cleanups.push(samples.remove);
      folder = samples.path;
    }
    let host = sharedHost;
    if (host === undefined) {
      host = createWindowHost({ vsix: process.env["MIRAGEOS_VSIX"] ?? join(root, "out", "mirageos.vsix") });
      cleanups.push(host.close);
    }
    const window = await host.open({
      folder,
      env: options.env ?? withStandIns(process.env),
      trust: options.trust ?? true,
      settings: options.settings ?? {},
      own: options.own ?? false,
    });
    cleanups.push(window.close);
    current = { ...window, folder, close };
    return current;
  } catch (error) {
    await close();
    throw error;
  }
}
