import * as vscode from "vscode";
import { problems, ProblemError } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import { labelOf } from "../../project/model.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { defaultValue, describeOptionValue } from "../../mirage/optionValues.ts";
import type { TargetId } from "../../mirage/targets.ts";
import { readConfigureHelp } from "../configureHelp.ts";
import {
  optionArguments,
  parseConfigureHelp,
  parseOptionArguments,
  projectOptions,
  type ConfigureOption,
  type OptionChoices,
} from "../configureOptions.ts";
import type { RunGoal } from "./runGoal.ts";
import { t } from "../../protocol/l10n.ts";
import { abortSignal } from "../../platform/vscode/abortSignal.ts";

interface Parts {
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly run: Run;
  readonly runGoal: RunGoal;
  /** A storage folder of the extension. */
  readonly scratch: vscode.Uri;
}

/** Lets the user choose the options that config.ml declares, stores them and configures. */
export async function configureWithOptions(invokedOn: unknown, parts: Parts): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const project = await projectFor(parts.projects, invokedOn);
  if (!project) return;
  const options = await readOptions(project, parts);
  if (!options) return;
  const before = parseOptionArguments(project.options, options);
  const answer = await editOptions(project, options, before.choices);
  if (!answer) return;
  await parts.projects.setOptions(project.id, [...optionArguments(answer.choices), ...before.rest]);
  const updated = parts.projects.get(project.id);
  if (answer.configure && updated) await parts.runGoal(updated, "configure");
}

async function readOptions(project: Project, parts: Parts): Promise<readonly ConfigureOption[] | undefined> {
  try {
    await vscode.workspace.saveAll(false);
    const title = t("Reading the options of {0}…", labelOf(project));
    const help = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (_progress, token) => {
        const signal = abortSignal(token);
        const command = (args: readonly string[]) => parts.toolchain.command("mirage", args, project);
        const read = await readConfigureHelp(
          project.configFile,
          parts.scratch.fsPath,
          parts.run,
          command,
          signal,
        );
        return signal.aborted ? undefined : read;
      },
    );
    if (help?.kind === "failed")
      throw new ProblemError(problems.optionsUnreadable(project.name, help.output));
    return help && projectOptions(parseConfigureHelp(help.text));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await showProblem(error.problem);
    return undefined;
  }
}

type FormItem = vscode.QuickPickItem & {
  readonly option?: ConfigureOption;
  readonly action?: "configure" | "save";
};

const reset: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("discard"),
  tooltip: t("Reset to Default"),
};

/** Shows the form: a list of options with their values. Resolves to undefined if it is dismissed. */
async function editOptions(
  project: Project,
  options: readonly ConfigureOption[],
  before: OptionChoices,
): Promise<{ readonly choices: OptionChoices; readonly configure: boolean } | undefined> {
  let choices = before;
  let active: string | undefined;
  for (;;) {
    const event = await showForm(project, options, choices, active);
    if (!event) return undefined;
    if (event.kind === "accept") return { choices, configure: event.action === "configure" };
    const { option } = event;
    active = option.flag;
    if (event.kind === "reset") choices = without(choices, option.flag);
    else if (option.kind === "flag") {
      choices = choices[option.flag] ? without(choices, option.flag) : { ...choices, [option.flag]: true };
    } else {
      const answer = await promptForValue(project.target, option, choices);
      if (answer?.value !== undefined) choices = { ...choices, [option.flag]: answer.value };
      else if (answer) choices = without(choices, option.flag);
    }
  }
}

type FormEvent =
  | { readonly kind: "accept"; readonly action: "configure" | "save" }
  | { readonly kind: "edit" | "reset"; readonly option: ConfigureOption };

function showForm(
  project: Project,
  options: readonly ConfigureOption[],
  choices: OptionChoices,
  active: string | undefined,
): Promise<FormEvent | undefined> {
  const picker = vscode.window.createQuickPick<FormItem>();
  picker.title = t("Options: {0} · {1}", labelOf(project), project.target);
  const given = optionArguments(choices).join(" ");
  picker.placeholder = given === "" ? t("All options have their default values") : given;
  picker.ignoreFocusOut = true;
  picker.matchOnDetail = true;
  picker.items = formItems(project.target, options, choices);
  const current = picker.items.find(({ option }) => option !== undefined && option.flag === active);
  if (current) picker.activeItems = [current];
  picker.show();
  return new Promise<FormEvent | undefined>((resolve) => {
    picker.onDidAccept(() => {
      const item = picker.selectedItems[0];
      if (item?.action) resolve({ kind: "accept", action: item.action });
      else if (item?.option) resolve({ kind: "edit", option: item.option });
    });
    picker.onDidTriggerItemButton(({ item }) => {
      if (item.option) resolve({ kind: "reset", option: item.option });
    });
    picker.onDidHide(() => resolve(undefined));
  }).finally(() => picker.dispose());
}

function formItems(
  target: TargetId,
  options: readonly ConfigureOption[],
  choices: OptionChoices,
): FormItem[] {
  const own = options.filter(({ section }) => section.startsWith("UNIKERNEL"));
  const separator = (label: string): FormItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    { label: t("$(settings-gear) Configure"), description: t("with these options"), action: "configure" },
    { label: t("$(save) Save"), description: t("these options without configuring"), action: "save" },
    separator(own.length > 0 ? t("Options of this unikernel") : t("config.ml declares no options")),
    ...own.map((option) => optionItem(target, option, choices)),
    separator(t("Options of mirage")),
    ...options.filter((option) => !own.includes(option)).map((option) => optionItem(target, option, choices)),
  ];
}

function optionItem(target: TargetId, option: ConfigureOption, choices: OptionChoices): FormItem {
  const value = choices[option.flag];
  const initial = defaultOf(target, option, choices);
  const fallback =
    option.kind === "flag"
      ? t("off (default)")
      : initial === undefined
        ? t("default")
        : t("{0} (default)", initial);
  return {
    option,
    label: option.flag,
    description: value === undefined ? fallback : value === true ? t("on") : value,
    detail: option.doc,
    iconPath: new vscode.ThemeIcon(value === undefined ? "circle-large-outline" : "circle-large-filled"),
    ...(value !== undefined && { buttons: [reset] }),
  };
}

/** The value that has the same effect as not giving the option. */
function defaultOf(
  target: TargetId,
  { flag, absent }: ConfigureOption,
  choices: OptionChoices,
): string | undefined {
  return absent ?? defaultValue(flag, target, Object.keys(choices));
}

/** Prompts for the value of an option; a `value` of undefined omits the option. Undefined if dismissed. */
async function promptForValue(
  target: TargetId,
  option: ConfigureOption,
  choices: OptionChoices,
): Promise<{ readonly value: string | undefined } | undefined> {
  const now = choices[option.flag];
  const title = `${option.flag}${option.docv === undefined ? "" : `=${option.docv}`}`;
  if (!option.values) {
    const typed = await vscode.window.showInputBox({
      title,
      prompt: t("{0} Leave empty to use the default.", option.doc),
      value: typeof now === "string" ? now : "",
      ...(option.absent !== undefined && { placeHolder: option.absent }),
      ignoreFocusOut: true,
    });
    return typed === undefined ? undefined : { value: typed === "" ? undefined : typed };
  }
  const initial = defaultOf(target, option, choices);
  const rows = option.values.map((value) => {
    const known = describeOptionValue(option.flag, value, target);
    const marks = [value === initial ? t("default") : "", value === now ? t("current") : ""];
    return {
      label: value,
      description: marks.filter((mark) => mark !== "").join(" · "),
      detail: known?.meaning ?? "",
      iconPath: new vscode.ThemeIcon(known?.isImpossible === true ? "circle-slash" : "circle-outline"),
      value,
    };
  });
  const unset = {
    label: t("$(discard) Default"),
    description: now === undefined ? t("current") : "",
    detail: t("Don't pass {0} to mirage configure.", option.flag),
    value: undefined,
  };
  const chosen = await vscode.window.showQuickPick([...rows, unset], {
    title: t("{0} for {1}", title, target),
    placeHolder: option.doc,
    ignoreFocusOut: true,
  });
  return chosen && { value: chosen.value };
}

function without(choices: OptionChoices, flag: string): OptionChoices {
  return Object.fromEntries(Object.entries(choices).filter(([name]) => name !== flag));
}
