import * as vscode from "vscode";
import type { LogStore } from "../../../logs/store/logStore.ts";
import { problems } from "../../../platform/errors.ts";
import { showProblem } from "../../../platform/vscode/showProblem.ts";
import { projectFor } from "../../../project/vscode/pickProject.ts";
import { labelOf } from "../../../project/model.ts";
import type { Project } from "../../../project/vscode/projects.ts";
import { shellArguments, splitArguments } from "../../../platform/shellQuote.ts";
import {
  acceptsList,
  isLogOption,
  optionValues,
  valuesOf,
  withOptionValue,
  withOptionValues,
  type BootOption,
} from "../../boot/bootArguments.ts";
import { readBootHelp, type BootHelp } from "./bootHelp.ts";
import { pickLevels } from "./logLevelPicker.ts";
import type { PrepareBootContext } from "../bootRequest.ts";
import { t } from "../../../protocol/l10n.ts";

export interface BootArgumentContext extends PrepareBootContext {
  readonly logStore: () => Promise<LogStore>;
}

type Args = readonly string[];
/**
 * `act` resolves to the changed arguments, or to `undefined` if the user dismisses a prompt. The item without it saves
 * the arguments.
 */
type ArgumentItem = vscode.QuickPickItem & { readonly act?: () => Promise<Args | undefined> };

/**
 * Edits the boot arguments of a unikernel one by one, with the options in its own help. Done saves them, for Run and
 * for launch configurations without `args`; Escape discards the changes.
 */
export async function pickBootArguments(context: BootArgumentContext, invokedOn: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const project = await projectFor(context.projects, invokedOn);
  if (!project) return;
  const { memory } = context.projects;
  const changed = await editBootArguments(context, project, memory.bootArguments(project.id) ?? []);
  if (changed) await memory.setBootArguments(project.id, changed.length === 0 ? undefined : changed);
}

/** Edits arguments of a unikernel. Resolves to undefined if nothing was changed or the user dismissed the picker. */
export async function editBootArguments(
  context: BootArgumentContext,
  project: Project,
  before: Args,
): Promise<Args | undefined> {
  const help = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: t("Reading the boot arguments of {0}", labelOf(project)),
    },
    () => readBootHelp(context, project),
  );
  let args: Args = before;
  for (;;) {
    const now = shellArguments(args);
    const isChanged = now !== shellArguments(before);
    const done: ArgumentItem = {
      label: t("$(check) Done"),
      description: isChanged ? t("save changes") : t("no changes"),
    };
    const chosen = await vscode.window.showQuickPick([done, ...argumentItems(context, project, help, args)], {
      title: t("Boot Arguments of {0}: {1}", labelOf(project), now === "" ? t("none") : now),
      placeHolder: t("Choose an argument to change, then Done; Escape discards the changes"),
      matchOnDetail: true,
      ignoreFocusOut: true,
    });
    if (!chosen) return undefined;
    if (!chosen.act) return isChanged ? args : undefined;
    args = (await chosen.act()) ?? args;
  }
}

function argumentItems(
  context: BootArgumentContext,
  project: Project,
  help: BootHelp,
  args: Args,
): ArgumentItem[] {
  // Nearly every unikernel has log levels, so they are offered without its help too.
  const options = help.kind === "options" ? help.options : [logOption];
  const title = (what: string) => t("{0} of {1}", what, labelOf(project));
  const rest: ArgumentItem[] = [
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: t("$(edit) Edit All Arguments…"),
      ...(help.kind === "unknown" && { detail: help.why }),
      act: () => editAll(args, title(t("Boot Arguments"))),
    },
  ];
  if (args.length > 0) rest.push({ label: t("$(clear-all) Remove All Arguments"), act: async () => [] });
  const optionItems = options.flatMap((option, index): ArgumentItem[] => {
    const separator: ArgumentItem = {
      label: sectionLabel(option.section),
      kind: vscode.QuickPickItemKind.Separator,
    };
    const item: ArgumentItem = {
      label: option.flag,
      description: describeOption(option, optionValues(args, option)),
      detail: option.doc,
      act: () =>
        isLogOption(option)
          ? pickLevels(context.logStore, project, option, args)
          : setOption(option, args, title(option.flag)),
    };
    return option.section === options[index - 1]?.section ? [item] : [separator, item];
  });
  return help.kind === "unknown" ? [...rest.slice(1), ...optionItems] : [...optionItems, ...rest];
}

const logOption: BootOption = {
  flag: "--logs",
  aliases: ["-l"],
  kind: "value",
  docv: "LEVEL",
  doc: t("The level of messages to log, for all sources or for single ones."),
  section: "LOG AND MONITORING OPTIONS",
};

const sectionLabel = (section: string) =>
  (section.charAt(0) + section.slice(1).toLowerCase()).replace(/^Ocaml/, "OCaml");

function describeOption(option: BootOption, current: readonly (string | true)[]): string {
  const kind = option.kind === "flag" ? t("flag") : (option.docv ?? "");
  const byDefault = option.absent === undefined ? "" : t(", default {0}", option.absent);
  const values = current.flatMap((value) => (value === true ? [] : [value]));
  const now = values.length > 0 ? `= ${values.join(", ")} · ` : current.length > 0 ? t("✓ set · ") : "";
  return `${now}${kind}${byDefault}`;
}

async function setOption(option: BootOption, args: Args, title: string): Promise<Args | undefined> {
  const current = optionValues(args, option);
  if (option.kind === "flag") return withOptionValue(args, option, current.length === 0 ? true : undefined);
  if (current.length > 1 || (current.length > 0 && isRepeatable(option))) {
    const values = await changeOccurrence(current, option, title);
    return values && withOptionValues(args, option, values);
  }
  const answer = await promptForValue(option, current[0], title);
  return answer && withOptionValue(args, option, answer.value);
}

/** Whether its documentation says that the option can be repeated; cmdliner's manual does not show it. */
const isRepeatable = ({ doc }: BootOption) =>
  /\brepeat(?:able|ed|edly)?\b|\b(?:several|multiple|many) times\b|\bmore than once\b/i.test(doc);

/** Prompts for the occurrence of an option to change or add, and for its value. */
async function changeOccurrence(
  current: readonly (string | true)[],
  option: BootOption,
  title: string,
): Promise<readonly (string | true)[] | undefined> {
  const rows = current.map((value, at) => ({ label: value === true ? t("No Value") : value, at }));
  const chosen = await vscode.window.showQuickPick(
    [
      ...rows,
      { label: t("$(add) Add Another…"), at: current.length },
      { label: t("$(clear-all) Remove All"), at: undefined },
    ],
    { title, placeHolder: option.doc, ignoreFocusOut: true },
  );
  if (!chosen) return undefined;
  const { at } = chosen;
  if (at === undefined) return [];
  const answer = await promptForValue(option, current[at], title);
  if (!answer) return undefined;
  return current.toSpliced(at, 1, ...(answer.value === undefined ? [] : [answer.value]));
}

/** Prompts for the value of an option; a `value` of `undefined` removes it. `undefined` if dismissed. */
async function promptForValue(
  option: BootOption,
  now: string | true | undefined,
  title: string,
): Promise<{ readonly value: string | true | undefined } | undefined> {
  const { bare, doc } = option;
  const values = valuesOf(option) ?? [];
  if (acceptsList(option)) return promptForValues(option, values, now, title);
  if (values.length === 0 && bare === undefined) return typeValue(option, now, title);
  const notSet = option.absent === undefined ? t("Not set") : t("Not set (default {0})", option.absent);
  const rows: readonly (vscode.QuickPickItem & { readonly value?: string | true; readonly type?: true })[] = [
    ...values.map((value) => ({ label: value, description: markOf(value, option, now), value })),
    ...(bare === undefined ? [] : [{ label: t("No Value"), description: bare, value: true as const }]),
    { label: t("$(edit) Another Value…"), type: true },
    { label: notSet },
  ];
  const chosen = await vscode.window.showQuickPick(rows, { title, placeHolder: doc, ignoreFocusOut: true });
  if (!chosen) return undefined;
  return chosen.type === true ? typeValue(option, now, title) : { value: chosen.value };
}

const markOf = (value: string, { absent }: BootOption, now: string | true | undefined): string =>
  [value === absent ? t("default") : "", value === now ? t("current") : ""].filter(Boolean).join(" · ");

async function promptForValues(
  { doc }: BootOption,
  values: readonly string[],
  now: string | true | undefined,
  title: string,
): Promise<{ readonly value: string | undefined } | undefined> {
  const current = typeof now === "string" ? now.split(",") : [];
  const chosen = await vscode.window.showQuickPick(
    values.map((label) => ({ label, picked: current.includes(label) })),
    {
      title,
      placeHolder: t("{0} Select nothing to omit it.", doc),
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  if (!chosen) return undefined;
  return { value: chosen.length === 0 ? undefined : chosen.map(({ label }) => label).join(",") };
}

async function typeValue(
  option: BootOption,
  now: string | true | undefined,
  title: string,
): Promise<{ readonly value: string | undefined } | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    value: typeof now === "string" ? now : "",
    prompt: t("{0} Leave empty to omit it.", option.doc).trim(),
    placeHolder: option.absent ?? option.docv ?? "",
    ignoreFocusOut: true,
  });
  return typed === undefined ? undefined : { value: typed === "" ? undefined : typed };
}

async function editAll(args: Args, title: string): Promise<Args | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    value: shellArguments(args),
    prompt: t(
      "Separate arguments by spaces and quote them as in a shell. Variables and patterns are not expanded.",
    ),
    placeHolder: t("-l *:debug"),
    ignoreFocusOut: true,
  });
  return typed === undefined ? undefined : splitArguments(typed);
}
