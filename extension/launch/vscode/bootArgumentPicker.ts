import * as vscode from "vscode";
import type { LogStore } from "../../logs/store/logStore.ts";
import { problems } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { shellArguments } from "../../platform/shellQuote.ts";
import {
  acceptsList,
  formatLevels,
  isLogOption,
  lastOptionValue,
  logLevels,
  optionValues,
  parseLevels,
  splitArguments,
  valuesOf,
  withOptionValue,
  withOptionValues,
  type BootOption,
} from "../boot/bootArguments.ts";
import { readBootHelp, type BootHelp } from "./bootHelp.ts";
import type { PrepareBootContext } from "./bootRequest.ts";
import { t } from "../../protocol/l10n.ts";

export interface BootArgumentContext extends PrepareBootContext {
  readonly logStore: () => Promise<LogStore>;
}

type Args = readonly string[];
/** `act` resolves to the changed arguments, or to `undefined` if the user dismisses a prompt. */
type ArgumentItem = vscode.QuickPickItem & { readonly act?: () => Promise<Args | undefined> };

/**
 * Edits the boot arguments of a unikernel one by one, with the options in its own help. Each choice is saved
 * immediately, for Run and for launch configurations without `args`.
 */
export async function pickBootArguments(context: BootArgumentContext, invokedOn: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const project = await projectFor(context.projects, invokedOn);
  if (!project) return;
  const { memory } = context.projects;
  const help = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Reading the boot arguments of {0}", project.name) },
    () => readBootHelp(context, project),
  );
  for (;;) {
    const args = memory.bootArguments(project.id) ?? [];
    const chosen = await vscode.window.showQuickPick(argumentItems(context, project, help, args), {
      title: t(
        "Boot Arguments of {0}: {1}",
        project.name,
        args.length === 0 ? t("none") : shellArguments(args),
      ),
      placeHolder: t("Choose an argument to set; press Escape when done"),
      matchOnDetail: true,
      ignoreFocusOut: true,
    });
    if (!chosen?.act) return;
    const changed = await chosen.act();
    if (changed) await memory.setBootArguments(project.id, changed.length === 0 ? undefined : changed);
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
  const title = (what: string) => t("{0} of {1}", what, project.name);
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
          ? pickLevels(context, project, option, args)
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
    ...values.map((value) => ({ label: value, picked: value === now, value })),
    ...(bare === undefined ? [] : [{ label: t("No Value"), description: bare, value: true as const }]),
    { label: t("$(edit) Another Value…"), type: true },
    { label: notSet },
  ];
  const chosen = await vscode.window.showQuickPick(rows, { title, placeHolder: doc, ignoreFocusOut: true });
  if (!chosen) return undefined;
  return chosen.type === true ? typeValue(option, now, title) : { value: chosen.value };
}

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

/** Prompts for a log source, then for its level. */
async function pickLevels(
  context: BootArgumentContext,
  { id, name }: Project,
  option: BootOption,
  args: Args,
): Promise<Args | undefined> {
  const now = lastOptionValue(args, option);
  const levels = parseLevels(typeof now === "string" ? now : "");
  const seen = await loggedSources(context, id);
  const sources = [...new Set(["*", ...levels.keys(), ...seen])];
  const other = t("$(add) Another Source…");
  const rows = sources.map((label) => ({
    label,
    description: [levels.get(label), label === "*" ? t("all sources") : undefined]
      .filter(Boolean)
      .join(" · "),
  }));
  const chosen = await vscode.window.showQuickPick([...rows, { label: other, description: "" }], {
    title: t("Log Levels of {0}: {1}", name, levels.size === 0 ? t("default") : formatLevels(levels)),
    placeHolder:
      seen.length === 0 ? t("Choose a log source; more are listed after a run") : t("Choose a log source"),
    ignoreFocusOut: true,
  });
  if (!chosen) return undefined;
  const source =
    chosen.label === other
      ? await vscode.window.showInputBox({
          title: t("Log Source of {0}", name),
          prompt: t("The name in Logs.Src.create, such as tcp"),
          validateInput: (text) =>
            /^[^\s,]+$/.test(text) ? undefined : t("Enter a name without spaces and commas."),
          ignoreFocusOut: true,
        })
      : chosen.label;
  if (source === undefined) return undefined;
  const unset = source === "*" ? t("Default") : t("Same as all sources");
  const level = await vscode.window.showQuickPick([...logLevels, unset], {
    title: source === "*" ? t("Level of All Sources of {0}", name) : t("Level of {0}", source),
    placeHolder: t("Choose the lowest level to log"),
    ignoreFocusOut: true,
  });
  if (level === undefined) return undefined;
  const others = [...levels].filter(([known]) => known !== source);
  const next = new Map<string, string>(level === unset ? others : [...others, [source, level]]);
  return withOptionValue(args, option, next.size === 0 ? undefined : formatLevels(next));
}

/** The log sources in a unikernel's consoles that are in memory and in its last one, the most frequent first. */
async function loggedSources({ logStore }: BootArgumentContext, id: string): Promise<readonly string[]> {
  const store = await logStore();
  const own = store.sessions().filter(({ unikernel }) => unikernel === id);
  if (own[0] && !store.isLoaded(own[0].id)) await store.load(own[0].id);
  const counts = new Map<string, number>();
  for (const session of own) {
    for (const [source, count] of store.counts(session.id).sources) {
      counts.set(source, (counts.get(source) ?? 0) + count);
    }
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([source]) => source);
}
