import { homedir } from "node:os";
import * as vscode from "vscode";
import type { LogSession } from "../../logs/model.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { BasicsReady } from "../../toolchain/readiness.ts";
import { defaultPlace } from "../../toolchain/vscode/toolchain.ts";
import { deedsOf, isDeed, readDeeds, type Deed } from "../progress.ts";
import type { Guide, GuideParts, Note } from "./register.ts";

/** Where the global state remembers what was done, in any workspace. */
const doneKey = "mirageos.done";

export interface Follower extends vscode.Disposable {
  readonly note: Guide["note"];
}

/**
 * Keeps the context keys true that tick the walkthrough's steps, from files, consoles and what is noted. The
 * tools are asked only once the walkthrough was seen, and no longer when all that is asked for is there.
 */
export function followProgress({ context, projects, toolchain, logStore }: GuideParts): Follower {
  const shown = new Set<string>();
  const set = (key: string) => {
    if (shown.has(key)) return;
    shown.add(key);
    void vscode.commands.executeCommand("setContext", `mirageos.${key}`, true);
  };
  const remember = (done: readonly Deed[]) => {
    for (const deed of done) set(deed);
    const known = readDeeds(context.globalState.get(doneKey));
    const fresh = done.filter((deed) => !known.includes(deed));
    if (fresh.length > 0) void context.globalState.update(doneKey, [...known, ...fresh]);
  };

  let sessions: readonly LogSession[] = [];
  let basics: BasicsReady | undefined;
  const look = () => {
    const states = projects.all().map(({ state }) => state);
    remember(deedsOf(states, sessions, basics));
  };

  const parts: { dispose: () => unknown }[] = [];
  let following = false;
  const followSessions = async () => {
    if (following) return;
    following = true;
    const store = await logStore();
    const read = () => {
      sessions = store.sessions();
      look();
    };
    const dispose = store.onChange((changes) => {
      if (changes.some(({ session }) => session)) read();
    });
    parts.push({ dispose });
    read();
  };

  let seen = false;
  let asking = false;
  let outdated = false;
  const askTools = async () => {
    if (!seen || shown.has("setupReady") || !vscode.workspace.isTrusted) return;
    outdated = asking;
    if (asking) return;
    asking = true;
    try {
      await projects.ready;
      const place = projects.selected() ?? defaultPlace(homedir());
      const [{ choice }, detections] = await Promise.all([
        toolchain.environment(place),
        toolchain.detections(place),
      ]);
      const { basicsReady } = await import("../../toolchain/asking.ts");
      basics = basicsReady(choice, detections);
      look();
    } catch (error) {
      // Check Setup, a button away, tells why the environment can't be read.
      if (!(error instanceof ProblemError)) throw error;
    } finally {
      asking = false;
    }
    if (outdated) await askTools();
  };
  /** Somebody may have installed something, here or elsewhere; what was read of the tools is kept otherwise. */
  const askAgain = () => {
    if (seen && !asking && !shown.has("setupReady") && vscode.workspace.isTrusted) toolchain.refresh();
  };

  remember(readDeeds(context.globalState.get(doneKey)));
  void projects.ready.then(look);
  parts.push(
    projects.onDidChange(look),
    toolchain.onDidChange(() => void askTools()),
    vscode.window.onDidEndTerminalShellExecution(askAgain),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) askAgain();
    }),
  );
  const attend = () => {
    seen = true;
    void followSessions();
    void askTools();
  };
  const hints: Readonly<Record<Exclude<Note, Deed>, () => unknown>> = {
    // VS Code ticks a step when what it waits for comes true while it knows the step, and never if it was true
    // before. So each also waits for the page of walkthroughs to come to the front, or for guideOpened.
    opened: () => {
      set("guideOpened");
      attend();
    },
    tools: attend,
    perhaps: attend,
    run: followSessions,
    job: look,
  };
  return {
    note: (what) => {
      if (isDeed(what)) remember([what]);
      else void hints[what]();
    },
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}
