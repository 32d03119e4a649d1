import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import {
  isFromDoctorPage,
  type DoctorView,
  type FromDoctorPage,
  type ToDoctorPage,
} from "../../protocol/doctor.ts";
import type { Channel } from "../../protocol/channel.ts";
import { ProblemError, type ProblemAction } from "../../platform/errors.ts";
import { performAction, showProblem } from "../../platform/vscode/showProblem.ts";
import { fillWebview } from "../../platform/vscode/webview.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { doctorMarkdown, type DoctorReport } from "../doctor.ts";
import { doctorViewType } from "./doctorViewType.ts";
import { checkedScope, checkTools, problemView, reportView } from "./setupCheck.ts";
import { typeIntoTerminal } from "./setupTerminal.ts";
import type { Toolchain } from "./toolchain.ts";
import { t } from "../../protocol/l10n.ts";

const title = t("MirageOS: Check Setup");

/** The open panel, if there is one. */
let open: DoctorPanel | undefined;

/** Fills a panel, which becomes the open one, and checks the setup. */
function openIn(...options: ConstructorParameters<typeof DoctorPanel>): Promise<void> {
  open = new DoctorPanel(...options);
  return open.check();
}

/** Opens the panel, or reveals the open one and checks again. Resolves when the check has ended. */
export async function showDoctor(
  extensionUri: vscode.Uri,
  projects: Projects,
  toolchain: Toolchain,
): Promise<void> {
  if (open) {
    open.panel.reveal();
    return open.check();
  }
  const panel = vscode.window.createWebviewPanel(doctorViewType, title, vscode.ViewColumn.Active);
  await openIn(panel, extensionUri, projects, toolchain);
}

/** Takes over a panel that VS Code restored after a reload of the window. */
export async function restoreDoctor(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  projects: Projects,
  toolchain: Toolchain,
): Promise<void> {
  // The command may have opened a new panel before VS Code restored the old one.
  if (open) panel.dispose();
  else await openIn(panel, extensionUri, projects, toolchain);
}

/** Checks the setup without a panel, and copies the report to the clipboard as Markdown. */
export async function copyDoctorReport(projects: Projects, toolchain: Toolchain): Promise<void> {
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: t("Checking the MirageOS setup") },
      async () => {
        await projects.ready;
        const report = await checkTools(checkedScope(projects), toolchain);
        await vscode.env.clipboard.writeText(doctorMarkdown(report));
      },
    );
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await showProblem(error.problem);
    return;
  }
  void showInformationMessage(t("Copied the setup report to the clipboard as Markdown."));
}

class DoctorPanel {
  readonly panel: vscode.WebviewPanel;
  private readonly projects: Projects;
  private readonly toolchain: Toolchain;
  private readonly channel: Channel<ToDoctorPage>;
  private view: DoctorView;
  /** The report that is shown; undefined while the first check runs and after a failed one. */
  private report: DoctorReport | undefined;
  /** What the buttons of a failed check do. */
  private actions: readonly ProblemAction[] = [];
  /** The root whose setup was checked last. */
  private checkedRoot: string | undefined;
  /** Whether something changed since the last check. */
  private outdated = false;
  /** Number of checks so far: the result of an earlier check is dropped. */
  private round = 0;

  constructor(
    panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    projects: Projects,
    toolchain: Toolchain,
  ) {
    this.panel = panel;
    this.projects = projects;
    this.toolchain = toolchain;
    this.view = { kind: "checking", subject: checkedScope(projects).name };
    this.channel = fillWebview<ToDoctorPage, FromDoctorPage>(panel.webview, extensionUri, {
      name: "doctor",
      title,
      incoming: isFromDoctorPage,
      handle: (message) => this.handle(message),
    });
    const icon = (name: string) => vscode.Uri.joinPath(extensionUri, "media", name);
    panel.iconPath = { light: icon("mirageos-light.svg"), dark: icon("mirageos-dark.svg") };
    const checkIfVisible = () => this.checkIfVisible();
    const listeners = vscode.Disposable.from(
      toolchain.onDidChange(() => this.outdate()),
      projects.onDidChange(() => {
        const { root } = checkedScope(projects).scope;
        if (this.checkedRoot !== undefined && root !== this.checkedRoot) this.outdate();
      }),
      vscode.window.onDidChangeWindowState(checkIfVisible),
      panel.onDidChangeViewState(checkIfVisible),
    );
    panel.onDidDispose(() => {
      open = undefined;
      this.round += 1;
      this.channel.dispose();
      listeners.dispose();
    });
  }

  /** Checks the setup and shows the report, or why there is none. */
  async check(): Promise<void> {
    const round = (this.round += 1);
    this.outdated = false;
    this.show({ kind: "checking", subject: checkedScope(this.projects).name });
    await this.projects.ready;
    const checked = checkedScope(this.projects);
    const { scope, name } = checked;
    this.checkedRoot = scope.root;
    try {
      const report = await checkTools(checked, this.toolchain);
      if (round !== this.round) return;
      this.report = report;
      this.show(reportView(name, report));
    } catch (error) {
      if (round !== this.round) return;
      this.report = undefined;
      const problem = problemView(error);
      this.actions = problem.actions;
      this.show(problem.view);
    }
  }

  private show(view: DoctorView): void {
    this.view = view;
    this.channel.notify({ kind: "show", view });
  }

  private outdate(): void {
    this.outdated = true;
    this.checkIfVisible();
  }

  /** Checks again only while the user can see the panel. */
  private checkIfVisible(): void {
    if (this.outdated && this.panel.visible && vscode.window.state.focused) void this.check();
  }

  private async handle(message: FromDoctorPage): Promise<string> {
    switch (message.kind) {
      case "loaded":
        this.channel.notify({ kind: "show", view: this.view });
        return "";
      case "check":
        this.toolchain.refresh();
        await this.check();
        return "";
      case "copy":
        if (!this.report) throw new Error("there is no report yet");
        await vscode.env.clipboard.writeText(doctorMarkdown(this.report));
        return t("Copied the report to the clipboard.");
      case "fix":
        return this.fix(message.id);
      case "act": {
        const action = this.actions.find((each) => each.title === message.title);
        if (action) await performAction(action);
        return "";
      }
    }
  }

  /** Performs the fix of a line of the report. Returns what the user has to do next, if anything. */
  private async fix(id: string): Promise<string> {
    const fix = this.report?.lines.find((line) => line.id === id)?.fix;
    if (!fix) throw new Error("the report has changed; check again");
    if (!("commandLine" in fix)) {
      await performAction(fix);
      return "";
    }
    await typeIntoTerminal(fix.title, fix.commandLine, checkedScope(this.projects).scope.root);
    return t("The terminal contains the command. Press Enter there to run it, then check again.");
  }
}
