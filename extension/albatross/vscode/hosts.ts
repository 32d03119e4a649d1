import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { LogRun, LogWriter } from "../../logs/store/logStore.ts";
import { affectsSettings, getSetting } from "../../platform/vscode/settings.ts";
import type { Jobs } from "../../pipeline/model.ts";
import type { RunGoal } from "../../pipeline/vscode/runGoal.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { createHostClient, type HostClient } from "../client/hostClient.ts";
import { HostError, problemOf } from "../client/hostError.ts";
import { localTransport } from "../client/localTransport.ts";
import {
  hostKey,
  localFolder,
  mainSocket,
  readHosts,
  type HostDescription,
  type InvalidHost,
} from "../hostDescriptions.ts";
import type { AlbatrossHost, HostState } from "../hostModel.ts";
import { createKnownBuilds, type KnownBuilds } from "../knownBuilds.ts";
import { formatName, type HostName } from "../wire/names.ts";

export interface HostsContext {
  readonly extension: vscode.ExtensionContext;
  readonly projects: Projects;
  readonly runGoal: RunGoal;
  readonly jobs: Pick<Jobs, "active" | "onChange">;
  readonly begin: (run: LogRun) => Promise<LogWriter>;
  /** Edits arguments with the options in the help of a unikernel. Resolves to undefined if nothing was changed. */
  readonly editArguments: (
    project: Project,
    args: readonly string[],
  ) => Promise<readonly string[] | undefined>;
}

/** The hosts of the view and their states. */
export interface Hosts extends vscode.Disposable {
  readonly all: () => readonly (AlbatrossHost | InvalidHost)[];
  readonly get: (name: string) => AlbatrossHost | undefined;
  /** Connects to a host. Rejects with a HostError. */
  readonly client: (name: string) => Promise<HostClient>;
  /** Reads what one host runs, or all of them. Never rejects: problems are in the states. */
  readonly refresh: (name?: string) => Promise<void>;
  /** Agrees to connect to a host that the workspace's settings name. */
  readonly confirm: (name: string) => Promise<void>;
  readonly setPassphrase: (name: string, passphrase: string | undefined) => Promise<void>;
  readonly restarts: (host: string, name: string) => number;
  readonly builds: KnownBuilds;
  readonly onDidChange: vscode.Event<void>;
}

const timeoutMs = 30_000;

/** Reads the hosts of the settings, and the daemon of this computer if its sockets exist. */
export function createHosts({ extension, projects }: HostsContext): Hosts {
  const changed = new vscode.EventEmitter<void>();
  const states = new Map<string, HostState>();
  const clients = new Map<string, Promise<HostClient>>();
  const starts = new Map<string, { readonly started: number; readonly restarts: number }>();
  const refreshing = new Map<string, Promise<void>>();
  const closing = new AbortController();
  const builds = createKnownBuilds(extension.workspaceState);
  const { globalState, secrets } = extension;

  const descriptions = (): readonly (HostDescription | InvalidHost)[] => {
    // An untrusted workspace must not make anything connect, not even to this computer.
    if (!vscode.workspace.isTrusted) return [];
    const root = process.env["MIRAGEOS_HOST_ROOT"] ?? "/";
    const folder = localFolder(process.platform, root);
    const base = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const listed = readHosts(getSetting("hosts"), base);
    const isTaken = listed.some(({ name }) => name === t("Local"));
    const local: HostDescription = {
      kind: "local",
      name: isTaken ? folder : t("Local"),
      folder,
      isAutomatic: true,
    };
    const hasSockets =
      existsSync(mainSocket(folder)) && !listed.some((each) => "folder" in each && each.folder === folder);
    return [...(hasSockets ? [local] : []), ...listed];
  };
  const confirmedKey = (description: HostDescription) => `hosts.confirmed.${hostKey(description)}`;
  const isConfirmed = (description: HostDescription): boolean => {
    const inspected = vscode.workspace.getConfiguration("mirageos").inspect<Record<string, unknown>>("hosts");
    const own = readHosts(inspected?.globalValue ?? {}, undefined).some(
      (each) => each.kind !== "invalid" && hostKey(each) === hostKey(description),
    );
    const isAutomatic = description.kind === "local" && description.isAutomatic === true;
    return own || isAutomatic || globalState.get(confirmedKey(description)) === true;
  };
  const find = (name: string): HostDescription | undefined => {
    const found = descriptions().find((each) => each.name === name);
    return found?.kind === "invalid" ? undefined : found;
  };
  const secretKey = (description: HostDescription) => `hosts.passphrase.${hostKey(description)}`;

  const connect = async (description: HostDescription): Promise<HostClient> => {
    if (description.kind === "local") return createHostClient(localTransport(description.folder));
    const { connectTls } = await import("../client/tlsTransport.ts");
    return createHostClient(await connectTls(description, await secrets.get(secretKey(description))));
  };
  const client = async (name: string): Promise<HostClient> => {
    const description = find(name);
    if (!description) throw new HostError({ kind: "gone", reason: t("no host is named {0}", name) });
    if (!isConfirmed(description))
      throw new HostError({ kind: "gone", reason: t("connect to {0} in the Hosts view first", name) });
    const known = clients.get(name) ?? connect(description);
    clients.set(name, known);
    // Files may have changed before the next attempt.
    known.catch(() => clients.delete(name));
    return known;
  };

  const countRestarts = (host: string, unikernel: HostName, started: number | undefined) => {
    if (started === undefined) return;
    const key = `${host}\0${formatName(unikernel)}`;
    const before = starts.get(key);
    const isAgain = before !== undefined && before.started !== started;
    starts.set(key, { started, restarts: (before?.restarts ?? 0) + (isAgain ? 1 : 0) });
  };
  const read = async (name: string): Promise<void> => {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
      const overview = await (await client(name)).overview(signal);
      for (const { name: unikernel, info } of overview.unikernels)
        countRestarts(name, unikernel, info.started);
      states.set(name, { overview });
    } catch (error) {
      // Files of the host may be replaced before the next attempt.
      clients.delete(name);
      const isTimeout = error instanceof Error && error.name === "TimeoutError";
      // A host that does not answer shows nothing old: what it ran may have ended.
      states.set(name, {
        problem: isTimeout ? { kind: "timeout", seconds: timeoutMs / 1000 } : problemOf(error),
      });
    }
    if (!closing.signal.aborted) changed.fire();
  };
  const refresh = async (only?: string): Promise<void> => {
    void builds.update(projects.all()).then(() => changed.fire());
    const names = descriptions().flatMap((each) =>
      each.kind !== "invalid" && isConfirmed(each) && (only === undefined || each.name === only)
        ? [each.name]
        : [],
    );
    await Promise.all(
      names.map((name) => {
        const running = refreshing.get(name) ?? read(name).finally(() => refreshing.delete(name));
        refreshing.set(name, running);
        return running;
      }),
    );
  };
  const hostOf = (description: HostDescription): AlbatrossHost => ({
    description,
    state: isConfirmed(description) ? (states.get(description.name) ?? {}) : { unconfirmed: true },
  });

  const onSettings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!affectsSettings(event, "hosts")) return;
    clients.clear();
    states.clear();
    changed.fire();
    void refresh();
  });
  const onTrust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    changed.fire();
    void refresh();
  });
  return {
    all: () => descriptions().map((each) => (each.kind === "invalid" ? each : hostOf(each))),
    get: (name) => {
      const description = find(name);
      return description && hostOf(description);
    },
    client,
    refresh,
    confirm: async (name) => {
      const description = find(name);
      if (description) await globalState.update(confirmedKey(description), true);
      await refresh(name);
    },
    setPassphrase: async (name, passphrase) => {
      const description = find(name);
      if (!description) return;
      if (passphrase === undefined) await secrets.delete(secretKey(description));
      else await secrets.store(secretKey(description), passphrase);
      clients.delete(name);
    },
    restarts: (host, name) => starts.get(`${host}\0${name}`)?.restarts ?? 0,
    builds,
    onDidChange: changed.event,
    dispose: () => {
      closing.abort();
      onSettings.dispose();
      onTrust.dispose();
      changed.dispose();
    },
  };
}
