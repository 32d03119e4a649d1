import { dirname } from "node:path";
import * as vscode from "vscode";
import {
  buildSystem,
  launcherName,
  shimEnv,
  shimVariables,
  type ShimLocation,
} from "../../merlin/shimFiles.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** Connects the OCaml Platform's own server to the shim. */
export interface PlatformConnection {
  /** Prompts once for each workspace whether to change its settings. */
  readonly prompt: () => Promise<void>;
  readonly connect: () => Promise<void>;
  /** Whether the workspace's settings name the shim. */
  readonly isConnected: () => boolean;
  readonly disconnect: () => Promise<void>;
  /** Updates a setting that names an older location of the shim. */
  readonly update: () => Promise<void>;
}

const answerKey = "ocamlPlatform.shim";

type ExtraEnv = Readonly<Record<string, unknown>>;

const readEnv = (): ExtraEnv => {
  const value: unknown = vscode.workspace
    .getConfiguration("ocaml")
    .inspect("server.extraEnv")?.workspaceValue;
  return typeof value === "object" && value !== null ? { ...value } : {};
};

const buildSystemIn = (env: ExtraEnv): string => {
  const value = env[buildSystem];
  return typeof value === "string" ? value : "";
};

/** Whether we wrote the variables of a setting: a build system that the user set is not changed. */
const isOurs = (env: ExtraEnv, location: ShimLocation): boolean =>
  buildSystemIn(env).endsWith(launcherName) || buildSystemIn(env) === shimEnv(location)[buildSystem];

export function createPlatformConnection(location: ShimLocation, state: vscode.Memento): PlatformConnection {
  // The root is for files outside dune projects, such as a config.ml before the first configure.
  const desiredEnv = (): ExtraEnv =>
    shimEnv(location, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? dirname(location.storage));

  const write = async (env: ExtraEnv): Promise<void> => {
    const value = Object.keys(env).length === 0 ? undefined : env;
    await vscode.workspace
      .getConfiguration("ocaml")
      .update("server.extraEnv", value, vscode.ConfigurationTarget.Workspace);
    void restartOnceRunning();
  };

  const without = (env: ExtraEnv): ExtraEnv =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !shimVariables.some((each) => each === name)));

  const connect = async (): Promise<void> => {
    const env = readEnv();
    if (env[buildSystem] !== undefined && !isOurs(env, location)) {
      const message = t(
        "The workspace setting ocaml.server.extraEnv already sets {0}. Remove it there, then set up the OCaml Platform again.",
        buildSystem,
      );
      void vscode.window.showWarningMessage(message);
      return;
    }
    await state.update(answerKey, "yes");
    await write({ ...without(env), ...desiredEnv() });
  };

  return {
    connect,
    isConnected: () => isOurs(readEnv(), location),
    disconnect: async () => {
      const env = readEnv();
      await state.update(answerKey, "no");
      if (isOurs(env, location)) await write(without(env));
    },
    update: async () => {
      const env = readEnv();
      if (!isOurs(env, location)) return;
      const desired = { ...without(env), ...desiredEnv() };
      if (JSON.stringify(sorted(desired)) !== JSON.stringify(sorted(env))) await write(desired);
    },
    prompt: async () => {
      if (state.get(answerKey) !== undefined || isOurs(readEnv(), location)) return;
      await state.update(answerKey, "prompted");
      const yes = t("Set Up");
      const answer = await vscode.window.showInformationMessage(
        t(
          "The OCaml Platform needs extra settings to understand the config.ml of a unikernel. MirageOS can add two variables to ocaml.server.extraEnv in this workspace. “MirageOS: Disconnect OCaml Platform” removes them.",
        ),
        yes,
        t("Not Now"),
      );
      if (answer === yes) await connect();
    },
  };
}

const sorted = (env: ExtraEnv): readonly (readonly [string, unknown])[] =>
  Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** How long the OCaml Platform may take to start its server, which includes finding a sandbox, in milliseconds. */
const startMs = 60_000;
const pollMs = 250;

/** Whether the OCaml Platform's server is running: its client then has registered the server's commands. */
const isRunning = async (): Promise<boolean> =>
  (await vscode.commands.getCommands(true)).some((name) => name.startsWith("ocamllsp/"));

/**
 * Restarts the OCaml Platform's server if it is running. A server that is still starting has not
 * requested any settings yet and needs no restart; the Platform would start a second one.
 */
export const restartPlatform = async (): Promise<void> => void (await restartIfRunning());

let restarting: Promise<unknown> = Promise.resolve();

/** Restarts are queued: the check for a running server must not see the one that is about to be restarted. */
function restartIfRunning(): Promise<boolean> {
  const done = restarting.then(async () => {
    const running = await isRunning();
    if (running) await restartNow();
    return running;
  });
  restarting = done.catch(() => undefined);
  return done;
}

/** Waits for the server to run and restarts it: a server that is starting may have read the old environment. */
async function restartOnceRunning(): Promise<void> {
  for (const end = performance.now() + startMs; performance.now() < end;) {
    if (await restartIfRunning()) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Runs the OCaml Platform's own restart command if that extension is active. */
export async function restartNow(): Promise<void> {
  const commands = await vscode.commands.getCommands(true);
  if (commands.includes("ocaml.server.restart")) await vscode.commands.executeCommand("ocaml.server.restart");
}
