import * as vscode from "vscode";
import { showInformationMessage, showWarningMessage } from "../../../extension/platform/vscode/messages.ts";
import { addToHost, namesShim, removeFromHost, withoutShim } from "../../merlin/hostVariables.ts";
import { buildSystem, type ShimLocation } from "../../merlin/shimFiles.ts";
import { t } from "../../../extension/protocol/l10n.ts";
import { answerKey, hostRoot } from "./hostConnection.ts";

/**
 * Connects the OCaml Platform's own server to the shim, by variables in the environment of this process, from
 * which the Platform starts its server.
 */
export interface PlatformConnection extends vscode.Disposable {
  /** Prompts once for each workspace whether to connect. */
  readonly prompt: () => Promise<void>;
  readonly connect: () => Promise<void>;
  /** Whether a server that is started now uses the shim. */
  readonly isConnected: () => boolean;
  readonly disconnect: () => Promise<void>;
  /** Connects where the user agreed, and removes the setting in which earlier versions stored the variables. */
  readonly update: () => Promise<void>;
}

type ExtraEnv = Readonly<Record<string, unknown>>;

const isVariables = (value: unknown): value is ExtraEnv => typeof value === "object" && value !== null;

/** The variables in the workspace's settings. */
const workspaceEnv = (): ExtraEnv => {
  const value: unknown = vscode.workspace
    .getConfiguration("ocaml")
    .inspect("server.extraEnv")?.workspaceValue;
  return isVariables(value) ? value : {};
};

/** Whether the user's settings give the Platform's server another build system, which overrides ours. */
const isOverridden = (): boolean => {
  const env: unknown = vscode.workspace.getConfiguration("ocaml").get("server.extraEnv");
  return isVariables(env) && env[buildSystem] !== undefined && !namesShim(env);
};

export function createPlatformConnection(location: ShimLocation, state: vscode.Memento): PlatformConnection {
  const root = () => hostRoot(location);

  /** Earlier versions wrote paths of this computer to a file that teams commit. */
  const cleanSettings = async (): Promise<void> => {
    const env = workspaceEnv();
    if (!namesShim(env)) return;
    const left = withoutShim(env);
    await vscode.workspace
      .getConfiguration("ocaml")
      .update(
        "server.extraEnv",
        Object.keys(left).length === 0 ? undefined : left,
        vscode.ConfigurationTarget.Workspace,
      );
  };

  const connect = async (): Promise<void> => {
    if (isOverridden() || !addToHost(process.env, location, root())) {
      const message =
        location.platform === "win32"
          ? t("The OCaml Platform can be connected on Linux and macOS only. Open the folder in WSL.")
          : t(
              "{0} is set already, in ocaml.server.extraEnv or in the environment of VS Code. Remove it there, then set up the OCaml Platform again.",
              buildSystem,
            );
      void showWarningMessage(message);
      return;
    }
    await state.update(answerKey, "yes");
    await cleanSettings();
    void restartOnceRunning();
  };

  return {
    connect,
    isConnected: () => namesShim(process.env) && !isOverridden(),
    disconnect: async () => {
      const wasConnected = namesShim(process.env);
      await state.update(answerKey, "no");
      removeFromHost(process.env, location, root());
      await cleanSettings();
      if (wasConnected) void restartOnceRunning();
    },
    update: async () => {
      const hadSetting = namesShim(workspaceEnv());
      if (hadSetting && state.get(answerKey) !== "no") await state.update(answerKey, "yes");
      const wasConnected = namesShim(process.env);
      if (state.get(answerKey) === "yes" && !isOverridden()) addToHost(process.env, location, root());
      await cleanSettings();
      // A server that was started before has not inherited the variables.
      if (hadSetting || (!wasConnected && namesShim(process.env))) void restartPlatform();
    },
    prompt: async () => {
      if (state.get(answerKey) !== undefined || location.platform === "win32") return;
      await state.update(answerKey, "prompted");
      const yes = t("Set Up");
      const answer = await showInformationMessage(
        t(
          "The OCaml Platform needs extra variables to understand the config.ml of a unikernel. MirageOS can pass two variables to its server in this workspace; no setting changes. “MirageOS: Disconnect OCaml Platform” removes them.",
        ),
        yes,
        t("Not Now"),
      );
      if (answer === yes) await connect();
    },
    dispose: () => removeFromHost(process.env, location, root()),
  };
}

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
