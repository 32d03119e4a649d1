import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { showErrorMessage, showWarningMessage } from "../../platform/vscode/messages.ts";
import { deviceTypes } from "../../mirage/deviceTypes.ts";
import type { Edit } from "../../mirage/config/mismatchFixes.ts";
import { createFiles, type TextFile } from "../../project/vscode/unikernelFiles.ts";
import { t } from "../../protocol/l10n.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { deviceEdits as additionOf, type Addition, type UnikernelTexts } from "../addDevice.ts";
import { templatesFor, type DeviceTemplate } from "../../mirage/deviceTemplates.ts";
import type { ScaffoldContext } from "./scaffoldContext.ts";
import { confirmChanges, type ChangedFile } from "../../project/vscode/changePreview.ts";

/**
 * Prompts for a device, shows the changes of config.ml and unikernel.ml as diffs, and applies them as one edit. Returns
 * whether it applied them.
 */
export async function addDevice(
  { projects, toolchain }: Pick<ScaffoldContext, "projects" | "toolchain">,
  invokedOn: unknown,
): Promise<boolean> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return false;
  const mirage = await toolchain.mirageVersion(project).catch(() => undefined);
  const devices: readonly AdditionItem[] = templatesFor(mirage).map((offer) => ({
    label: offer.title,
    description: `${offer.type} · ${deviceTypes[offer.type]?.signature ?? ""}`,
    detail: offer.detail,
    offer,
  }));
  const chosen = await vscode.window.showQuickPick([...devices, ...senderItems()], {
    title: t("Add Device: {0}", project.name),
    placeHolder: t("Choose a device; you can review the changes before they are made"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen?.command !== undefined)
    return await vscode.commands.executeCommand<boolean>(chosen.command, project.id);
  if (!chosen?.offer) return false;
  const { label, offer } = chosen;
  return applyAddition(
    projects,
    project,
    label,
    (texts) => additionOf(texts, offer),
    exampleFile(project, offer),
  );
}

/** A device, or a command that adds something else. */
type AdditionItem = vscode.QuickPickItem & { readonly offer?: DeviceTemplate; readonly command?: string };

function senderItems(): readonly AdditionItem[] {
  return [
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: t("Syslog"),
      detail: t("Sends log messages over the network."),
      command: "mirageos.addSyslog",
    },
    {
      label: t("Monitoring"),
      detail: t("Sends metrics over the network; log levels can be changed while it runs."),
      command: "mirageos.addMonitoring",
    },
  ];
}

/**
 * Shows the changes that add something to a unikernel as diffs, and applies them as one edit. `addition` computes them.
 * Returns whether it applied them.
 */
export async function applyAddition(
  projects: Projects,
  project: Project,
  label: string,
  addition: (texts: UnikernelTexts) => Addition,
  example?: ChangedFile,
): Promise<boolean> {
  const added = await additionTo(project, projects, addition);
  if (!added) {
    await showErrorMessage(t("Could not read {0}.", project.configFile));
    return false;
  }
  if (added.kind === "impossible") {
    await showWarningMessage(t("Could not add {0}. {1}", label, added.reason));
    return false;
  }
  const title = t("Add {0} to {1}", label, project.name);
  const question = t("Add {0} to {1}? You can undo this.", label, project.name);
  const preview = [...added.files.map(withEdits), ...(example ? [example] : [])];
  if (!(await confirmChanges(title, question, t("Add"), preview))) return false;

  // Computed again, because the files may have changed while the user reviewed the changes.
  const now = await additionTo(project, projects, addition);
  if (now?.kind !== "edits") return false;
  const edit = new vscode.WorkspaceEdit();
  if (example) {
    const contents = new TextEncoder().encode(example.text);
    edit.createFile(example.uri, { contents, ignoreIfExists: true });
  }
  for (const { file, edits } of now.files)
    for (const { span, text } of edits) edit.replace(file.uri, file.range(span), text);
  // Shows both files, the source file in front. Undo in either file reverts both.
  for (const { file } of now.files) await vscode.window.showTextDocument(file.uri, { preview: false });
  return vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** An example file in the folder that the device reads, if the folder does not exist. */
function exampleFile(project: Project, { folder }: DeviceTemplate): ChangedFile | undefined {
  if (folder === undefined || existsSync(join(project.buildDir, folder))) return undefined;
  const uri = vscode.Uri.file(join(project.buildDir, folder, "hello.txt"));
  return { uri, text: `${t("The unikernel reads the files of this folder.")}\n`, created: true };
}

interface FileEdits {
  readonly file: TextFile;
  readonly edits: readonly Edit[];
}

/** The edits of the current files; undefined if config.ml cannot be read. */
async function additionTo(
  project: Project,
  projects: Projects,
  addition: (texts: UnikernelTexts) => Addition,
) {
  const files = createFiles(projects);
  try {
    const read = await files.of(project);
    if (!read) return undefined;
    const { config, sources } = read;
    const added = addition({ config, source: (name) => sources.get(name) });
    if (added.kind === "impossible") return added;
    const source = sources.get(added.module);
    const of = (file: Edit["file"]): readonly Edit[] => added.edits.filter((edit) => edit.file === file);
    const changedFiles: readonly FileEdits[] = [
      { file: config, edits: of("config") },
      ...(source ? [{ file: source, edits: of("source") }] : []),
    ];
    return { kind: "edits", files: changedFiles } as const;
  } finally {
    files.dispose();
  }
}

/** The file with the edits applied. */
function withEdits({ file, edits }: FileEdits): ChangedFile {
  const backwards = edits.toSorted((a, b) => b.span.start - a.span.start);
  const text = backwards.reduce(
    (now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end),
    file.text,
  );
  return { uri: file.uri, text };
}
