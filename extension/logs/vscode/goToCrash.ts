import * as vscode from "vscode";
import { createCrashExplainer, lastEndedSession } from "../crash/sessionCrash.ts";
import type { LogStore } from "../store/logStore.ts";
import { findSwitchLibraries, type LoadEnvironment } from "./libraryFolders.ts";
import { findUnikernelFolders } from "./unikernelFolders.ts";

/** The way from the last crash to its source, without the log panel. */
export interface CrashNavigation extends vscode.Disposable {
  /** Opens the line that crashed, or shows the crash in the log panel if no line of the project is known. */
  readonly go: () => Promise<void>;
}

/** Also updates the context key `mirageos.hasCrash`: whether the session that ended last failed. */
export function watchCrashes(
  store: Pick<LogStore, "sessions" | "isLoaded" | "span" | "records" | "onChange">,
  loadEnvironment: LoadEnvironment,
): CrashNavigation {
  const explain = createCrashExplainer(store);
  const lastCrash = () => {
    const session = lastEndedSession(store.sessions());
    const crash = explain(session);
    return session && crash && { session, crash };
  };
  let known = false;
  const setKey = (key: string, value: boolean): void => {
    if (value !== known) void vscode.commands.executeCommand("setContext", `mirageos.${key}`, value);
    known = value;
  };
  const update = (): void => setKey("hasCrash", lastCrash() !== undefined);
  const stop = store.onChange(update);
  return {
    go: async () => {
      const last = lastCrash();
      if (!last) return;
      const { session, crash } = last;
      if (crash.frame) {
        const { openFrame } = await import("./panel.ts");
        const folders = await findUnikernelFolders(session.unikernel);
        const libraries = await findSwitchLibraries(loadEnvironment, folders);
        const reason = await openFrame(crash.frame, { project: folders.root, libraries });
        if (reason === "") return;
      }
      const record = crash.seq === undefined ? undefined : { session: session.id, seq: crash.seq };
      await vscode.commands.executeCommand("mirageos.showLogs", record);
    },
    dispose: stop,
  };
}
