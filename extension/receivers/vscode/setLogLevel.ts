import { isIP } from "node:net";
import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import type { MetricsStore } from "../metrics/metricsStore.ts";
import {
  listLevelsCommand,
  monitoringLevels,
  parseLevelList,
  setLevelCommand,
  type MonitoringLevel,
  type SourceLevel,
} from "../monitoring/logLevels.ts";
import { monitoringPort, sendMonitoringCommand } from "../monitoring/monitoringClient.ts";

/** The addresses that the user entered, by unikernel. */
const entered = new Map<string, string>();

/** Lists the log levels of a running unikernel and sets those that the user chooses, until the user dismisses the list. */
export async function setLogLevel(
  projects: Projects,
  metrics: MetricsStore,
  project: Project,
): Promise<void> {
  const address = metrics.peer(project.id) ?? (await promptForAddress(projects, project));
  if (address === undefined) return;
  for (;;) {
    const answer = await request(project.name, address, listLevelsCommand);
    if (answer === undefined) return;
    const chosen = await pickLevel(project.name, parseLevelList(answer));
    if (!chosen) return;
    if ((await request(project.name, address, setLevelCommand(...chosen))) === undefined) return;
    entered.set(project.id, address);
  }
}

async function promptForAddress(
  projects: Projects,
  { id, name, target }: Project,
): Promise<string | undefined> {
  const { memory } = projects;
  const argument = memory.bootArguments(id)?.find((word) => word.startsWith("--ipv4="));
  const [own] = argument?.slice("--ipv4=".length).split("/") ?? [];
  const value =
    entered.get(id) ?? own ?? (target === "unix" || target === "macosx" ? "127.0.0.1" : "10.0.0.2");
  return vscode.window.showInputBox({
    title: t("Set Log Level of {0}", name),
    prompt: t("The IP address of the running unikernel. It needs monitoring in config.ml and --monitor."),
    value,
    validateInput: (text) => (isIP(text) === 0 ? t("Enter an IP address.") : undefined),
  });
}

/** Sends a command. Resolves to what follows `ok`, or to `undefined` after an error message. */
async function request(name: string, address: string, command: string): Promise<string | undefined> {
  const where = `${address}:${monitoringPort}`;
  try {
    const title = t("Reading the log levels of {0}", name);
    const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      sendMonitoringCommand({ address }, command),
    );
    if (answer.kind === "ok") return answer.text;
    const reason = answer.kind === "error" ? answer.reason : t("the answer is not from mirage-monitoring");
    await showErrorMessage(t("Could not set the log level at {0}: {1}", where, reason));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await showErrorMessage(
      t(
        "Could not reach {0} at {1}: {2}. The unikernel needs monitoring in config.ml, and must be booted with --monitor.",
        name,
        where,
        reason,
      ),
    );
  }
  return undefined;
}

async function pickLevel(
  name: string,
  sources: readonly SourceLevel[],
): Promise<readonly [string, MonitoringLevel] | undefined> {
  const items = sources.map(({ source, levels }) => ({
    label: source,
    description: `${levels.join(", ")}${source === "*" ? ` · ${t("all sources")}` : ""}`,
    levels,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Log Levels of {0}", name),
    placeHolder: t("Choose a log source to change; Escape when you are done"),
  });
  if (!chosen) return undefined;
  const level = await vscode.window.showQuickPick(
    monitoringLevels.map((label) => ({
      label,
      description: chosen.levels.includes(label) ? t("current") : "",
    })),
    { title: t("Level of {0}", chosen.label), placeHolder: t("Choose the lowest level to log") },
  );
  return level && [chosen.label, level.label];
}
