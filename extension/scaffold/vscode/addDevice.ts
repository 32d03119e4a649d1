import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { deviceTypes } from "../../../language-bridge/deviceTypes.ts";
import type { Edit } from "../../../language-bridge/mismatchFixes.ts";
import { createFiles, type TextFile } from "../../../language-bridge/vscode/files.ts";
import { t } from "../../platform/l10n.ts";
import { projectFor } from "../../project/vscode/pick.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { addDevice as additionOf } from "../addDevice.ts";
import { offersFor, type DeviceOffer } from "../offers.ts";
import type { ScaffoldParts } from "./parts.ts";
import { agreed, type Changed } from "./preview.ts";

/**
 * Asks which device to add, shows what config.ml and unikernel.ml would become, and changes both as one
 * edit. True when that was done.
 */
export async function addDevice(
  { projects, toolchain }: Pick<ScaffoldParts, "projects" | "toolchain">,
  invokedOn: unknown,
): Promise<boolean> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return false;
  const mirage = await toolchain.mirageVersion(project).catch(() => undefined);
  const items = offersFor(mirage).map((offer) => ({
    label: offer.title,
    description: `${offer.type} · ${deviceTypes[offer.type]?.signature ?? ""}`,
    detail: offer.detail,
    offer,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Add Device: {0}", project.name),
    placeHolder: t("What the unikernel gets; the changes are shown before they are made"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return false;

  const added = await additionTo(project, projects, chosen.offer);
  if (!added) {
    await vscode.window.showErrorMessage(t("{0} cannot be read.", project.configFile));
    return false;
  }
  if (added.kind === "impossible") {
    await vscode.window.showWarningMessage(t("{0} was not added. {1}", chosen.label, added.reason));
    return false;
  }
  const title = t("Add {0} to {1}", chosen.label, project.name);
  const question = t("Add {0} to {1}? It can be undone.", chosen.label, project.name);
  const example = exampleFile(project, chosen.offer);
  const shown = [...added.files.map(changed), ...(example ? [example] : [])];
  if (!(await agreed(title, question, t("Add"), shown))) return false;

  // Read anew: the files may have been edited while the changes were looked at.
  const now = await additionTo(project, projects, chosen.offer);
  if (now?.kind !== "edits") return false;
  const edit = new vscode.WorkspaceEdit();
  if (example) {
    const contents = new TextEncoder().encode(example.text);
    edit.createFile(example.uri, { contents, ignoreIfExists: true });
  }
  for (const { file, edits } of now.files)
    for (const { span, text } of edits) edit.replace(file.uri, file.range(span), text);
  // Both are seen, the one where the user goes on in front; Undo in either takes back both.
  for (const { file } of now.files) await vscode.window.showTextDocument(file.uri, { preview: false });
  return vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** A first file for a folder that the device reads and that is not there. */
function exampleFile(project: Project, { folder }: DeviceOffer): Changed | undefined {
  if (folder === undefined || existsSync(join(project.buildDir, folder))) return undefined;
  const uri = vscode.Uri.file(join(project.buildDir, folder, "hello.txt"));
  return { uri, text: `${t("The unikernel reads the files of this folder.")}\n`, created: true };
}

interface FileEdits {
  readonly file: TextFile;
  readonly edits: readonly Edit[];
}

/** The changes by file, as the files stand now; undefined where config.ml cannot be read. */
async function additionTo(project: Project, projects: Projects, offer: DeviceOffer) {
  const files = createFiles(projects);
  try {
    const read = await files.of(project);
    if (!read) return undefined;
    const { config, sources } = read;
    const added = additionOf({ config, source: (name) => sources.get(name) }, offer);
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

function changed({ file, edits }: FileEdits): Changed {
  const backwards = edits.toSorted((a, b) => b.span.start - a.span.start);
  const text = backwards.reduce(
    (now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end),
    file.text,
  );
  return { uri: file.uri, text };
}
