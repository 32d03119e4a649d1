import { readFile, realpath, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import * as vscode from "vscode";
import { problems } from "../../platform/errors.ts";
import { t } from "../../platform/l10n.ts";
import { perform, tell } from "../../platform/vscode/tell.ts";
import type { PlannedFile } from "../../scaffold/plan.ts";
import { exists, writeFiles, writeReason } from "../../scaffold/write.ts";
import { readHost } from "../../toolchain/host.ts";
import { definitionPath, devContainerFiles, otherDefinition } from "../devContainer.ts";

const title = t("Add Dev Container");
const containers = "ms-vscode-remote.remote-containers";
const scheme = "mirageos-preview";

/** Shows the files of a dev container for the workspace folder and writes them once the user agrees. True when it did. */
export async function addDevContainer(extensionUri: vscode.Uri, on: unknown): Promise<boolean> {
  const folder = await folderFor(on);
  if (!folder) return false;
  const root = folder.uri.fsPath;
  const leadsTo = await linkOut(root, ".devcontainer");
  if (leadsTo !== undefined) {
    await tell(problems.linkLeadsOut(".devcontainer", leadsTo));
    return false;
  }
  const sources = vscode.Uri.joinPath(extensionUri, "snippets", "devcontainer").fsPath;
  const files = await devContainerFiles(await readDevices(), (name) => readFile(join(sources, name), "utf8"));
  const there: string[] = [];
  for (const { path } of files) if (await exists(join(root, ...path.split("/")))) there.push(path);
  const other = await exists(join(root, otherDefinition));

  const previews = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ path }) => files.find((file) => path === `/${file.path}`)?.text ?? "",
  });
  try {
    for (const file of files.toReversed()) await preview(root, file, there.includes(file.path));
    if (!(await agreed(root, files, there, other))) return false;
    await write(root, files, there);
  } catch (error) {
    await vscode.window.showErrorMessage(t("The dev container was not added: {0}", writeReason(error)));
    return false;
  } finally {
    await closePreviews();
    previews.dispose();
  }
  await vscode.window.showTextDocument(vscode.Uri.file(join(root, ...definitionPath.split("/"))));
  // Not awaited: the question may stay for as long as the user likes.
  void offerToOpen(folder.name);
  return true;
}

async function folderFor(on: unknown): Promise<vscode.WorkspaceFolder | undefined> {
  if (on instanceof vscode.Uri) return vscode.workspace.getWorkspaceFolder(on);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1)
    return vscode.window.showWorkspaceFolderPick({
      placeHolder: t("The folder that gets the dev container"),
    });
  if (folders.length === 0)
    await tell({
      code: "no-folder",
      message: t("A dev container belongs to a folder, and none is open."),
      actions: [
        { title: t("Open Folder"), command: "vscode.openFolder" },
        { title: t("New Unikernel"), command: "mirageos.newUnikernel" },
      ],
    });
  return folders[0];
}

/** Where a link in the folder leads, when that is outside of it. */
async function linkOut(root: string, name: string): Promise<string | undefined> {
  const [inside, target] = await Promise.all([
    realpath(root),
    realpath(join(root, name)).catch(() => undefined),
  ]);
  if (target === undefined) return (await exists(join(root, name))) ? name : undefined;
  return target.startsWith(inside + sep) ? undefined : target;
}

async function readDevices(): Promise<{ kvm: boolean; tun: boolean }> {
  const { platform, kvm, tun } = await readHost();
  // Elsewhere Docker runs in a Linux of its own, which has the one and not the other.
  return { kvm: kvm !== "absent", tun: tun || platform !== "linux" };
}

const proposed = (path: string): vscode.Uri => vscode.Uri.from({ scheme, path: `/${path}` });

/** Opens what would be written, beside what is there. */
async function preview(root: string, { path }: PlannedFile, replaces: boolean): Promise<void> {
  const options: vscode.TextDocumentShowOptions = { preview: false, preserveFocus: true };
  if (replaces) {
    const now = vscode.Uri.file(join(root, ...path.split("/")));
    const name = t("{0}: as it is, and as it would be", path);
    await vscode.commands.executeCommand("vscode.diff", now, proposed(path), name, options);
    return;
  }
  const document = await vscode.workspace.openTextDocument(proposed(path));
  const language = path.endsWith(".json") ? "jsonc" : "dockerfile";
  // A language that this VS Code does not know leaves it plain.
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

/** The last question: what is written is open in the editors below it. */
async function agreed(
  root: string,
  files: readonly PlannedFile[],
  there: readonly string[],
  other: boolean,
): Promise<boolean> {
  const yes = there.length > 0 ? t("$(replace) Replace") : t("$(check) Write");
  const already = t("is there already, and is replaced");
  const items = [
    { label: yes, description: root, write: true },
    { label: t("files"), kind: vscode.QuickPickItemKind.Separator, write: false },
    ...files.map(({ path }) => ({
      label: `$(file) ${path}`,
      description: there.includes(path) ? already : t("is new"),
      write: false,
    })),
    { label: t("$(close) Cancel"), description: t("nothing is written"), write: false },
  ];
  const note = other ? t(" {0} is there as well; VS Code will ask which to use.", otherDefinition) : "";
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t("Write what the editors show?{0}", note),
    ignoreFocusOut: true,
  });
  return chosen?.write === true;
}

async function write(root: string, files: readonly PlannedFile[], there: readonly string[]): Promise<void> {
  const before = new Map<string, string>();
  try {
    for (const { path, text } of files.filter((file) => there.includes(file.path))) {
      const file = join(root, ...path.split("/"));
      // As was shown; a link is not followed.
      if ((await linkOut(root, path)) !== undefined)
        throw new Error(problems.linkLeadsOut(path, file).message);
      before.set(file, await readFile(file, "utf8"));
      await writeFile(file, text);
    }
    await writeFiles(
      root,
      files.filter((file) => !there.includes(file.path)),
    );
  } catch (error) {
    for (const [file, text] of before) await writeFile(file, text).catch(() => undefined);
    throw error;
  }
}

async function offerToOpen(name: string): Promise<void> {
  const installed = vscode.extensions.getExtension(containers) !== undefined;
  const action = installed
    ? { title: t("Reopen in Container"), command: "remote-containers.reopenInContainer" }
    : {
        title: t("Find the Dev Containers Extension"),
        command: "workbench.extensions.search",
        args: [`@id:${containers}`],
      };
  const message = installed
    ? t("{0} has a dev container now. The first time it is built, which takes a quarter of an hour.", name)
    : t(
        "{0} has a dev container now. To open it, VS Code needs Docker and the extension Dev Containers.",
        name,
      );
  const chosen = await vscode.window.showInformationMessage(message, action.title);
  if (chosen === action.title) await perform(action);
}
