import * as vscode from "vscode";
import type { Activities, Activity } from "../model.ts";
import { describeActivity, displayedActivity, stateLines } from "../describeState.ts";
import type { Project, Projects } from "./projects.ts";
import { t } from "../../protocol/l10n.ts";

/** Creates the status bar item: `hello · hvt`, the current activity, and the state on hover. */
export function registerStatusBar(projects: Projects, activities: Activities): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("mirageos.status", vscode.StatusBarAlignment.Left, 10);
  item.name = "MirageOS";
  const refresh = () => {
    if (projects.all().length === 0) return item.hide();
    const project = projects.selected();
    const active = activities.active();
    const job = (project && displayedActivity(active, project.id)) ?? active.at(-1);
    item.text = vscode.workspace.isTrusted ? textOf(project, job) : `${textOf(project, job)} $(shield)`;
    item.command = project ? "mirageos.selectTarget" : "mirageos.selectUnikernel";
    item.tooltip = project ? tooltipOf(project, job) : t("Select the unikernel for commands");
    item.accessibilityInformation = {
      label: t("MirageOS: {0}", item.text.replace(/\$\([^)]*\)/g, "").trim()),
    };
    item.show();
  };
  refresh();
  return vscode.Disposable.from(
    item,
    projects.onDidChange(refresh),
    activities.onChange(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
  );
}

function textOf(project: Project | undefined, job: Activity | undefined): string {
  const name = project ? `${project.name} · ${project.target}` : t("Select Unikernel");
  if (!job) return `$(package) ${name}`;
  const { unikernel, target } = job.request;
  const { done, total } = job.progress ?? {};
  const counts = done === undefined ? "" : total ? ` ${Math.floor((100 * done) / total)}%` : ` (${done})`;
  const busy = project?.id === unikernel.id ? name : `${unikernel.name} · ${target}`;
  return `$(${job.prompting ? "question" : "sync~spin"}) ${busy}: ${describeActivity(job)}${counts}`;
}

function tooltipOf(project: Project, job: Activity | undefined): vscode.MarkdownString {
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
    .appendText(project.name)
    .appendMarkdown(t("** for **"))
    .appendText(project.target);
  text.appendMarkdown("**\n\n");
  if (project.options.length > 0)
    text.appendMarkdown(t("Options: ")).appendText(project.options.join(" ")).appendMarkdown("\n\n");
  for (const { text: line, detail, kind } of stateLines(project.state)) {
    text.appendMarkdown(`- $(${{ done: "pass", missing: "circle-outline", stale: "warning" }[kind]}) `);
    text.appendText(detail ? `${line}: ${detail}` : line).appendMarkdown("\n");
  }
  text.appendMarkdown("\n");
  if (!vscode.workspace.isTrusted) {
    return text.appendMarkdown(
      t("$(shield) Restricted Mode: nothing in this workspace is run until you trust it."),
    );
  }
  if (job) link(t("$(debug-stop) Stop"), "stop");
  link(t("Configure"), "configure");
  link(t("Fetch"), "fetch");
  link(t("Build"), "build");
  link(t("Run"), "run");
  link(t("Select Target"), "selectTarget");
  text.appendMarkdown(t("[Check Setup](command:mirageos.checkSetup)"));
  return text;
}
