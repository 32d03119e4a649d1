import * as vscode from "vscode";
import type { LogStore } from "../../logs/store.ts";
import { lazy } from "../../platform/lazy.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { Deed } from "../progress.ts";

export interface GuideParts {
  readonly context: vscode.ExtensionContext;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly logStore: () => Promise<LogStore>;
}

/**
 * A deed, or what may have led to some: the end of a job, a run with its console, a question to the tools, the
 * walkthrough opened, or something that may be it.
 */
export type Note = Deed | "job" | "run" | "tools" | "opened" | "perhaps";

export interface Guide extends vscode.Disposable {
  /** Ticks the steps of the walkthrough that are done by now. */
  readonly note: (what: Note) => void;
  /** The commands by their ids. */
  readonly table: Readonly<Record<string, (argument: unknown) => unknown>>;
}

/** Registers the walkthrough's commands; what ticks its steps is loaded when it is seen or something was done. */
export function registerGuide(parts: GuideParts): Guide {
  const { extension } = parts.context;
  const follower = lazy(async () => (await import("./follow.ts")).followProgress(parts));
  const note: Guide["note"] = (what) => void follower.get().then((follow) => follow.note(what));
  // Extensions are not told that their walkthrough is open. Its tab is of a kind without an input, as a few others
  // are, and names the extension or is called Welcome, in the user's language.
  const look = () => {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => !input);
    if (tabs.some(({ label }) => label.includes(extension.packageJSON.displayName))) note("opened");
    else if (tabs.length > 0) note("perhaps");
  };
  void parts.projects.ready.then(look);
  const tabs = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
    if ([...opened, ...changed].some(({ input }) => !input)) void parts.projects.ready.then(look);
  });
  return {
    note,
    table: {
      "mirageos.getStarted": async () => {
        await vscode.commands.executeCommand(
          "workbench.action.openWalkthrough",
          `${extension.id}#getStarted`,
        );
        // In a tab for looking only, the first file that is opened would take its place.
        await vscode.commands.executeCommand("workbench.action.keepEditor");
        note("opened");
      },
      "mirageos.installTools": async (need) =>
        (await import("../../dialogs.ts")).installTools(parts, note, need),
      "mirageos.addDevContainer": async (on) =>
        (await import("../../dialogs.ts")).addDevContainer(parts.context.extensionUri, on),
    },
    dispose: () => {
      tabs.dispose();
      follower.dispose();
    },
  };
}
