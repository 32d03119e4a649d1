import * as vscode from "vscode";
import { showInformationMessage, showWarningMessage } from "../../platform/vscode/messages.ts";
import { compareVersions } from "../../mirage/version.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import { t } from "../../protocol/l10n.ts";
import { addSender, type Sender } from "../addSender.ts";
import { applyAddition } from "./addDevice.ts";
import type { ScaffoldContext } from "./scaffoldContext.ts";

type Context = Pick<ScaffoldContext, "projects" | "toolchain">;

/** The first version of mirage that has these combinators. */
const firstVersion = "4.9.0";

/** Adds a syslog device to a unikernel after a prompt for its protocol. Returns whether it was added. */
export async function addSyslog(context: Context, invokedOn: unknown): Promise<boolean> {
  const items: (vscode.QuickPickItem & { readonly sender: Sender })[] = [
    {
      label: t("Syslog over UDP"),
      detail: t("Messages may be lost if many are sent at once."),
      sender: "syslog_udp",
    },
    {
      label: t("Syslog over TCP"),
      detail: t("The server must be reachable when the unikernel boots."),
      sender: "syslog_tcp",
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Add Syslog"),
    placeHolder: t("Choose a protocol; you can review the changes before they are made"),
  });
  return chosen !== undefined && add(context, invokedOn, chosen.label, chosen.sender);
}

/** Adds monitoring to a unikernel. Returns whether it was added. */
export async function addMonitoring(context: Context, invokedOn: unknown): Promise<boolean> {
  return add(context, invokedOn, t("Monitoring"), "monitoring");
}

async function add(
  { projects, toolchain }: Context,
  invokedOn: unknown,
  label: string,
  sender: Sender,
): Promise<boolean> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return false;
  const mirage = await toolchain.mirageVersion(project).catch(() => undefined);
  if (mirage !== undefined && compareVersions(mirage, firstVersion) < 0) {
    const reason = t("It needs mirage {0} or later, and mirage {1} is installed.", firstVersion, mirage);
    await showWarningMessage(t("Could not add {0}. {1}", label, reason));
    return false;
  }
  if (!(await applyAddition(projects, project, label, (texts) => addSender(texts, sender)))) return false;
  const property = sender === "monitoring" ? "metrics" : "syslog";
  // Not awaited, because the notification may stay open for long.
  void showInformationMessage(
    t(
      'Added {0}. To receive what the unikernel sends, set "{1}" in a launch configuration.',
      label,
      property,
    ),
  );
  return true;
}
