import * as vscode from "vscode";
import { bootTrend } from "../bootText.ts";
import { labelOf, type Activities, type Activity, type BootTimes } from "../model.ts";
import { describeUptime, failureText, stateLines } from "../describeState.ts";
import { statusItems } from "../statusItems.ts";
import type { Project, Projects } from "./projects.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * Creates the items of the status bar: the unikernel, its target, Build, Run and Stop. Each has an id and a name of its
 * own, by which users hide it. Without a unikernel in the workspace, all are hidden.
 */
export function registerStatusBar(projects: Projects, activities: Activities): vscode.Disposable {
  const items = {
    unikernel: createItem("unikernel", t("MirageOS Unikernel"), 10.9),
    target: createItem("target", t("MirageOS Target"), 10.8),
    build: createItem("build", t("MirageOS Build"), 10.7),
    run: createItem("run", t("MirageOS Run"), 10.6),
    stop: createItem("stop", t("MirageOS Stop"), 10.5),
  };
  items.unikernel.command = "mirageos.selectUnikernel";
  items.target.command = "mirageos.selectTarget";
  items.build.command = "mirageos.build";
  items.run.command = "mirageos.buildAndRun";

  const refresh = () => {
    const project = projects.selected();
    const active = activities.active();
    const failure = project && failureText(project.state, activities.lastFailure(project.id));
    const shown = statusItems(project, active, vscode.workspace.isTrusted, failure);
    const hasUnikernels = projects.all().length > 0;
    for (const key of ["unikernel", "target", "build", "run", "stop"] as const)
      showText(items[key], hasUnikernels ? shown[key] : undefined);
    const name = project && labelOf(project);
    const target = project?.target;
    items.unikernel.tooltip = project
      ? tooltipOf(project, activities, projects.memory.boots(project.id, project.target))
      : t("Select the unikernel for commands (MirageOS: Select Unikernel…)");
    items.target.tooltip = t("Change the target of {0} (MirageOS: Select Target…)", name ?? "");
    items.build.tooltip = t("Build {0} for {1} (MirageOS: Build)", name ?? "", target ?? "");
    items.run.tooltip = t("Build and run {0} on {1} (MirageOS: Build and Run)", name ?? "", target ?? "");
    items.stop.tooltip = t("Stop {0} (MirageOS: Stop)", stopped(active, shown.stops));
    items.stop.command = {
      command: "mirageos.stop",
      title: t("Stop"),
      arguments: shown.stops === undefined ? [] : [{ id: shown.stops }],
    };
  };
  refresh();
  return vscode.Disposable.from(
    ...Object.values(items),
    projects.onDidChange(refresh),
    activities.onChange(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
  );
}

function createItem(id: string, name: string, priority: number): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem(`mirageos.${id}`, vscode.StatusBarAlignment.Left, priority);
  item.name = name;
  return item;
}

function showText(item: vscode.StatusBarItem, text: string | undefined): void {
  if (text === undefined) return item.hide();
  item.text = text;
  const spoken = text.replace(/\$\([^)]*\)/g, "").trim();
  item.accessibilityInformation = { label: t("MirageOS: {0}", spoken), role: "button" };
  item.show();
}

/** The names of the unikernels that Stop ends, or lets the user choose from. */
function stopped(active: readonly Activity[], id: string | undefined): string {
  const unikernels = active.map(({ request }) => request.unikernel);
  const names = unikernels.filter((unikernel) => id === undefined || unikernel.id === id);
  return [...new Set(names.map(labelOf))].join(", ");
}

function tooltipOf(
  project: Project,
  { active, lastFailure }: Activities,
  boots: readonly BootTimes[],
): vscode.MarkdownString {
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = {
    enabledCommands: [
      "configure",
      "fetch",
      "build",
      "run",
      "stop",
      "selectTarget",
      "selectUnikernel",
      "checkSetup",
    ].map((command) => `mirageos.${command}`),
  };
  const link = (title: string, command: string) =>
    text.appendMarkdown(`[${title}](command:mirageos.${command}) · `);
  text
    .appendMarkdown("**")
    .appendText(labelOf(project))
    .appendMarkdown(t("** for **"))
    .appendText(project.target);
  text.appendMarkdown("**\n\n");
  const own = active().filter(({ request }) => request.unikernel.id === project.id);
  for (const { since } of own)
    if (since !== undefined) text.appendMarkdown(`$(vm-running) ${describeUptime(since, Date.now())}\n\n`);
  if (project.options.length > 0)
    text.appendMarkdown(t("Options: ")).appendText(project.options.join(" ")).appendMarkdown("\n\n");
  for (const { text: line, detail, kind } of stateLines(project.state, lastFailure(project.id))) {
    text.appendMarkdown(`- $(${{ done: "pass", missing: "circle-outline", stale: "warning" }[kind]}) `);
    text.appendText(detail ? `${line}: ${detail}` : line).appendMarkdown("\n");
  }
  text.appendMarkdown("\n");
  const [heading, ...trend] = bootTrend(project.target, boots);
  if (heading !== undefined) text.appendText(heading).appendMarkdown("\n");
  for (const line of trend) text.appendMarkdown("- ").appendText(line).appendMarkdown("\n");
  if (heading !== undefined) text.appendMarkdown("\n");
  if (!vscode.workspace.isTrusted) {
    return text.appendMarkdown(
      t("$(shield) Restricted Mode: nothing in this workspace is run until you trust it."),
    );
  }
  if (active().length > 0) link(t("$(debug-stop) Stop"), "stop");
  link(t("Configure"), "configure");
  link(t("Fetch"), "fetch");
  link(t("Build"), "build");
  link(t("Run"), "run");
  link(t("Select Target"), "selectTarget");
  text.appendMarkdown(t("[Check Setup](command:mirageos.checkSetup)"));
  return text;
}
