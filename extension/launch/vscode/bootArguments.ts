import * as vscode from "vscode";
import type { LogStore } from "../../logs/store.ts";
import { problems } from "../../platform/errors.ts";
import { tell } from "../../platform/vscode/tell.ts";
import { projectFor } from "../../project/vscode/pick.ts";
import type { Project } from "../../project/vscode/projects.ts";
import {
  argumentOf,
  isLogOption,
  joinArguments,
  levelsText,
  logLevels,
  parseLevels,
  splitArguments,
  takesSeveral,
  valuesGiven,
  valuesOf,
  withArgument,
  withValues,
  type BootOption,
} from "../bootArguments.ts";
import { readBootHelp, type BootHelp } from "./bootHelp.ts";
import type { ReadyParts } from "./ready.ts";
import { t } from "../../platform/l10n.ts";

export interface BootArgumentParts extends ReadyParts {
  readonly logStore: () => Promise<LogStore>;
}

type Args = readonly string[];
/** What picking an item leads to: other arguments, or nothing when a question was dismissed. */
type Item = vscode.QuickPickItem & { readonly act?: () => Promise<Args | undefined> };

/**
 * Picks the boot arguments of a unikernel, one after another, from what its own help says. Each choice
 * is remembered at once, for Run and for launch configurations without `args`.
 */
export async function pickBootArguments(parts: BootArgumentParts, invokedOn: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return tell(problems.untrusted());
  const project = await projectFor(parts.projects, invokedOn);
  if (!project) return;
  const { memory } = parts.projects;
  const help = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Asking {0} for its boot arguments", project.name) },
    () => readBootHelp(parts, project),
  );
  for (;;) {
    const args = memory.bootArguments(project.id) ?? [];
    const chosen = await vscode.window.showQuickPick(items(parts, project, help, args), {
      title: t(
        "Boot Arguments of {0}: {1}",
        project.name,
        args.length === 0 ? t("none") : joinArguments(args),
      ),
      placeHolder: t("What to set; Escape when done"),
      matchOnDetail: true,
      ignoreFocusOut: true,
    });
    if (!chosen?.act) return;
    const changed = await chosen.act();
    if (changed) await memory.setBootArguments(project.id, changed.length === 0 ? undefined : changed);
  }
}

function items(parts: BootArgumentParts, project: Project, help: BootHelp, args: Args): Item[] {
  // Without its help: nearly every unikernel has log levels.
  const known = help.kind === "options" ? help.options : [logOption];
  const title = (what: string) => `${what} of ${project.name}`;
  const rest: Item[] = [
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: t("$(edit) Type All Arguments…"),
      ...(help.kind === "unknown" && { detail: help.why }),
      act: () => typeAll(args, title(t("Boot Arguments"))),
    },
  ];
  if (args.length > 0) rest.push({ label: t("$(clear-all) Remove All Arguments"), act: async () => [] });
  const ofOptions = known.flatMap((option, index): Item[] => {
    const separator: Item = { label: inWords(option.section), kind: vscode.QuickPickItemKind.Separator };
    const item: Item = {
      label: option.flag,
      description: description(option, valuesGiven(args, option)),
      detail: option.doc,
      act: () =>
        isLogOption(option)
          ? pickLevels(parts, project, option, args)
          : setOption(option, args, title(option.flag)),
    };
    return option.section === known[index - 1]?.section ? [item] : [separator, item];
  });
  return help.kind === "unknown" ? [...rest.slice(1), ...ofOptions] : [...ofOptions, ...rest];
}

const logOption: BootOption = {
  flag: "--logs",
  aliases: ["-l"],
  kind: "value",
  docv: "LEVEL",
  doc: t("Which messages are logged, for all sources and for single ones."),
  section: "LOG AND MONITORING OPTIONS",
};

const inWords = (section: string) =>
  (section.charAt(0) + section.slice(1).toLowerCase()).replace(/^Ocaml/, "OCaml");

function description(option: BootOption, given: readonly (string | true)[]): string {
  const kind = option.kind === "flag" ? t("flag") : (option.docv ?? "");
  const absent = option.absent === undefined ? "" : t(", {0} by default", option.absent);
  const values = given.flatMap((value) => (value === true ? [] : [value]));
  const now = values.length > 0 ? `= ${values.join(", ")} · ` : given.length > 0 ? t("✓ given · ") : "";
  return `${now}${kind}${absent}`;
}

async function setOption(option: BootOption, args: Args, title: string): Promise<Args | undefined> {
  const given = valuesGiven(args, option);
  if (option.kind === "flag") return withArgument(args, option, given.length === 0 ? true : undefined);
  if (given.length > 1 || (given.length > 0 && isRepeatable(option))) {
    const values = await changeOneOf(given, option, title);
    return values && withValues(args, option, values);
  }
  const answer = await askValue(option, given[0], title);
  return answer && withArgument(args, option, answer.value);
}

/** Whether its documentation says that it may be given again; cmdliner's manual does not tell. */
const isRepeatable = ({ doc }: BootOption) =>
  /\brepeat(?:able|ed|edly)?\b|\b(?:several|multiple|many) times\b|\bmore than once\b/i.test(doc);

/** Asks which of the values of an option is meant, or for one more, and for its value. */
async function changeOneOf(
  given: readonly (string | true)[],
  option: BootOption,
  title: string,
): Promise<readonly (string | true)[] | undefined> {
  const rows = given.map((value, at) => ({ label: value === true ? t("Without a Value") : value, at }));
  const chosen = await vscode.window.showQuickPick(
    [
      ...rows,
      { label: t("$(add) Once More…"), at: given.length },
      { label: t("$(clear-all) Not Given"), at: undefined },
    ],
    { title, placeHolder: option.doc, ignoreFocusOut: true },
  );
  if (!chosen) return undefined;
  const { at } = chosen;
  if (at === undefined) return [];
  const answer = await askValue(option, given[at], title);
  if (!answer) return undefined;
  return given.toSpliced(at, 1, ...(answer.value === undefined ? [] : [answer.value]));
}

/** What the user wants an option to have, undefined in it for nothing; undefined when dismissed. */
async function askValue(
  option: BootOption,
  now: string | true | undefined,
  title: string,
): Promise<{ readonly value: string | true | undefined } | undefined> {
  const { bare, doc } = option;
  const values = valuesOf(option) ?? [];
  if (takesSeveral(option)) return askSeveral(option, values, now, title);
  if (values.length === 0 && bare === undefined) return typeValue(option, now, title);
  const leave = option.absent === undefined ? t("Not given") : t("Not given: {0}", option.absent);
  const rows: readonly (vscode.QuickPickItem & { readonly value?: string | true; readonly type?: true })[] = [
    ...values.map((value) => ({ label: value, picked: value === now, value })),
    ...(bare === undefined ? [] : [{ label: t("Without a Value"), description: bare, value: true as const }]),
    { label: t("$(edit) Another Value…"), type: true },
    { label: leave },
  ];
  const chosen = await vscode.window.showQuickPick(rows, { title, placeHolder: doc, ignoreFocusOut: true });
  if (!chosen) return undefined;
  return chosen.type === true ? typeValue(option, now, title) : { value: chosen.value };
}

async function askSeveral(
  { doc }: BootOption,
  values: readonly string[],
  now: string | true | undefined,
  title: string,
): Promise<{ readonly value: string | undefined } | undefined> {
  const given = typeof now === "string" ? now.split(",") : [];
  const chosen = await vscode.window.showQuickPick(
    values.map((label) => ({ label, picked: given.includes(label) })),
    {
      title,
      placeHolder: t("{0} Nothing chosen: it is not given.", doc),
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
    prompt: t("{0} Nothing typed: it is not given.", option.doc).trim(),
    placeHolder: option.absent ?? option.docv ?? "",
    ignoreFocusOut: true,
  });
  return typed === undefined ? undefined : { value: typed === "" ? undefined : typed };
}

async function typeAll(args: Args, title: string): Promise<Args | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    value: joinArguments(args),
    prompt: t("As in a shell: spaces separate, quotation marks keep them. Nothing is expanded."),
    placeHolder: t("-l *:debug"),
    ignoreFocusOut: true,
  });
  return typed === undefined ? undefined : splitArguments(typed);
}

/** Picks a source, then its level. */
async function pickLevels(
  parts: BootArgumentParts,
  { id, name }: Project,
  option: BootOption,
  args: Args,
): Promise<Args | undefined> {
  const now = argumentOf(args, option);
  const levels = parseLevels(typeof now === "string" ? now : "");
  const seen = await sourcesSeen(parts, id);
  const sources = [...new Set(["*", ...levels.keys(), ...seen])];
  const other = t("$(add) Another Source…");
  const rows = sources.map((label) => ({
    label,
    description: [levels.get(label), label === "*" ? t("all sources") : undefined]
      .filter(Boolean)
      .join(" · "),
  }));
  const chosen = await vscode.window.showQuickPick([...rows, { label: other, description: "" }], {
    title: t(
      "Log Levels of {0}: {1}",
      name,
      levels.size === 0 ? t("as it sets them itself") : levelsText(levels),
    ),
    placeHolder:
      seen.length === 0 ? t("Sources are listed here once it has logged") : t("The source of messages"),
    ignoreFocusOut: true,
  });
  if (!chosen) return undefined;
  const source =
    chosen.label === other
      ? await vscode.window.showInputBox({
          title: t("Log Source of {0}", name),
          prompt: t("The name it was given by Logs.Src.create, such as tcp"),
          validateInput: (text) =>
            /^[^\s,]+$/.test(text) ? undefined : t("A name without spaces and commas"),
          ignoreFocusOut: true,
        })
      : chosen.label;
  if (source === undefined) return undefined;
  const unset = source === "*" ? t("As it sets it itself") : t("As all sources");
  const level = await vscode.window.showQuickPick([...logLevels, unset], {
    title: source === "*" ? t("Level of All Sources of {0}", name) : t("Level of {0}", source),
    placeHolder: t("The least grave messages that are logged"),
    ignoreFocusOut: true,
  });
  if (level === undefined) return undefined;
  const others = [...levels].filter(([known]) => known !== source);
  const next = new Map<string, string>(level === unset ? others : [...others, [source, level]]);
  return withArgument(args, option, next.size === 0 ? undefined : levelsText(next));
}

/** The sources in the consoles of a unikernel, the most talkative first: of all that are in memory, and of the last run. */
async function sourcesSeen({ logStore }: BootArgumentParts, id: string): Promise<readonly string[]> {
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
