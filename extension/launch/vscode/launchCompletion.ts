import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as vscode from "vscode";
import { readImage } from "../../image/solo5Notes.ts";
import { stageText } from "../../project/describeState.ts";
import { folderOf, namedProject } from "../../project/vscode/namedProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { artifactOf, isTarget, targetOfFile } from "../../mirage/targets.ts";
import { isLogOption, logLevels, valuesOf, type BootOption } from "../boot/bootArguments.ts";
import { launchJsonLocation, type LaunchJsonLocation } from "../configuration/launchJson.ts";
import type { Device } from "../../image/solo5Notes.ts";
import { readTapInterfaces } from "../preflight/tapInterfaces.ts";
import { declaredDevices } from "./imageDevices.ts";
import { readBootHelp } from "./arguments/bootHelp.ts";
import type { PrepareBootContext } from "./bootRequest.ts";
import { t } from "../../protocol/l10n.ts";

/** A completion: the string without quotes, and what the list shows about it. */
interface Completion {
  readonly text: string;
  readonly detail: string;
  readonly doc?: string;
  readonly kind: vscode.CompletionItemKind;
  /** For a key, the possible values. */
  readonly values?: readonly string[];
  /** Whether the user continues typing in the same string. */
  readonly isPrefix?: boolean;
}

/** Completes configurations of type `mirage` with the project's facts. VS Code completes what the schema has. */
export async function completeLaunch(
  context: PrepareBootContext,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CompletionItem[]> {
  const location = launchJsonLocation(document.getText(), document.offsetAt(position));
  if (!location) return [];
  const completions = await completionsAt(
    context,
    location,
    vscode.workspace.getWorkspaceFolder(document.uri),
  );
  const range = new vscode.Range(document.positionAt(location.start), document.positionAt(location.end));
  return completions
    .filter(({ text }) => !location.siblings.includes(text))
    .map((completion, index) => itemOf(completion, range, location, index));
}

function itemOf(
  completion: Completion,
  range: vscode.Range,
  location: LaunchJsonLocation,
  index: number,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(completion.text, completion.kind);
  const quoted = JSON.stringify(completion.text);
  item.detail = completion.detail;
  if (completion.doc !== undefined) item.documentation = completion.doc;
  item.range = range;
  // VS Code compares it with the text in the range, which includes the quotes.
  item.filterText = quoted;
  item.sortText = String(index).padStart(4, "0");
  item.insertText = quoted;
  if (completion.isPrefix === true) {
    item.insertText = new vscode.SnippetString()
      .appendText(quoted.slice(0, -1))
      .appendTabstop(0)
      .appendText('"');
  }
  // An existing key already has a value.
  if (location.kind === "key" && location.start === location.end) {
    const key = new vscode.SnippetString().appendText(`${quoted}: "`);
    if (completion.values && completion.values.length > 0) key.appendChoice([...completion.values]);
    else key.appendTabstop(1);
    item.insertText = key.appendText('"');
  }
  return item;
}

async function completionsAt(
  context: PrepareBootContext,
  location: LaunchJsonLocation,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<readonly Completion[]> {
  const [attribute, name] = location.path;
  const depth = location.path.length;
  await context.projects.ready;
  const named = namedProject(
    location.properties["unikernel"],
    folder,
    context.projects,
    t("launch configuration"),
  );
  const { program } = location.properties;
  // A program without a unikernel belongs to no unikernel of the workspace.
  const isProgramOnly = program !== undefined && location.properties["unikernel"] === undefined;
  const project = typeof named === "string" || isProgramOnly ? undefined : named;
  const image = program === undefined ? undefined : programPath(program, folder?.uri.fsPath);
  const root = project?.root ?? (image === undefined ? undefined : dirname(image));
  switch (attribute) {
    case "unikernel":
      return location.kind === "value" ? unikernels(context, folder) : [];
    case "net":
    case "block": {
      if (depth === 1 && location.kind === "key") return devices(location, project, image, root);
      const ofDevice = depth === 2 || (depth === 3 && location.path[2] === "host");
      return location.kind === "value" && ofDevice ? hosts(attribute, root) : [];
    }
    case "args":
      return typeof name === "number" && depth === 2 && project
        ? bootArguments(context, project, location)
        : [];
    case undefined:
    default:
      return [];
  }
}

function unikernels(
  { projects }: PrepareBootContext,
  folder: vscode.WorkspaceFolder | undefined,
): readonly Completion[] {
  return projects
    .all()
    .filter(({ workspaceFolder }) => !folder || workspaceFolder === folder.uri.fsPath)
    .map((project) => ({
      text: folderOf(project),
      detail: `${project.name} · ${project.target} · ${stageText(project.state, project.target)}`,
      kind: vscode.CompletionItemKind.Module,
    }));
}

/** The absolute path of a program; `undefined` if it contains a variable other than the workspace folder. */
function programPath(program: string, folder: string | undefined): string | undefined {
  const path = folder === undefined ? program : program.replaceAll("${workspaceFolder}", folder);
  return path.includes("${") || path === "" ? undefined : resolve(folder ?? "/", path);
}

async function devices(
  { path: [attribute], properties }: LaunchJsonLocation,
  project: Project | undefined,
  program: string | undefined,
  root: string | undefined,
): Promise<readonly Completion[]> {
  const named = properties["target"];
  const byName = program === undefined ? undefined : targetOfFile(program, process.platform);
  const target = named !== undefined && isTarget(named) ? named : (project?.target ?? byName);
  const image = program ?? (project && target && join(project.buildDir, artifactOf(target, project.name)));
  if (target === undefined || image === undefined) return [];
  const declared = await declaredDevices(project, target, await readImage(image));
  const isNet = attribute === "net";
  const type: Device["type"] = isNet ? "NET_BASIC" : "BLOCK_BASIC";
  const values = (await hosts(isNet ? "net" : "block", root)).map(({ text }) => text);
  return declared
    .filter((device) => device.type === type)
    .map(({ name }) => ({
      text: name,
      detail: isNet ? t("network device of the image") : t("block device of the image"),
      kind: vscode.CompletionItemKind.Property,
      values,
    }));
}

/** The possible attachments of a device: tap interfaces of this computer, disk images in the root folder. */
async function hosts(attribute: "net" | "block", root: string | undefined): Promise<readonly Completion[]> {
  if (attribute === "net") {
    const { taps } = await readTapInterfaces();
    const kind = vscode.CompletionItemKind.Interface;
    return taps.map((text) => ({ text, detail: t("tap interface"), kind }));
  }
  const files = root === undefined ? [] : await readdir(root).catch((): string[] => []);
  return files
    .filter((name) => name.endsWith(".img"))
    .map((text) => ({ text, detail: t("file"), kind: vscode.CompletionItemKind.File }));
}

async function bootArguments(
  context: PrepareBootContext,
  project: Project,
  { typed, previous }: LaunchJsonLocation,
): Promise<readonly Completion[]> {
  // Reading the help runs the image.
  if (!vscode.workspace.isTrusted) return [];
  const help = await readBootHelp(context, project);
  const options = help.kind === "options" ? help.options : [];
  const valueOf = options.find(({ flag, aliases, kind }) => {
    return kind === "value" && previous !== undefined && [flag, ...aliases].includes(previous);
  });
  if (valueOf) return valueCompletions(valueOf, "");
  const [flag = ""] = typed.split("=");
  const current = typed.includes("=") ? options.find((option) => option.flag === flag) : undefined;
  if (current) return valueCompletions(current, `${flag}=`);
  return options.map((option) => ({
    text: option.kind === "value" && option.flag.startsWith("--") ? `${option.flag}=` : option.flag,
    detail: detailOf(option),
    doc: option.doc,
    kind: vscode.CompletionItemKind.Property,
    isPrefix: option.kind === "value" && option.flag.startsWith("--"),
  }));
}

function valueCompletions(option: BootOption, head: string): readonly Completion[] {
  const values = isLogOption(option) ? logLevels.map((level) => `*:${level}`) : (valuesOf(option) ?? []);
  const kind = vscode.CompletionItemKind.Value;
  return values.map((value) => ({
    text: `${head}${value}`,
    detail: detailOf(option),
    doc: option.doc,
    kind,
  }));
}

function detailOf({ docv, absent, kind }: BootOption): string {
  const value = kind === "flag" ? t("flag") : (docv ?? t("value"));
  return absent === undefined ? value : t("{0}, default {1}", value, absent);
}
