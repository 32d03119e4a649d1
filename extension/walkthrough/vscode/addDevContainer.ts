import { readFile, realpath, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import * as vscode from "vscode";
import { showErrorMessage, showInformationMessage } from "../../platform/vscode/messages.ts";
import { problems } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";
import { performAction, showProblem } from "../../platform/vscode/showProblem.ts";
import type { PlannedFile } from "../../scaffold/scaffoldPlan.ts";
import { isOccupied, writeFiles, writeReason } from "../../scaffold/write.ts";
import { readHost } from "../../toolchain/host.ts";
import { definitionPath, devContainerFiles, otherDefinition } from "../devContainer.ts";

const title = t("Add Dev Container");
const containersExtension = "ms-vscode-remote.remote-containers";
const scheme = "mirageos-preview";

/**
 * Shows the files of a dev container for the workspace folder, and writes them if the user confirms. Returns whether it
 * wrote them.
 */
export async function addDevContainer(extensionUri: vscode.Uri, on: unknown): Promise<boolean> {
  const folder = await folderFor(on);
  if (!folder) return false;
  const root = folder.uri.fsPath;
  const leadsTo = await linkOutside(root, ".devcontainer");
  if (leadsTo !== undefined) {
    await showProblem(problems.linkLeadsOut(".devcontainer", leadsTo));
    return false;
  }
  const sources = vscode.Uri.joinPath(extensionUri, "snippets", "devcontainer").fsPath;
  const files = await devContainerFiles(await readDevices(), (name) => readFile(join(sources, name), "utf8"));
  const existing: string[] = [];
  for (const { path } of files) if (await isOccupied(join(root, ...path.split("/")))) existing.push(path);
  const other = await isOccupied(join(root, otherDefinition));

  const previews = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ path }) => files.find((file) => path === `/${file.path}`)?.text ?? "",
  });
  try {
    for (const file of files.toReversed()) await preview(root, file, existing.includes(file.path));
    if (!(await confirmWrite(root, files, existing, other))) return false;
    await write(root, files, existing);
  } catch (error) {
    await showErrorMessage(t("Could not add the dev container: {0}", writeReason(error)));
    return false;
  } finally {
    await closePreviews();
    previews.dispose();
  }
  await vscode.window.showTextDocument(vscode.Uri.file(join(root, ...definitionPath.split("/"))));
  // Not awaited: the notification stays until the user answers it.
  void offerToOpen(folder.name);
  return true;
}

async function folderFor(on: unknown): Promise<vscode.WorkspaceFolder | undefined> {
  if (on instanceof vscode.Uri) return vscode.workspace.getWorkspaceFolder(on);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1)
    return vscode.window.showWorkspaceFolderPick({
      placeHolder: t("Choose the folder to add the dev container to"),
    });
  if (folders.length === 0)
    await showProblem({
      code: "no-folder",
      message: t("Open a folder before adding a dev container."),
      actions: [
        { title: t("Open Folder"), command: "vscode.openFolder" },
        { title: t("New Unikernel"), command: "mirageos.newUnikernel" },
      ],
    });
  return folders[0];
}

/** The target of a symbolic link if it is outside of the folder, or the name of the link if its target is missing. */
async function linkOutside(root: string, name: string): Promise<string | undefined> {
  const [inside, target] = await Promise.all([
    realpath(root),
    realpath(join(root, name)).catch(() => undefined),
  ]);
  if (target === undefined) return (await isOccupied(join(root, name))) ? name : undefined;
  return target.startsWith(inside + sep) ? undefined : target;
}

async function readDevices(): Promise<{ kvm: boolean; tun: boolean }> {
  const { platform, kvm, tun } = await readHost();
  // On other systems, Docker runs in a Linux virtual machine, which has /dev/net/tun but not /dev/kvm.
  return { kvm: kvm !== "absent", tun: tun || platform !== "linux" };
}

const proposed = (path: string): vscode.Uri => vscode.Uri.from({ scheme, path: `/${path}` });

/** Opens the file to be written; if a file exists already, as a diff with it. */
async function preview(root: string, { path }: PlannedFile, replaces: boolean): Promise<void> {
  const options: vscode.TextDocumentShowOptions = { preview: false, preserveFocus: true };
  if (replaces) {
    const now = vscode.Uri.file(join(root, ...path.split("/")));
    const name = t("{0} (Current ↔ Proposed)", path);
    await vscode.commands.executeCommand("vscode.diff", now, proposed(path), name, options);
    return;
  }
  const document = await vscode.workspace.openTextDocument(proposed(path));
  const language = path.endsWith(".json") ? "jsonc" : "dockerfile";
  // If VS Code does not know the language, the document stays plain text.
  await vscode.languages.setTextDocumentLanguage(document, language).then(undefined, () => undefined);
  await vscode.window.showTextDocument(document, options);
}

async function closePreviews(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const ours = tabs.filter(({ input }) => {
    if (input instanceof vscode.TabInputText) return input.uri.scheme === scheme;
    return input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme;
  });
  await vscode.window.tabGroups.close(ours);
}

/** Asks whether to write the files, which are open in editors. */
async function confirmWrite(
  root: string,
  files: readonly PlannedFile[],
  existing: readonly string[],
  other: boolean,
): Promise<boolean> {
  const label = existing.length > 0 ? t("$(replace) Replace") : t("$(check) Write");
  const items = [
    { label, description: root, write: true },
    { label: t("files"), kind: vscode.QuickPickItemKind.Separator, write: false },
    ...files.map(({ path }) => ({
      label: `$(file) ${path}`,
      description: existing.includes(path) ? t("exists and will be replaced") : t("new file"),
      write: false,
    })),
    { label: t("$(close) Cancel"), description: t("don't write any files"), write: false },
  ];
  const note = other ? t(" {0} also exists; VS Code will ask which one to use.", otherDefinition) : "";
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t("Save the files shown in the editors?{0}", note),
    ignoreFocusOut: true,
  });
  return chosen?.write === true;
}

async function write(
  root: string,
  files: readonly PlannedFile[],
  existing: readonly string[],
): Promise<void> {
  const before = new Map<string, string>();
  try {
    for (const { path, text } of files.filter((file) => existing.includes(file.path))) {
      const file = join(root, ...path.split("/"));
      // The file may have been replaced by a link since it was shown; a link is not followed.
      if ((await linkOutside(root, path)) !== undefined)
        throw new Error(problems.linkLeadsOut(path, file).message);
      before.set(file, await readFile(file, "utf8"));
      await writeFile(file, text);
    }
    await writeFiles(
      root,
      files.filter((file) => !existing.includes(file.path)),
    );
  } catch (error) {
    for (const [file, text] of before) await writeFile(file, text).catch(() => undefined);
    throw error;
  }
}

async function offerToOpen(name: string): Promise<void> {
  const installed = vscode.extensions.getExtension(containersExtension) !== undefined;
  const action = installed
    ? { title: t("Reopen in Container"), command: "remote-containers.reopenInContainer" }
    : {
        title: t("Find the Dev Containers Extension"),
        command: "workbench.extensions.search",
        args: [`@id:${containersExtension}`],
      };
  const message = installed
    ? t("Added a dev container to {0}. Building it the first time takes about 15 minutes.", name)
    : t(
        "Added a dev container to {0}. To open it, VS Code needs Docker and the Dev Containers extension.",
        name,
      );
  const chosen = await showInformationMessage(message, action.title);
  if (chosen === action.title) await performAction(action);
}
