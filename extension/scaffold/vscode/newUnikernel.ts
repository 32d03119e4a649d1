import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { readConfig } from "../../project/config.ts";
import { targets, type TargetId } from "../../toolchain/targets.ts";
import { defaultPlace } from "../../toolchain/vscode/toolchain.ts";
import { freeName, nameProblem } from "../names.ts";
import { planFiles, type PlannedFile } from "../plan.ts";
import { fitting, readIndex, targetsFor, type Template } from "../templates.ts";
import { exists, isEmptyFolder, writeFiles, writeReason } from "../write.ts";
import { openCreated } from "./open.ts";
import type { ScaffoldParts } from "./parts.ts";
import { chooseStep, inputStep, type Answer, type Choice } from "./wizard.ts";
import { t, textOfData } from "../../platform/l10n.ts";

/** What the dialog has asked so far; each step fills in one. */
interface Answers {
  template?: Template;
  name?: string;
  folder?: string;
  target?: TargetId;
}

const title = t("New Unikernel");
const steps = 5;

/** Asks what to create, writes it, and opens it. Gives the path of the new config.ml. */
export async function newUnikernel({
  context,
  projects,
  toolchain,
}: ScaffoldParts): Promise<string | undefined> {
  const root = vscode.Uri.joinPath(context.extensionUri, "snippets", "templates").fsPath;
  const read = (path: string): Promise<string> => readFile(join(root, ...path.split("/")), "utf8");
  const templates = readIndex(JSON.parse(await read("index.json")));
  // Not awaited yet: the list need not wait for opam where it is slow.
  const mirage = await installedMirage({ projects, toolchain });
  const fits = fitting(templates, mirage);
  if (fits.length === 0) {
    await vscode.window.showInformationMessage(
      t("The templates are written for mirage 4.9 to 4.11, and mirage {0} is installed.", mirage),
    );
    return undefined;
  }
  const note =
    mirage === undefined
      ? t("mirage was not found, so all templates are listed")
      : t("for mirage {0}", mirage);
  const taken = projects.all().map(({ name }) => name);

  const answers: Answers = {};
  let files: readonly PlannedFile[] = [];
  for (let step = 1; step <= steps;) {
    const place = { title, step, of: steps };
    const { template = fits[0], name = "", folder = "", target } = answers;
    if (!template) return undefined;
    let answer: Answer<unknown>;
    if (step === 1) {
      const given = await chooseStep(
        place,
        t("What to begin with: {0}", note),
        templateItems(fits),
        template,
      );
      if (given !== undefined && given !== "back") answers.template = given.value;
      answer = given;
    } else if (step === 2) {
      const offered = name === "" ? freeName(await registeredName(template, read), taken) : name;
      const given = await inputStep(
        place,
        t("The name of the unikernel, of its folder and its image"),
        offered,
        (text) => nameProblem(text.trim(), taken),
      );
      if (given !== undefined && given !== "back") answers.name = given.value.trim();
      answer = given;
    } else if (step === 3) {
      const given = await folderStep(place, name);
      if (given !== undefined && given !== "back") answers.folder = given.value;
      answer = given;
    } else if (step === 4) {
      const given = await chooseStep(
        place,
        t("What it is built for at first; it can be changed at any time"),
        targetItems(targetsFor(template, mirage, process.platform)),
        target,
      );
      if (given !== undefined && given !== "back") answers.target = given.value;
      answer = given;
    } else {
      if (!target) return undefined;
      files = await planFiles(template, { name, target }, read);
      answer = await confirmStep(place, folder, files);
    }
    if (answer === undefined) return undefined;
    step += answer === "back" ? -1 : 1;
  }
  const { folder, name, target, template } = answers;
  if (folder === undefined || name === undefined || target === undefined) return undefined;
  try {
    await writeFiles(folder, files);
  } catch (error) {
    await vscode.window.showErrorMessage(t("Nothing was created: {0}", writeReason(error)));
    return undefined;
  }
  const configFile = join(folder, "config.ml");
  const hostOptions = template?.hostOptions ?? [];
  await openCreated({ configFile, folder, name, target, hostOptions }, { context, projects });
  return configFile;
}

/** The version of mirage where one is found; in Restricted Mode nothing is asked. */
async function installedMirage({
  projects,
  toolchain,
}: Pick<ScaffoldParts, "projects" | "toolchain">): Promise<string | undefined> {
  const place = projects.selected() ?? defaultPlace(homedir());
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Looking for mirage") },
    () => toolchain.mirageVersion(place).catch(() => undefined),
  );
}

async function registeredName(template: Template, read: (path: string) => Promise<string>): Promise<string> {
  return readConfig(await read(`${template.id}/config.ml`)).registers[0]?.name ?? template.id;
}

function templateItems(templates: readonly Template[]): Choice<Template>[] {
  return templates.flatMap((template, at): Choice<Template>[] => {
    const item = {
      label: textOfData(template.title),
      description: template.devices.length > 0 ? template.devices.join(", ") : "",
      detail: textOfData(template.shows),
      value: template,
    };
    if (templates[at - 1]?.group === template.group) return [item];
    return [{ label: textOfData(template.group), kind: vscode.QuickPickItemKind.Separator }, item];
  });
}

const targetItems = (ids: readonly TargetId[]): Choice<TargetId>[] =>
  ids.map((id) => ({
    label: id,
    description: targets[id].label,
    detail: targets[id].documentation,
    value: id,
  }));

/** Asks for the folder until one is named that is free. */
async function folderStep(
  place: { title: string; step: number; of: number },
  name: string,
): Promise<Answer<string>> {
  const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const other = "\0other";
  for (;;) {
    const items: Choice<string>[] = [];
    for (const { uri } of open) {
      const below = join(uri.fsPath, name);
      if (await isEmptyFolder(uri.fsPath))
        items.push({
          label: t("$(folder-opened) {0} itself", basename(uri.fsPath)),
          description: t("it is empty"),
          detail: uri.fsPath,
          value: uri.fsPath,
        });
      if (await exists(below)) continue;
      items.push({
        label: `$(new-folder) ${name}`,
        description: t("in {0}", basename(uri.fsPath)),
        detail: below,
        value: below,
      });
    }
    items.push({
      label: t("$(folder) Another Folder…"),
      detail: t("Choose where the folder {0} is made", name),
      value: other,
    });
    const answer = await chooseStep(place, t("Where it is created"), items);
    if (answer === undefined || answer === "back" || answer.value !== other) return answer;
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: t("Where the folder {0} is made", name),
        openLabel: t("Create Here"),
        canSelectFiles: false,
        canSelectFolders: true,
        ...(open[0] && { defaultUri: open[0].uri }),
      })) ?? [];
    if (!chosen) continue;
    const folder = join(chosen.fsPath, name);
    if (!(await exists(folder)) || (await isEmptyFolder(folder))) return { value: folder };
    await vscode.window.showWarningMessage(
      t(
        "{0} is there already, and nothing is overwritten. Choose another folder, or go back for another name.",
        folder,
      ),
    );
  }
}

/** Shows what will be written; an entry for a file opens nothing, it is there to be read. */
function confirmStep(
  place: { title: string; step: number; of: number },
  folder: string,
  files: readonly PlannedFile[],
): Promise<Answer<true>> {
  return chooseStep<true>(place, t("{0} files are written to {1}", files.length, folder), [
    { label: t("$(check) Create"), description: folder, value: true },
    { label: t("files"), kind: vscode.QuickPickItemKind.Separator },
    ...files.map(({ path, text }) => ({ label: `$(file) ${path}`, description: lines(text) })),
  ]);
}

function lines(text: string): string {
  const count = text.split("\n").length - 1;
  return count === 1 ? t("1 line") : t("{0} lines", count);
}
