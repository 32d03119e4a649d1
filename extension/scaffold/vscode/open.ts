import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, sep } from "node:path";
import * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import { isTarget, type TargetId } from "../../toolchain/targets.ts";
import { createdFile } from "./parts.ts";
import { t } from "../../platform/l10n.ts";

/** A unikernel that was just written. Paths are absolute. */
export interface Created {
  readonly configFile: string;
  readonly folder: string;
  readonly name: string;
  readonly target: TargetId;
  /** Those of its template. */
  readonly hostOptions: readonly string[];
}

export interface OpenParts {
  readonly context: vscode.ExtensionContext;
  readonly projects: Projects;
}

/**
 * Asks where to open what was created, and opens it. A window that is opened for it, or an extension
 * host that VS Code starts anew, finds in a file what to go on with.
 */
export async function openCreated(created: Created, parts: OpenParts): Promise<void> {
  const uri = vscode.Uri.file(created.folder);
  if (vscode.workspace.getWorkspaceFolder(uri)) {
    await parts.projects.rediscover();
    return goOn(created, parts);
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  const here = folders.length === 0 ? t("Open") : t("Open Here");
  const other = t("Open in New Window");
  const add = t("Add to Workspace");
  const chosen = await vscode.window.showInformationMessage(
    t("{0} was created in {1}.", created.name, created.folder),
    ...(folders.length === 0 ? [here, other] : [add, here, other]),
  );
  if (chosen === undefined) return;
  const file = createdFile(parts.context);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(created));
  if (chosen === add) {
    // A folder that is open alone makes way for a workspace: VS Code starts the extensions anew, and register.ts
    // goes on. This one may be told of the new folder all the same, and would end with the window.
    if (vscode.workspace.workspaceFile) {
      const added = vscode.workspace.onDidChangeWorkspaceFolders(() => {
        added.dispose();
        void goOnAfterOpening(parts);
      });
    }
    vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri, name: created.name });
    return;
  }
  await vscode.commands.executeCommand("vscode.openFolder", uri, { forceNewWindow: chosen === other });
}

/** Goes on with what another window, or this one before a restart, has created. */
export async function goOnAfterOpening(parts: OpenParts): Promise<void> {
  const file = createdFile(parts.context);
  const created = await readFile(file, "utf8").then(readCreated, () => undefined);
  if (!created || !vscode.workspace.getWorkspaceFolder(vscode.Uri.file(created.folder))) return;
  await rm(file, { force: true });
  await parts.projects.rediscover();
  await goOn(created, parts);
}

async function goOn(created: Created, { context, projects }: OpenParts): Promise<void> {
  const project = projects.all().find(({ configFile }) => configFile === created.configFile);
  await vscode.window.showTextDocument(vscode.Uri.file(join(created.folder, "unikernel.ml")), {
    preview: false,
  });
  if (!project) {
    const inside = created.folder.split(sep).at(-1) ?? created.folder;
    await vscode.window.showWarningMessage(
      t("{0} was created, but the settings exclude the folder {1}: it is not listed.", created.name, inside),
    );
    return;
  }
  // They are the choice of the template, for whichever of these targets is configured first.
  for (const target of created.hostOptions.length > 0 ? (["unix", "macosx"] as const) : [])
    await projects.memory.setOptions(project.id, target, created.hostOptions);
  await projects.setTarget(project.id, created.target);
  await projects.select(project.id);
  if (!vscode.workspace.isTrusted) {
    // A window on a folder that is new to VS Code asks for trust only after this.
    const granted = vscode.workspace.onDidGrantWorkspaceTrust(() => {
      granted.dispose();
      void offerConfigure(created, project.id);
    });
    context.subscriptions.push(granted);
    await vscode.window.showInformationMessage(
      t(
        "{0} was created. Restricted Mode: it can be configured once you trust this workspace.",
        created.name,
      ),
    );
    return;
  }
  await offerConfigure(created, project.id);
}

async function offerConfigure({ name, target, folder }: Created, id: string): Promise<void> {
  const configure = t("Configure");
  const chosen = await vscode.window.showInformationMessage(
    t("{0} was created. Configure it for {1} now?", name, target),
    configure,
    t("Open README"),
  );
  if (chosen === configure) await vscode.commands.executeCommand("mirageos.configure", id);
  else if (chosen !== undefined)
    await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.file(join(folder, "README.md")));
}

function readCreated(text: string): Created | undefined {
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
