import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as vscode from "vscode";
import { readImage } from "../../image/solo5Notes.ts";
import { stageText } from "../../project/describe.ts";
import { folderOf, namedProject } from "../../project/vscode/pick.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { artifactOf, isTarget, targetOfFile } from "../../toolchain/targets.ts";
import { isLogOption, logLevels, valuesOf, type BootOption } from "../bootArguments.ts";
import { launchPlace, type LaunchPlace } from "../launchJson.ts";
import type { Device } from "../manifest.ts";
import { readTaps } from "../taps.ts";
import { declaredDevices } from "./boot.ts";
import { readBootHelp } from "./bootHelp.ts";
import type { ReadyParts } from "./ready.ts";
import { t } from "../../platform/l10n.ts";

/** What can stand at a place: the text, without quotation marks, and what is told of it. */
interface Offer {
  readonly text: string;
  readonly detail: string;
  readonly doc?: string;
  readonly kind: vscode.CompletionItemKind;
  /** Of a key: what its value may be. */
  readonly values?: readonly string[];
  /** Whether more is typed into the same text. */
  readonly goesOn?: boolean;
}

/** Completes configurations of type `mirage` with what the project has; what the schema knows is VS Code's. */
export async function completeLaunch(
  parts: ReadyParts,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CompletionItem[]> {
  const place = launchPlace(document.getText(), document.offsetAt(position));
  if (!place) return [];
  const offers = await offersAt(parts, place, vscode.workspace.getWorkspaceFolder(document.uri));
  const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
  return offers
    .filter(({ text }) => !place.others.includes(text))
    .map((offer, index) => itemOf(offer, range, place, index));
}

function itemOf(offer: Offer, range: vscode.Range, place: LaunchPlace, index: number): vscode.CompletionItem {
  const item = new vscode.CompletionItem(offer.text, offer.kind);
  const quoted = JSON.stringify(offer.text);
  item.detail = offer.detail;
  if (offer.doc !== undefined) item.documentation = offer.doc;
  item.range = range;
  // Compared with what stands in the range, and that has its quotation marks.
  item.filterText = quoted;
  item.sortText = String(index).padStart(4, "0");
  item.insertText = quoted;
  if (offer.goesOn === true) {
    item.insertText = new vscode.SnippetString()
      .appendText(quoted.slice(0, -1))
      .appendTabstop(0)
      .appendText('"');
  }
  // A key that is there already has its value.
  if (place.at === "key" && place.start === place.end) {
    const key = new vscode.SnippetString().appendText(`${quoted}: "`);
    if (offer.values && offer.values.length > 0) key.appendChoice([...offer.values]);
    else key.appendTabstop(1);
    item.insertText = key.appendText('"');
  }
  return item;
}

async function offersAt(
  parts: ReadyParts,
  place: LaunchPlace,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<readonly Offer[]> {
  const [attribute, name] = place.path;
  const deep = place.path.length;
  await parts.projects.ready;
  const named = namedProject(place.fields["unikernel"], folder, parts.projects, t("launch configuration"));
  const { program } = place.fields;
  // A program alone is no unikernel of the workspace, whichever is selected.
  const alone = program !== undefined && place.fields["unikernel"] === undefined;
  const project = typeof named === "string" || alone ? undefined : named;
  const image = program === undefined ? undefined : imageAt(program, folder?.uri.fsPath);
  const root = project?.root ?? (image === undefined ? undefined : dirname(image));
  switch (attribute) {
    case "unikernel":
      return place.at === "value" ? unikernels(parts, folder) : [];
    case "net":
    case "block": {
      if (deep === 1 && place.at === "key") return devices(place, project, image, root);
      const ofDevice = deep === 2 || (deep === 3 && place.path[2] === "host");
      return place.at === "value" && ofDevice ? hosts(attribute, root) : [];
    }
    case "args":
      return typeof name === "number" && deep === 2 && project ? bootArguments(parts, project, place) : [];
    case undefined:
    default:
      return [];
  }
}

function unikernels({ projects }: ReadyParts, folder: vscode.WorkspaceFolder | undefined): readonly Offer[] {
  return projects
    .all()
    .filter(({ workspaceFolder }) => !folder || workspaceFolder === folder.uri.fsPath)
    .map((project) => ({
      text: folderOf(project),
      detail: `${project.name} · ${project.target} · ${stageText(project.state)}`,
      kind: vscode.CompletionItemKind.Module,
    }));
}

/** The absolute path of a program; undefined where that has other variables than the folder. */
function imageAt(program: string, folder: string | undefined): string | undefined {
  const path = folder === undefined ? program : program.replaceAll("${workspaceFolder}", folder);
  return path.includes("${") || path === "" ? undefined : resolve(folder ?? "/", path);
}

async function devices(
  { path: [attribute], fields }: LaunchPlace,
  project: Project | undefined,
  program: string | undefined,
  root: string | undefined,
): Promise<readonly Offer[]> {
  const wanted = fields["target"];
  const byName = program === undefined ? undefined : targetOfFile(program, process.platform);
  const target = wanted !== undefined && isTarget(wanted) ? wanted : (project?.target ?? byName);
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

/** What a device can be attached to: taps of this computer, images in the folder where it runs. */
async function hosts(attribute: "net" | "block", root: string | undefined): Promise<readonly Offer[]> {
  if (attribute === "net") {
    const { taps } = await readTaps();
    const kind = vscode.CompletionItemKind.Interface;
    return taps.map((text) => ({ text, detail: t("tap interface"), kind }));
  }
  const files = root === undefined ? [] : await readdir(root).catch((): string[] => []);
  return files
    .filter((name) => name.endsWith(".img"))
    .map((text) => ({ text, detail: t("file"), kind: vscode.CompletionItemKind.File }));
}

async function bootArguments(
  parts: ReadyParts,
  project: Project,
  { typed, previous }: LaunchPlace,
): Promise<readonly Offer[]> {
  // The image is asked for its help, and that runs it.
  if (!vscode.workspace.isTrusted) return [];
  const help = await readBootHelp(parts, project);
  const options = help.kind === "options" ? help.options : [];
  const before = options.find(({ flag, aliases, kind }) => {
    return kind === "value" && previous !== undefined && [flag, ...aliases].includes(previous);
  });
  if (before) return valueOffers(before, "");
  const [flag = ""] = typed.split("=");
  const given = typed.includes("=") ? options.find((option) => option.flag === flag) : undefined;
  if (given) return valueOffers(given, `${flag}=`);
  return options.map((option) => ({
    text: option.kind === "value" && option.flag.startsWith("--") ? `${option.flag}=` : option.flag,
    detail: detailOf(option),
    doc: option.doc,
    kind: vscode.CompletionItemKind.Property,
    goesOn: option.kind === "value" && option.flag.startsWith("--"),
  }));
}

function valueOffers(option: BootOption, head: string): readonly Offer[] {
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
