import { networkInterfaces } from "node:os";
import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { addressProblem, defaultSyslogPort, listenProblem, type SyslogAddress } from "../listenAddress.ts";
import { createMetricsStore, type MetricsStore } from "../metrics/metricsStore.ts";
import type { Receiver } from "../openServer.ts";
import { openSyslogReceiver } from "../syslog/syslogReceiver.ts";
import { createMetricsPanels } from "./metricsPanel.ts";
import { setLogLevel } from "./setLogLevel.ts";

/** What receiving uses of the rest of the extension. */
export interface ReceiverContext {
  readonly extensionUri: vscode.Uri;
  readonly projects: Projects;
  /** Opens a session of the log panel. */
  readonly begin: (run: {
    readonly name: string;
    readonly unikernel: string;
    readonly target: string;
  }) => Promise<{
    readonly stderr: (bytes: Uint8Array) => void;
    readonly end: (outcome: { readonly kind: "stopped"; readonly text: string }) => void;
  }>;
}

/** What unikernels send: syslog sessions that the user opened, metrics, and the commands about both. */
export interface Receivers extends vscode.Disposable {
  readonly metrics: MetricsStore;
  readonly receiveSyslog: () => Promise<void>;
  /** A row of the view Running may name the metric whose chart is shown. */
  readonly showMetrics: (invokedOn: unknown) => Promise<void>;
  readonly setLogLevel: (invokedOn: unknown) => Promise<void>;
}

export function createReceivers(context: ReceiverContext): Receivers {
  const { projects } = context;
  const metrics = createMetricsStore();
  const panels = createMetricsPanels(context.extensionUri, metrics);
  const open = new Map<string, () => Promise<void>>();
  const status = vscode.window.createStatusBarItem("mirageos.syslog", vscode.StatusBarAlignment.Left, 0);
  status.name = t("MirageOS Syslog");
  status.command = "mirageos.receiveSyslog";
  const showStatus = () => {
    status.text = `$(broadcast) ${[...open.keys()].join(", ")}`;
    status.tooltip = t("MirageOS receives syslog here. Select to stop.");
    if (open.size > 0) status.show();
    else status.hide();
  };
  const start = async (address: SyslogAddress): Promise<void> => {
    const name = `${address.protocol.toUpperCase()} ${address.address}:${address.port}`;
    let receiver: Receiver;
    let write = (_lines: string): void => undefined;
    try {
      receiver = await openSyslogReceiver(address, { onLines: (lines) => write(lines) });
    } catch (error) {
      await showErrorMessage(listenProblem(error, address));
      return;
    }
    // The calls that log its messages are searched in the selected unikernel.
    const unikernel = projects.selected()?.id ?? `syslog:${name}`;
    const session = await context.begin({ name: "syslog", unikernel, target: name });
    write = (lines) => session.stderr(Buffer.from(lines));
    open.set(name, async () => {
      open.delete(name);
      showStatus();
      await receiver.close();
      session.end({ kind: "stopped", text: t("stopped receiving") });
    });
    showStatus();
    await vscode.commands.executeCommand("mirageos.logs.focus", { preserveFocus: true });
  };

  return {
    metrics,
    receiveSyslog: async () => {
      if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
      const chosen = await pickSyslogAddress([...open.keys()]);
      if (typeof chosen === "string") await open.get(chosen)?.();
      else if (chosen) await start(chosen);
    },
    showMetrics: async (invokedOn) => {
      const project = await projectFor(projects, invokedOn);
      if (!project) return;
      const hasMetric = typeof invokedOn === "object" && invokedOn !== null && "metric" in invokedOn;
      const metric = hasMetric && typeof invokedOn.metric === "string" ? invokedOn.metric : undefined;
      await panels.show(project.id, project.name, metric);
    },
    setLogLevel: async (invokedOn) => {
      if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
      const project = await projectFor(projects, invokedOn);
      if (project) await setLogLevel(projects, metrics, project);
    },
    dispose: () => {
      for (const stop of open.values()) void stop();
      vscode.Disposable.from(status, panels).dispose();
    },
  };
}

type AddressItem = vscode.QuickPickItem & {
  readonly stop?: string;
  /** Without an address: the user enters it. */
  readonly listen?: Pick<SyslogAddress, "protocol"> & Partial<SyslogAddress>;
};

/** Prompts for an address of this computer and a port, or for the name of an open receiver to stop. */
async function pickSyslogAddress(open: readonly string[]): Promise<SyslogAddress | string | undefined> {
  const stop = open.map((name): AddressItem => ({
    label: t("$(debug-stop) Stop Receiving on {0}", name),
    stop: name,
  }));
  const title = t("Receive Syslog");
  const chosen = await vscode.window.showQuickPick([...stop, ...addressItems(), ...otherAddressItems()], {
    title,
    placeHolder: t(
      "Choose the address to listen on; a unikernel under a tender reaches that of its tap interface",
    ),
  });
  if (!chosen?.listen) return chosen?.stop;
  const { protocol } = chosen.listen;
  const address = chosen.listen.address ?? (await promptForAddress(title));
  if (address === undefined) return undefined;
  const port = await vscode.window.showInputBox({
    title: `${title}: ${protocol.toUpperCase()} ${address}`,
    prompt: t("The port. Boot the unikernel with --syslog={0} --syslog-port=PORT.", address),
    value: String(defaultSyslogPort),
    validateInput: (text) =>
      /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536
        ? undefined
        : t("Enter a number from 1 to 65535."),
  });
  return port === undefined ? undefined : { protocol, address, port: Number(port) };
}

/**
 * Prompts for an address that Node does not list: it lists no tap interface that no unikernel uses yet, although one can
 * listen on its address.
 */
function promptForAddress(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: t("The address of the tap interface on this computer"),
    value: "10.0.0.1",
    validateInput: (text) => {
      const problem = addressProblem(text);
      return problem === undefined ? undefined : t("The address {0}", problem);
    },
  });
}

function otherAddressItems(): readonly AddressItem[] {
  return [
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    ...(["udp", "tcp"] as const).map((protocol) => ({
      label: t("{0} on Another Address…", protocol.toUpperCase()),
      description: t("for example of a tap interface that no unikernel uses yet"),
      listen: { protocol },
    })),
  ];
}

/** Loopback, then tap interfaces and bridges, then the others. */
function addressItems(): readonly AddressItem[] {
  const rank = (name: string, isLoopback: boolean) =>
    isLoopback ? 0 : /^(tap|br|virbr|vmnet|bridge)/.test(name) ? 1 : 2;
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      // An IPv6 address of one link needs its interface too.
      .filter(({ address }) => !address.startsWith("fe80:"))
      .map(({ address, internal }) => ({ name, address, rank: rank(name, internal) })),
  );
  return all
    .toSorted((a, b) => a.rank - b.rank)
    .flatMap(({ name, address }) =>
      (["udp", "tcp"] as const).map((protocol) => ({
        label: `${protocol.toUpperCase()} ${address}`,
        description: name,
        listen: { address, protocol },
      })),
    );
}
