import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import {
  showErrorMessage,
  showInformationMessage,
  showWarningMessage,
} from "../../platform/vscode/messages.ts";
import { readConfigFile } from "../../mirage/config/registrations.ts";
import { targets, type TargetId } from "../../mirage/targets.ts";
import {
  initialTargetRows,
  withReadiness,
  type TargetReadiness,
  type TargetRow,
} from "../../toolchain/readiness.ts";
import {
  readinessIcon,
  readinessInTime,
  readinessText,
  readReadiness,
} from "../../toolchain/vscode/targetPicker.ts";
import { defaultScope } from "../../toolchain/vscode/toolchain.ts";
import { freeName, nameProblem } from "../names.ts";
import { planFiles, type PlannedFile } from "../scaffoldPlan.ts";
import { compatibleTemplates, readIndex, targetsFor, type Template } from "../templates.ts";
import { isOccupied, isEmptyFolder, writeFiles, writeReason } from "../write.ts";
import { openCreated } from "./openCreated.ts";
import type { ScaffoldContext } from "./scaffoldContext.ts";
import { chooseStep, inputStep, type StepResult, type StepItem } from "./wizard.ts";
import { t, translateData } from "../../protocol/l10n.ts";

/** The choices so far; each step adds one. */
interface Choices {
  template?: Template;
  name?: string;
  folder?: string;
  target?: TargetId;
}

const title = t("New Unikernel");
const steps = 5;

/** Shows the wizard, writes the new unikernel and opens it. Returns its config.ml, or undefined if cancelled. */
export async function newUnikernel({
  context,
  projects,
  toolchain,
}: ScaffoldContext): Promise<string | undefined> {
  const root = vscode.Uri.joinPath(context.extensionUri, "snippets", "templates").fsPath;
  const read = (path: string): Promise<string> => readFile(join(root, ...path.split("/")), "utf8");
  const templates = readIndex(JSON.parse(await read("index.json")));
  const mirage = await installedMirage({ projects, toolchain });
  const fits = compatibleTemplates(templates, mirage);
  if (fits.length === 0) {
    await showInformationMessage(
      t("The templates need mirage 4.9 to 4.11, but mirage {0} is installed.", mirage),
    );
    return undefined;
  }
  const templatePrompt =
    mirage === undefined
      ? t("Choose a template (mirage was not found; showing all templates)")
      : t("Choose a template (for mirage {0})", mirage);
  const taken = projects.all().map(({ name }) => name);
  const readiness = targetReadiness({ projects, toolchain });

  const choices: Choices = {};
  let files: readonly PlannedFile[] = [];
  for (let step = 1; step <= steps;) {
    const position = { title, step, of: steps };
    const { template = fits[0], name = "", folder = "", target } = choices;
    if (!template) return undefined;
    let result: StepResult<unknown>;
    if (step === 1) {
      const choice = await chooseStep(position, templatePrompt, templateItems(fits), template);
      if (choice !== undefined && choice !== "back") choices.template = choice.value;
      result = choice;
    } else if (step === 2) {
      const suggested = name === "" ? freeName(await registeredName(template, read), taken) : name;
      const choice = await inputStep(
        position,
        t("Enter a name for the unikernel, its folder and its image"),
        suggested,
        (text) => nameProblem(text.trim(), taken),
      );
      if (choice !== undefined && choice !== "back") choices.name = choice.value.trim();
      result = choice;
    } else if (step === 3) {
      const choice = await folderStep(position, name);
      if (choice !== undefined && choice !== "back") choices.folder = choice.value;
      result = choice;
    } else if (step === 4) {
      const ids = targetsFor(template, mirage, process.platform);
      const rows = initialTargetRows(ids, await readinessInTime(readiness));
      const choice = await chooseStep(
        position,
        t("Choose a target; you can change it later"),
        rows.map(targetItem),
        target,
        readiness.then((known) => withReadiness(rows, known).map(targetItem)),
      );
      if (choice !== undefined && choice !== "back") choices.target = choice.value;
      result = choice;
    } else {
      if (!target) return undefined;
      files = await planFiles(template, { name, target }, read);
      result = await confirmStep(position, folder, files);
    }
    if (result === undefined) return undefined;
    step += result === "back" ? -1 : 1;
  }
  const { folder, name, target, template } = choices;
  if (folder === undefined || name === undefined || target === undefined) return undefined;
  try {
    await writeFiles(folder, files);
  } catch (error) {
    await showErrorMessage(t("Could not create the unikernel: {0}", writeReason(error)));
    return undefined;
  }
  const configFile = join(folder, "config.ml");
  const hostOptions = template?.hostOptions ?? [];
  await openCreated({ configFile, folder, name, target, hostOptions }, { context, projects });
  return configFile;
}

/** The version of the installed mirage; undefined if it is not found, and in Restricted Mode. */
async function installedMirage({
  projects,
  toolchain,
}: Pick<ScaffoldContext, "projects" | "toolchain">): Promise<string | undefined> {
  const scope = projects.selected() ?? defaultScope(homedir());
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Detecting mirage") },
    () => toolchain.mirageVersion(scope).catch(() => undefined),
  );
}

async function registeredName(template: Template, read: (path: string) => Promise<string>): Promise<string> {
  return readConfigFile(await read(`${template.id}/config.ml`)).registers[0]?.name ?? template.id;
}

function templateItems(templates: readonly Template[]): StepItem<Template>[] {
  return templates.flatMap((template, at): StepItem<Template>[] => {
    const item = {
      label: translateData(template.title),
      description: template.devices.length > 0 ? template.devices.join(", ") : "",
      detail: translateData(template.shows),
      value: template,
    };
    if (templates[at - 1]?.group === template.group) return [item];
    return [{ label: translateData(template.group), kind: vscode.QuickPickItemKind.Separator }, item];
  });
}

/** What this computer can build and boot; empty if that is not known, as in Restricted Mode. */
async function targetReadiness({
  projects,
  toolchain,
}: Pick<ScaffoldContext, "projects" | "toolchain">): Promise<readonly TargetReadiness[]> {
  const scope = projects.selected() ?? defaultScope(homedir());
  return readReadiness(scope, toolchain).catch(() => []);
}

function targetItem(row: TargetRow): StepItem<TargetId> {
  if ("heading" in row) return { label: row.heading, kind: vscode.QuickPickItemKind.Separator };
  const { target, readiness } = row;
  return {
    label: target,
    description: targets[target].label,
    detail: readinessText(target, readiness),
    iconPath: readinessIcon(readiness),
    value: target,
  };
}

/** Prompts for a folder until the user chooses one that can be created or is empty. */
async function folderStep(
  position: { title: string; step: number; of: number },
  name: string,
): Promise<StepResult<string>> {
  const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const other = "\0other";
  for (;;) {
    const items: StepItem<string>[] = [];
    for (const { uri } of open) {
      const subfolder = join(uri.fsPath, name);
      if (await isEmptyFolder(uri.fsPath))
        items.push({
          label: t("$(folder-opened) This folder ({0})", basename(uri.fsPath)),
          description: t("empty"),
          detail: uri.fsPath,
          value: uri.fsPath,
        });
      if (await isOccupied(subfolder)) continue;
      items.push({
        label: `$(new-folder) ${name}`,
        description: t("in {0}", basename(uri.fsPath)),
        detail: subfolder,
        value: subfolder,
      });
    }
    items.push({
      label: t("$(folder) Another Folder…"),
      detail: t("Choose where to create the folder {0}", name),
      value: other,
    });
    const result = await chooseStep(position, t("Choose where to create the unikernel"), items);
    if (result === undefined || result === "back" || result.value !== other) return result;
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: t("Choose where to create the folder {0}", name),
        openLabel: t("Create Here"),
        canSelectFiles: false,
        canSelectFolders: true,
        ...(open[0] && { defaultUri: open[0].uri }),
      })) ?? [];
    if (!chosen) continue;
    const folder = join(chosen.fsPath, name);
    if (!(await isOccupied(folder)) || (await isEmptyFolder(folder))) return { value: folder };
    await showWarningMessage(
      t(
        "{0} already exists and isn't empty. Choose another folder, or go back and enter another name.",
        folder,
      ),
    );
  }
}

/** Lists the files to write. The items of the files are only informative. */
function confirmStep(
  position: { title: string; step: number; of: number },
  folder: string,
  files: readonly PlannedFile[],
): Promise<StepResult<true>> {
  return chooseStep<true>(position, t("Create {0} files in {1}?", files.length, folder), [
    { label: t("$(check) Create"), description: folder, value: true },
    { label: t("files"), kind: vscode.QuickPickItemKind.Separator },
    ...files.map(({ path, text }) => ({ label: `$(file) ${path}`, description: lineCount(text) })),
  ]);
}

function lineCount(text: string): string {
  const count = text.split("\n").length - 1;
  return count === 1 ? t("1 line") : t("{0} lines", count);
}
