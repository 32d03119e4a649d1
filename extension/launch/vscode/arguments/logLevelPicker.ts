import * as vscode from "vscode";
import type { LogStore } from "../../../logs/store/logStore.ts";
import type { Project } from "../../../project/vscode/projects.ts";
import {
  formatLevels,
  lastOptionValue,
  logLevels,
  parseLevelArgument,
  withOptionValue,
  type BootOption,
} from "../../boot/bootArguments.ts";
import { t } from "../../../protocol/l10n.ts";

type LoadLogStore = () => Promise<LogStore>;

/** Prompts for a log source, then for its level. Resolves to the changed arguments, or to undefined if dismissed. */
export async function pickLevels(
  logStore: LoadLogStore,
  { id, name }: Project,
  option: BootOption,
  args: readonly string[],
): Promise<readonly string[] | undefined> {
  const now = lastOptionValue(args, option);
  const levels = parseLevelArgument(typeof now === "string" ? now : "");
  const seen = await loggedSources(logStore, id);
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
async function loggedSources(logStore: LoadLogStore, id: string): Promise<readonly string[]> {
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
