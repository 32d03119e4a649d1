import { dirname } from "node:path";
import * as vscode from "vscode";
import { buildSystem, launcherName, shimEnv, shimVariables, type ShimPlace } from "../shimFiles.ts";
import { t } from "../../extension/platform/l10n.ts";

/** How the OCaml Platform's own server comes to use the shim. */
export interface PlatformShim {
  /** Asks once in a workspace whether its settings may be changed. */
  readonly offer: () => Promise<void>;
  readonly connect: () => Promise<void>;
  /** Whether the workspace's settings name the shim. */
  readonly isConnected: () => boolean;
  readonly disconnect: () => Promise<void>;
  /** Corrects a setting that names an older place of the shim. */
  readonly mend: () => Promise<void>;
}

const askedKey = "ocamlPlatform.shim";

type ExtraEnv = Readonly<Record<string, unknown>>;

const written = (): ExtraEnv => {
  const value: unknown = vscode.workspace
    .getConfiguration("ocaml")
    .inspect("server.extraEnv")?.workspaceValue;
  return typeof value === "object" && value !== null ? { ...value } : {};
};

const names = (env: ExtraEnv): string => {
  const value = env[buildSystem];
  return typeof value === "string" ? value : "";
};

/** Whether the variables of a setting are ours: a build system that the user named is left alone. */
const isOurs = (env: ExtraEnv, place: ShimPlace): boolean =>
  names(env).endsWith(launcherName) || names(env) === shimEnv(place)[buildSystem];

export function createPlatformShim(place: ShimPlace, memory: vscode.Memento): PlatformShim {
  // For files that are in no dune project yet, such as a config.ml before the first configure.
  const wanted = (): ExtraEnv =>
    shimEnv(place, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? dirname(place.storage));

  const write = async (env: ExtraEnv): Promise<void> => {
    const value = Object.keys(env).length === 0 ? undefined : env;
    await vscode.workspace
      .getConfiguration("ocaml")
      .update("server.extraEnv", value, vscode.ConfigurationTarget.Workspace);
    void restartWhenServing();
  };

  const without = (env: ExtraEnv): ExtraEnv =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !shimVariables.some((each) => each === name)));

  const connect = async (): Promise<void> => {
    const env = written();
    if (env[buildSystem] !== undefined && !isOurs(env, place)) {
      const message = t(
        "The workspace's ocaml.server.extraEnv names another {0}. Remove it there to let MirageOS answer for config.ml.",
        buildSystem,
      );
      void vscode.window.showWarningMessage(message);
      return;
    }
    await memory.update(askedKey, "yes");
    await write({ ...without(env), ...wanted() });
  };

  return {
    connect,
    isConnected: () => isOurs(written(), place),
    disconnect: async () => {
      const env = written();
      await memory.update(askedKey, "no");
      if (isOurs(env, place)) await write(without(env));
    },
    mend: async () => {
      const env = written();
      if (!isOurs(env, place)) return;
      const should = { ...without(env), ...wanted() };
      if (JSON.stringify(sorted(should)) !== JSON.stringify(sorted(env))) await write(should);
    },
    offer: async () => {
      if (memory.get(askedKey) !== undefined || isOurs(written(), place)) return;
      await memory.update(askedKey, "asked");
      const yes = t("Set Up");
      const answer = await vscode.window.showInformationMessage(
        t(
          "The OCaml Platform does not understand config.ml of a unikernel by itself. MirageOS can tell it the settings, by two variables in this workspace's ocaml.server.extraEnv. “MirageOS: Disconnect OCaml Platform” takes them out again.",
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

/** How long the OCaml Platform may take to start its server: it looks for a sandbox first. */
const startMs = 60_000;
const lookMs = 250;

/** Whether the OCaml Platform's server answers: its client then has the server's commands. */
const isServing = async (): Promise<boolean> =>
  (await vscode.commands.getCommands(true)).some((name) => name.startsWith("ocamllsp/"));

/**
 * Restarts the OCaml Platform's server where it is running. One that is still starting has asked for
 * nothing yet, so that it needs no restart, and being told to restart it would start a second one.
 */
export const restartPlatform = async (): Promise<void> => void (await restartIfServing());

let restarting: Promise<unknown> = Promise.resolve();

/** One after the other: between two looks at a server that runs, the first restart must have begun. */
function restartIfServing(): Promise<boolean> {
  const done = restarting.then(async () => {
    const serving = await isServing();
    if (serving) await restartNow();
    return serving;
  });
  restarting = done.catch(() => undefined);
  return done;
}

/** Restarts it for another environment, which one that is starting may have read already. */
async function restartWhenServing(): Promise<void> {
  for (const end = performance.now() + startMs; performance.now() < end;) {
    if (await restartIfServing()) return;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Does what the OCaml Platform's own command does, where that extension has begun its work. */
export async function restartNow(): Promise<void> {
  const commands = await vscode.commands.getCommands(true);
  if (commands.includes("ocaml.server.restart")) await vscode.commands.executeCommand("ocaml.server.restart");
}
