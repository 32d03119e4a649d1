import type { WalkthroughContext, Walkthrough } from "./walkthroughContext.ts";
import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";

/** Registers the walkthrough's commands. The tracker of milestones is loaded with the first recorded event. */
export function registerWalkthrough(parts: WalkthroughContext): Walkthrough {
  const { extension } = parts.context;
  const tracker = lazy(async () => new (await import("./trackMilestones.ts")).MilestoneTracker(parts));
  const record: Walkthrough["record"] = (event) => void tracker.get().then((loaded) => loaded.record(event));
  // VS Code does not notify an extension that its walkthrough is open. The walkthrough's tab has no input, like a few
  // other kinds of tabs, and its label contains the extension's name or, in the user's language, "Welcome".
  const checkTabs = () => {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => !input);
    if (tabs.some(({ label }) => label.includes(extension.packageJSON.displayName))) record("opened");
    else if (tabs.length > 0) record("perhaps");
  };
  void parts.projects.ready.then(checkTabs);
  const tabs = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
    if ([...opened, ...changed].some(({ input }) => !input)) void parts.projects.ready.then(checkTabs);
  });
  return {
    record,
    table: {
      "mirageos.getStarted": async () => {
        const category = `${extension.id}#getStarted`;
        // VS Code would open the first step, because it learns only afterwards which steps are done.
        const step = await (await tracker.get()).firstOpenStep();
        await vscode.commands.executeCommand(
          "workbench.action.openWalkthrough",
          step === undefined ? category : { category, step },
        );
        // The first file that is opened would replace the walkthrough in a preview tab.
        await vscode.commands.executeCommand("workbench.action.keepEditor");
        record("opened");
      },
      "mirageos.installTools": async (need) =>
        (await import("./installTools.ts")).installTools(parts, record, need),
      "mirageos.addDevContainer": async (on) =>
        (await import("./addDevContainer.ts")).addDevContainer(parts.context.extensionUri, on),
    },
    dispose: () => {
      tabs.dispose();
      tracker.dispose();
    },
  };
}
