import * as vscode from "vscode";
import {
  isFromPanel,
  type DoctorView,
  type FromPanel,
  type ToPanel,
} from "../../../webviews/doctor/messages.ts";
import { ProblemError, type Action } from "../../platform/errors.ts";
import { perform, tell } from "../../platform/vscode/tell.ts";
import { fillWebview } from "../../platform/vscode/webview.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { doctorMarkdown, type DoctorReport } from "../doctor.ts";
import { doctorViewType } from "./doctorSerializer.ts";
import { checkTools, problemView, reportView, subjectOf } from "./setupCheck.ts";
import { typeIntoTerminal } from "./setupTerminal.ts";
import type { Toolchain } from "./toolchain.ts";
import { t } from "../../platform/l10n.ts";

const title = t("MirageOS: Check Setup");

/** The panel that is open, if one is. */
let open: { readonly panel: vscode.WebviewPanel; readonly check: () => Promise<void> } | undefined;

/** Opens the panel, or shows the one that is open; settles when the tools have answered. */
export async function showDoctor(
  extensionUri: vscode.Uri,
  projects: Projects,
  toolchain: Toolchain,
): Promise<void> {
  if (open) {
    open.panel.reveal();
    await open.check();
    return;
  }
  const column = vscode.ViewColumn.Active;
  const panel = vscode.window.createWebviewPanel(doctorViewType, title, column);
  await attach(panel, extensionUri, projects, toolchain);
}

/** Fills a panel that VS Code kept over a reload. */
export async function restoreDoctor(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  projects: Projects,
  toolchain: Toolchain,
): Promise<void> {
  // The command may have opened another one before VS Code came to restore this one.
  if (open) panel.dispose();
  else await attach(panel, extensionUri, projects, toolchain);
}

/** Checks the setup without the panel, and puts the report on the clipboard as Markdown. */
export async function copyDoctorReport(projects: Projects, toolchain: Toolchain): Promise<void> {
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: t("Checking the MirageOS setup") },
      async () => {
        await projects.ready;
        const report = await checkTools(subjectOf(projects).place, toolchain);
        await vscode.env.clipboard.writeText(doctorMarkdown(report));
      },
    );
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await tell(error.problem);
    return;
  }
  void vscode.window.showInformationMessage(t("The setup report is on the clipboard, as Markdown."));
}

async function attach(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  projects: Projects,
  toolchain: Toolchain,
): Promise<void> {
  let report: DoctorReport | undefined;
  let actions: readonly Action[] = [];
  let view: DoctorView = { kind: "checking", subject: subjectOf(projects).name };
  let checkedRoot: string | undefined;
  let outdated = false;
  let round = 0;

  const show = (next: DoctorView): void => {
    view = next;
    channel.tell({ kind: "show", view });
  };

  const check = async (): Promise<void> => {
    const mine = (round += 1);
    outdated = false;
    show({ kind: "checking", subject: subjectOf(projects).name });
    await projects.ready;
    const { place, name } = subjectOf(projects);
    checkedRoot = place.root;
    try {
      const found = await checkTools(place, toolchain);
      if (mine !== round) return;
      report = found;
      show(reportView(name, found));
    } catch (error) {
      if (mine !== round) return;
      report = undefined;
      const problem = problemView(error);
      actions = problem.actions;
      show(problem.view);
    }
  };

  /** Tools are asked again only while somebody looks. */
  const checkIfSeen = (): void => {
    if (outdated && panel.visible && vscode.window.state.focused) void check();
  };
  const outdate = (): void => {
    outdated = true;
    checkIfSeen();
  };

  const mend = async (id: string): Promise<string> => {
    const fix = report?.lines.find((line) => line.id === id)?.fix;
    if (!fix) throw new Error("the report has changed; check again");
    if (!("commandLine" in fix)) {
      await perform(fix);
      return "";
    }
    await typeIntoTerminal(fix.title, fix.commandLine, subjectOf(projects).place.root);
    return t("The command is typed in the terminal: press Enter there to run it, then check again.");
  };

  const handle = async (message: FromPanel): Promise<string> => {
    switch (message.kind) {
      case "loaded":
        channel.tell({ kind: "show", view });
        return "";
      case "check":
        toolchain.refresh();
        await check();
        return "";
      case "copy":
        if (!report) throw new Error("there is no report yet");
        await vscode.env.clipboard.writeText(doctorMarkdown(report));
        return t("The report is on the clipboard.");
      case "mend":
        return mend(message.id);
      case "act": {
        const action = actions.find((each) => each.title === message.title);
        if (action) await perform(action);
        return "";
      }
    }
  };

  const channel = fillWebview<ToPanel, FromPanel>(panel.webview, extensionUri, {
    name: "doctor",
    title,
    incoming: isFromPanel,
    handle,
  });
  const icon = (name: string) => vscode.Uri.joinPath(extensionUri, "media", name);
  panel.iconPath = { light: icon("mirageos-light.svg"), dark: icon("mirageos-dark.svg") };

  const listeners = vscode.Disposable.from(
    toolchain.onDidChange(outdate),
    projects.onDidChange(() => {
      if (checkedRoot !== undefined && subjectOf(projects).place.root !== checkedRoot) outdate();
    }),
    vscode.window.onDidChangeWindowState(checkIfSeen),
    panel.onDidChangeViewState(checkIfSeen),
  );
  open = { panel, check };
  panel.onDidDispose(() => {
    open = undefined;
    round += 1;
    channel.dispose();
    listeners.dispose();
  });
  await check();
}
