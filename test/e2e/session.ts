import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { temporarySamples, withStandIns } from "../harness/samples.ts";
import { createWindowHost, type WindowHost } from "../harness/windowHost.ts";

export interface SessionOptions {
  /** The folder to open; a private copy of the samples without it. */
  readonly folder?: string;
  /** The environment of VS Code; the stand-in tools first on PATH without it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A server of its own with all extensions of VS Code, in which extensions can be installed. */
  readonly own?: boolean;
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
  /** Installs an extension beside ours, in the open window too; for sessions with a server of their own. */
  readonly install: (vsix: string) => Promise<void>;
  /** Removes an extension by its id, from the open window when that is reloaded. */
  readonly uninstall: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let sharedHost: WindowHost | undefined;
let current: Session | undefined;

/** Lets all sessions of this process share one Chromium and its servers; they are ended by the result. */
export function shareWindows(extensions: string): () => Promise<void> {
  const host = createWindowHost({ folder: extensions });
  sharedHost = host;
  return host.close;
}

/** The session that is open, if one is. */
export const openedSession = (): Session | undefined => current;

/** Opens a window with the extension that MIRAGEOS_VSIX names, or out/mirageos.vsix. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    current = undefined;
    for (const signal of signals) process.removeListener(signal, interrupted);
    for (const step of undo.splice(0).toReversed()) await step();
  };
  const interrupted = (): void => void close().finally(() => process.exit(130));
  for (const signal of signals) process.once(signal, interrupted);
  try {
    let folder = options.folder;
    if (folder === undefined) {
      const samples = await temporarySamples();
      undo.push(samples.remove);
      folder = samples.path;
    }
    let host = sharedHost;
    if (host === undefined) {
      host = createWindowHost({ vsix: process.env["MIRAGEOS_VSIX"] ?? join(root, "out", "mirageos.vsix") });
      undo.push(host.close);
    }
    const window = await host.open({
      folder,
      env: options.env ?? withStandIns(process.env),
      trust: options.trust ?? true,
      settings: options.settings ?? {},
      own: options.own ?? false,
    });
    undo.push(window.close);
    current = { ...window, folder, close };
    return current;
  } catch (error) {
    await close();
    throw error;
  }
}
