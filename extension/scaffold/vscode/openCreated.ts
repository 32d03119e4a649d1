import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, sep } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage, showWarningMessage } from "../../platform/vscode/messages.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { isTarget, targets, type TargetId } from "../../mirage/targets.ts";
import { getSetting } from "../../platform/vscode/settings.ts";
import { createdFile } from "./scaffoldContext.ts";
import { t } from "../../protocol/l10n.ts";

/** A unikernel that was just created. Paths are absolute. */
export interface CreatedUnikernel {
  readonly configFile: string;
  readonly folder: string;
  readonly name: string;
  readonly target: TargetId;
  /** The options of its template for unix and macosx. */
  readonly hostOptions: readonly string[];
}

export interface OpenContext {
  readonly context: vscode.ExtensionContext;
  readonly projects: Projects;
}

/**
 * Prompts where to open a created unikernel, and opens it. If that opens another window or restarts the extension
 * host, the new extension host reads the unikernel from a file and continues.
 */
export async function openCreated(created: CreatedUnikernel, parts: OpenContext): Promise<void> {
  const uri = vscode.Uri.file(created.folder);
  if (vscode.workspace.getWorkspaceFolder(uri)) {
    await parts.projects.rediscover();
    return finishCreation(created, parts);
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  const here = folders.length === 0 ? t("Open") : t("Open Here");
  const other = t("Open in New Window");
  const add = t("Add to Workspace");
  const chosen = await showInformationMessage(
    t("Created {0} in {1}.", created.name, created.folder),
    ...(folders.length === 0 ? [here, other] : [add, here, other]),
  );
  if (chosen === undefined) return;
  const file = createdFile(parts.context);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(created));
  if (chosen === add) {
    // If only a folder is open, VS Code replaces it with a workspace and restarts the extension host, where
    // register.ts continues. The old extension host may also be notified of the new folder, but is about to stop.
    if (vscode.workspace.workspaceFile) {
      const added = vscode.workspace.onDidChangeWorkspaceFolders(() => {
        added.dispose();
        void continueAfterOpening(parts);
      });
    }
    vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri, name: created.name });
    return;
  }
  await vscode.commands.executeCommand("vscode.openFolder", uri, { forceNewWindow: chosen === other });
}

/** Continues with a unikernel that another window, or this one before a restart, has created. */
export async function continueAfterOpening(parts: OpenContext): Promise<void> {
  const file = createdFile(parts.context);
  const created = await readFile(file, "utf8").then(readCreated, () => undefined);
  if (!created || !vscode.workspace.getWorkspaceFolder(vscode.Uri.file(created.folder))) return;
  await rm(file, { force: true });
  await parts.projects.rediscover();
  await finishCreation(created, parts);
}

async function finishCreation(created: CreatedUnikernel, { context, projects }: OpenContext): Promise<void> {
  const project = projects.all().find(({ configFile }) => configFile === created.configFile);
  await vscode.window.showTextDocument(vscode.Uri.file(join(created.folder, "unikernel.ml")), {
    preview: false,
  });
  if (!project) {
    const folderName = created.folder.split(sep).at(-1) ?? created.folder;
    await showWarningMessage(
      t(
        "Created {0}, but it isn't listed because the settings exclude the folder {1}.",
        created.name,
        folderName,
      ),
    );
    return;
  }
  // The options of the template apply to whichever of these targets is configured first.
  for (const target of created.hostOptions.length > 0 ? (["unix", "macosx"] as const) : [])
    await projects.memory.setOptions(project.id, target, created.hostOptions);
  await projects.setTarget(project.id, created.target);
  await projects.select(project.id);
  if (!vscode.workspace.isTrusted) {
    // In a folder that is new to VS Code, the prompt for trust appears only after this.
    const granted = vscode.workspace.onDidGrantWorkspaceTrust(() => {
      granted.dispose();
      void offerNextSteps(created, project.id);
    });
    context.subscriptions.push(granted);
    await showInformationMessage(t("Created {0}. To build it, trust this workspace.", created.name));
    return;
  }
  // The log panel is empty until the first run, and says so.
  if (getSetting("revealLogs") !== "never")
    await vscode.commands.executeCommand("mirageos.logs.focus", { preserveFocus: true });
  await offerNextSteps(created, project.id);
}

async function offerNextSteps({ name, target, folder }: CreatedUnikernel, id: string): Promise<void> {
  const boots = targets[target].booter !== undefined;
  const first = boots ? t("Build and Run") : t("Build");
  const configure = t("Configure");
  const question = boots
    ? t("Created {0}. Build and run it for {1} now?", name, target)
    : t("Created {0}. Build it for {1} now?", name, target);
  const chosen = await showInformationMessage(question, first, configure, t("Open README"));
  const run = boots ? "mirageos.buildAndRun" : "mirageos.build";
  if (chosen === first) await vscode.commands.executeCommand(run, id);
  else if (chosen === configure) await vscode.commands.executeCommand("mirageos.configure", id);
  else if (chosen !== undefined)
    await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.file(join(folder, "README.md")));
}

function readCreated(text: string): CreatedUnikernel | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const field = (name: "configFile" | "folder" | "name" | "target"): string => {
    const found = fields.get(name);
    return typeof found === "string" ? found : "";
  };
  const [configFile, folder, name, target] = [
    field("configFile"),
    field("folder"),
    field("name"),
    field("target"),
  ];
  const given = fields.get("hostOptions");
  const hostOptions = Array.isArray(given) ? given.filter((each) => typeof each === "string") : [];
  return isTarget(target) && isAbsolute(configFile) && isAbsolute(folder)
    ? { configFile, folder, name, target, hostOptions }
    : undefined;
}
