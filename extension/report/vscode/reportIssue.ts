import { hostname, platform, arch, release, homedir, userInfo } from "node:os";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { unikernelsText, logText } from "../../assistant/words.ts";
import type { LogStore } from "../../logs/store.ts";
import { ProblemError } from "../../platform/errors.ts";
import { folderOf } from "../../project/vscode/pick.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { doctorMarkdown } from "../../toolchain/doctor.ts";
import { checkTools, subjectOf } from "../../toolchain/vscode/setupCheck.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { redacted, type Private } from "../redact.ts";
import { issueAddress, lastLines, reportMarkdown, type ReportParts } from "../report.ts";
import { t } from "../../platform/l10n.ts";

export interface ReportSources {
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

/** How much of each log a report has. */
const lines = { log: 200, boot: 60 };

/**
 * Opens a report of versions, settings, setup and last logs as a document, without secrets and private
 * paths, for the user to read and change. It leaves the editor only by the button that says so.
 */
export async function reportIssue(sources: ReportSources): Promise<void> {
  const manifest: Manifest = sources.context.extension.packageJSON;
  const text = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: t("Collecting what a report needs") },
    async () => redacted(reportMarkdown(await collect(sources, manifest)), privateThings()),
  );
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content: text });
  await vscode.window.showTextDocument(document);
  // Not awaited: the user reads and writes first, and the command has done its part.
  void offerToSend(document, manifest.bugs.url);
}

async function offerToSend(document: vscode.TextDocument, bugs: string): Promise<void> {
  const [open, copy] = [t("Open Issue Form"), t("Copy Report")];
  const chosen = await vscode.window.showInformationMessage(
    t(
      "Nothing was sent. Read the report, say what happened and remove what you like; then open the form, which you submit yourself.",
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

async function collect(sources: ReportSources, manifest: Manifest): Promise<ReportParts> {
  const { context, projects, toolchain } = sources;
  await projects.ready;
  const selected = projects.selected()?.id;
  const setup = vscode.workspace.isTrusted
    ? checkTools(subjectOf(projects).place, toolchain).then(doctorMarkdown, reasonOf)
    : Promise.resolve(t("Restricted Mode: no program was asked."));
  const logFile = vscode.Uri.joinPath(context.logUri, "MirageOS.log").fsPath;
  const log = readFile(logFile, "utf8").then((text) => lastLines(text, lines.log), reasonOf);
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
    boot: await lastBoot(await sources.logStore()),
  };
}

const reasonOf = (error: unknown): string =>
  t("Not there: {0}", error instanceof ProblemError ? error.problem.message : String(error));

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
  return logText(session, store.records(session.id, Math.max(0, end - lines.boot), lines.boot), end);
}

function privateThings(): Private {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  return {
    paths: [
      { path: homedir(), instead: "~" },
      ...folders.map(({ uri }, index) => ({ path: uri.fsPath, instead: `<folder ${index + 1}>` })),
    ],
    words: [
      { word: userInfo().username, instead: "<user>" },
      { word: hostname(), instead: "<host>" },
    ],
  };
}
