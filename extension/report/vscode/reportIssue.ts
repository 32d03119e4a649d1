import { hostname, platform, arch, release, homedir, userInfo } from "node:os";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { unikernelsText, logText } from "../../assistant/toolText.ts";
import type { LogStore } from "../../logs/store/logStore.ts";
import { ProblemError } from "../../platform/errors.ts";
import { folderOf } from "../../project/vscode/namedProject.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { doctorMarkdown } from "../../toolchain/doctor.ts";
import { checkedScope, checkTools } from "../../toolchain/vscode/setupCheck.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { redact, type PrivateData } from "../redact.ts";
import { issueAddress, lastLines, reportMarkdown, type ReportParts } from "../report.ts";
import { t } from "../../protocol/l10n.ts";

export interface ReportContext {
  readonly context: vscode.ExtensionContext;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly logStore: () => Promise<LogStore>;
}

interface Manifest {
  readonly version: string;
  readonly bugs: { readonly url: string };
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

/** The number of lines of each log in a report. */
const lineCounts = { log: 200, boot: 60 };

/**
 * Opens a report of versions, settings, setup and last logs as a document, without secrets and private paths, for the
 * user to review and edit. Nothing is sent or copied unless the user chooses a button.
 */
export async function reportIssue(parts: ReportContext): Promise<void> {
  const manifest: Manifest = parts.context.extension.packageJSON;
  const text = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: t("Collecting information for the report") },
    async () => redact(reportMarkdown(await collect(parts, manifest)), privateData()),
  );
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content: text });
  await vscode.window.showTextDocument(document);
  // Not awaited: the notification stays until the user answers it.
  void offerToSend(document, manifest.bugs.url);
}

async function offerToSend(document: vscode.TextDocument, bugs: string): Promise<void> {
  const [open, copy] = [t("Open Issue Form"), t("Copy Report")];
  const chosen = await showInformationMessage(
    t(
      "Nothing has been sent. Review the report, describe what happened, and remove anything you don't want to share. Then open the issue form and submit it.",
    ),
    open,
    copy,
  );
  if (chosen === undefined) return;
  const report = document.getText();
  const { address, whole } = issueAddress(bugs, report);
  if (chosen === copy || !whole) await vscode.env.clipboard.writeText(report);
  if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(address, true));
}

async function collect(
  { context, projects, toolchain, logStore }: ReportContext,
  manifest: Manifest,
): Promise<ReportParts> {
  await projects.ready;
  const selected = projects.selected()?.id;
  const setup = vscode.workspace.isTrusted
    ? checkTools(checkedScope(projects), toolchain).then(doctorMarkdown, reasonOf)
    : Promise.resolve(t("Restricted Mode: the tools were not checked."));
  const logFile = vscode.Uri.joinPath(context.logUri, "MirageOS.log").fsPath;
  const log = readFile(logFile, "utf8").then((text) => lastLines(text, lineCounts.log), reasonOf);
  return {
    extension: manifest.version,
    editor: `${vscode.env.appName} ${vscode.version}`,
    system: `${platform()} ${arch()} ${release()}`,
    remote: vscode.env.remoteName,
    trusted: vscode.workspace.isTrusted,
    settings: changedSettings(Object.keys(manifest.contributes.configuration.properties)),
    unikernels: unikernelsText(
      projects.all().map((project) => ({
        ...project,
        folder: folderOf(project),
        selected: project.id === selected,
        activity: undefined,
      })),
    ),
    setup: await setup,
    log: await log,
    boot: await lastBoot(await logStore()),
  };
}

const reasonOf = (error: unknown): string =>
  t("Missing: {0}", error instanceof ProblemError ? error.problem.message : String(error));

function changedSettings(names: readonly string[]): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration();
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = configuration.inspect(name);
      const value = values?.workspaceFolderValue ?? values?.workspaceValue ?? values?.globalValue;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function lastBoot(store: LogStore): Promise<string | undefined> {
  const [session] = store.sessions();
  if (!session) return undefined;
  await store.load(session.id);
  const { end } = store.span(session.id);
  return logText(
    session,
    store.records(session.id, Math.max(0, end - lineCounts.boot), lineCounts.boot),
    end,
  );
}

function privateData(): PrivateData {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  return {
    paths: [
      { path: homedir(), replacement: "~" },
      ...folders.map(({ uri }, index) => ({ path: uri.fsPath, replacement: `<folder ${index + 1}>` })),
    ],
    words: [
      { word: userInfo().username, replacement: "<user>" },
      { word: hostname(), replacement: "<host>" },
    ],
  };
}
