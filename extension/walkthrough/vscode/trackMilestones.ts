import { homedir } from "node:os";
import * as vscode from "vscode";
import type { LogSession } from "../../logs/model.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { BasicsReady } from "../../toolchain/readiness.ts";
import { defaultScope } from "../../toolchain/vscode/toolchain.ts";
import { t } from "../../protocol/l10n.ts";
import { firstOpenStep, isMilestone, milestonesOf, readMilestones, type Milestone } from "../milestones.ts";
import type { WalkthroughContext, WalkthroughEvent } from "./walkthroughContext.ts";

/** Key of the global state that stores the reached milestones, across workspaces. */
const doneKey = "mirageos.done";

/**
 * How long the walkthrough waits for the tools to be detected before it opens, in milliseconds. On a slow computer,
 * opam and twenty programs that print their versions take several seconds.
 */
const detectionMs = 10_000;

/**
 * Updates the context keys that complete walkthrough steps, from project files, log sessions and recorded events.
 * Tools are detected only after the walkthrough was opened, and only until every tool that it needs is ready.
 */
export class MilestoneTracker implements vscode.Disposable {
  private readonly parts: WalkthroughContext;
  private readonly disposables: { dispose: () => unknown }[] = [];
  /** The context keys that are true. */
  private readonly keys = new Set<string>();
  private sessions: readonly LogSession[] = [];
  private basics: BasicsReady | undefined;
  private watchingSessions = false;
  /** Whether the walkthrough was opened, as far as the extension can know. */
  private opened = false;
  private detecting = false;
  /** Whether the tools changed while they were being detected. */
  private outdated = false;

  constructor(parts: WalkthroughContext) {
    this.parts = parts;
    this.store(readMilestones(parts.context.globalState.get(doneKey)));
    void parts.projects.ready.then(() => this.update());
    this.disposables.push(
      parts.projects.onDidChange(() => this.update()),
      parts.toolchain.onDidChange(() => void this.detectTools()),
      // A command in a terminal, or a program elsewhere, may have installed something.
      vscode.window.onDidEndTerminalShellExecution(() => this.refreshTools()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.refreshTools();
      }),
    );
  }

  record(event: WalkthroughEvent): void {
    if (isMilestone(event)) return this.store([event]);
    switch (event) {
      case "opened":
        // VS Code completes a step when its context key becomes true while it knows the step, but not if the key
        // was true before. Each step therefore also waits for the page to be shown, or for this key.
        this.setKey("guideOpened");
        return this.watchAll();
      case "tools":
      case "perhaps":
        return this.watchAll();
      case "run":
        void this.watchSessions();
        return;
      case "job":
        return this.update();
    }
  }

  /**
   * Returns the id of the first step of the walkthrough that is not done, or undefined if all are. Tools that take too
   * long to detect count as missing.
   */
  async firstOpenStep(): Promise<string | undefined> {
    this.opened = true;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, detectionMs)));
    const known = Promise.race([Promise.all([this.watchSessions(), this.detectTools()]), timeout]);
    const title = t("Detecting tools");
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => known);
    clearTimeout(timer);
    this.update();
    return firstOpenStep(this.keys, {
      trusted: vscode.workspace.isTrusted,
      windows: process.platform === "win32",
    });
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  private setKey(name: string): void {
    if (this.keys.has(name)) return;
    this.keys.add(name);
    void vscode.commands.executeCommand("setContext", `mirageos.${name}`, true);
  }

  private store(reached: readonly Milestone[]): void {
    for (const milestone of reached) this.setKey(milestone);
    const { globalState } = this.parts.context;
    const stored = readMilestones(globalState.get(doneKey));
    const added = reached.filter((milestone) => !stored.includes(milestone));
    if (added.length > 0) void globalState.update(doneKey, [...stored, ...added]);
  }

  private update(): void {
    const states = this.parts.projects.all().map(({ state }) => state);
    this.store(milestonesOf(states, this.sessions, this.basics));
  }

  private watchAll(): void {
    this.opened = true;
    void this.watchSessions();
    void this.detectTools();
  }

  private async watchSessions(): Promise<void> {
    if (this.watchingSessions) return;
    this.watchingSessions = true;
    const logs = await this.parts.logStore();
    const read = () => {
      this.sessions = logs.sessions();
      this.update();
    };
    const dispose = logs.onChange((changes) => {
      if (changes.some(({ session }) => session)) read();
    });
    this.disposables.push({ dispose });
    read();
  }

  private needsTools(): boolean {
    return this.opened && !this.keys.has("setupReady") && vscode.workspace.isTrusted;
  }

  private async detectTools(): Promise<void> {
    if (!this.needsTools()) return;
    this.outdated = this.detecting;
    if (this.detecting) return;
    this.detecting = true;
    const { projects, toolchain } = this.parts;
    try {
      await projects.ready;
      const scope = projects.selected() ?? defaultScope(homedir());
      const [{ choice }, detections] = await Promise.all([
        toolchain.environment(scope),
        toolchain.detections(scope),
      ]);
      const { basicsReady } = await import("../../toolchain/readiness.ts");
      this.basics = basicsReady(choice, detections);
      this.update();
    } catch (error) {
      // Check Setup, which the walkthrough offers, shows why the environment cannot be read.
      if (!(error instanceof ProblemError)) throw error;
    } finally {
      this.detecting = false;
    }
    if (this.outdated) await this.detectTools();
  }

  /** Detects the tools again; the toolchain otherwise returns its cached result. */
  private refreshTools(): void {
    if (this.needsTools() && !this.detecting) this.parts.toolchain.refresh();
  }
}
