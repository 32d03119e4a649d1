import * as vscode from "vscode";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { t } from "../../protocol/l10n.ts";
import { consoleRun } from "../consoleRun.ts";
import { followConsole } from "../consoleSession.ts";
import { formatName, type HostName } from "../wire/names.ts";
import { hostFailed } from "./hostProblem.ts";
import type { Hosts, HostsContext } from "./hosts.ts";

/** The consoles of hosts that are shown in the log panel. */
export interface Consoles extends vscode.Disposable {
  /**
   * Follows a console until it is stopped or the window closes. Does nothing if it is followed already. `deployed` is the id
   * of the unikernel that was just sent, whose image the host may not list yet.
   */
  readonly follow: (host: string, name: HostName, deployed?: string) => void;
  readonly stop: (host: string, name: HostName) => void;
  readonly isFollowed: (host: string, name: string) => boolean;
  readonly onDidChange: vscode.Event<void>;
}

/** albatross closes the oldest of more than six readers of one console, so many windows disturb each other. */
export function createConsoles(context: HostsContext, hosts: Hosts): Consoles {
  const followed = new Map<string, AbortController>();
  const changed = new vscode.EventEmitter<void>();
  const keyOf = (host: string, name: string) => `${host}\0${name}`;

  const runOf = (host: string, name: HostName, deployed: string | undefined) => {
    const overview = hosts.get(host)?.state.overview;
    const running = overview?.unikernels.find((each) => formatName(each.name) === formatName(name));
    const build = running && hosts.builds.recognize(running.info.digest);
    return consoleRun({ host, name, projects: context.projects.all(), build, deployed });
  };

  return {
    follow: (host, name, deployed) => {
      const key = keyOf(host, formatName(name));
      if (followed.has(key)) return;
      const abort = new AbortController();
      followed.set(key, abort);
      changed.fire();
      void (async () => {
        try {
          const client = await hosts.client(host);
          const run = () => runOf(host, name, deployed);
          await followConsole({ client, name, run, begin: context.begin, signal: abort.signal });
        } catch (error) {
          if (!abort.signal.aborted) await showProblem(hostFailed(host, error));
        } finally {
          followed.delete(key);
          changed.fire();
        }
      })();
    },
    stop: (host, name) => followed.get(keyOf(host, formatName(name)))?.abort(),
    isFollowed: (host, name) => followed.has(keyOf(host, name)),
    onDidChange: changed.event,
    dispose: () => {
      for (const abort of followed.values()) abort.abort();
      changed.dispose();
    },
  };
}

/** Follows a console and shows the log panel. */
export async function showConsole(
  consoles: Consoles,
  host: string,
  name: HostName,
  deployed?: string,
): Promise<void> {
  consoles.follow(host, name, deployed);
  await vscode.commands.executeCommand("mirageos.showLogs");
  vscode.window.setStatusBarMessage(t("Following the console of {0} on {1}", name.label, host), 5000);
}
