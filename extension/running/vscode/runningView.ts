import { join } from "node:path";
import * as vscode from "vscode";
import type { LogStore } from "../../logs/store/logStore.ts";
import { leasedAddresses, watchLeases } from "../../network/leases.ts";
import type { Run } from "../../platform/process.ts";
import type { Activities } from "../../project/model.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { createBootHistory } from "../bootHistory.ts";
import { createLeaseAddresses } from "../leaseAddresses.ts";
import type { RunMetric } from "../metricRows.ts";
import { runsOfWindow, unaddressedRuns } from "../model.ts";
import { createWindowFiles } from "../otherWindows.ts";
import { usageReader } from "../processUsage.ts";
import { createRunningRows, isInFolders, type ShownRun } from "../runningRows.ts";
import type { RunDetail } from "../runRow.ts";

/** The view's id in package.json. */
const runningViewId = "mirageos.running";
/** How often the view is updated while it is visible. */
const intervalMs = 1000;

/** A row of the view. The commands of its menu receive it as their argument. */
type RunNode =
  | {
      readonly kind: "run";
      /** The unikernel. */
      readonly id: string;
      readonly session: string;
    }
  | { readonly kind: "detail"; readonly parent: RunNode; readonly detail: RunDetail };

const detailIcons: Record<RunDetail["kind"], string> = {
  address: "globe",
  device: "plug",
  boot: "watch",
  metric: "graph-line",
};

/** What the view needs from the window. */
export interface RunningContext {
  readonly projects: Projects;
  readonly activities: Activities;
  readonly logStore: () => Promise<LogStore>;
  readonly run: Run;
  /** The extension's storage folder, which all windows share. */
  readonly storage: string;
  /** What a unikernel of this window has sent about itself. */
  readonly metrics: (unikernel: string) => readonly RunMetric[];
}

/** Creates the view Running, which lists the unikernels that run in this window and in others on the same folders. */
export function registerRunning(context: RunningContext): vscode.Disposable {
  const { projects, activities, run, storage } = context;
  const files = createWindowFiles(join(storage, "running"));
  const keepBoot = createBootHistory(projects.memory, Date.now());
  let store: LogStore | undefined;
  let stopListening = () => {};
  const own = () => (store ? runsOfWindow(activities.active(), store.sessions()) : []);
  const leases = createLeaseAddresses({
    read: leasedAddresses,
    watch: watchLeases,
    found: (session, addresses) => store?.addAddresses(session, addresses),
  });
  const rows = createRunningRows({
    own,
    others: async () => {
      const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
      return (await files.readOthers()).filter(({ unikernel }) => isInFolders(unikernel, folders));
    },
    readUsage: usageReader(process.platform, run),
    metrics: context.metrics,
    now: Date.now,
  });
  const changed = new vscode.EventEmitter<RunNode | undefined>();
  const nodes = new Map<string, RunNode>();
  const nodeOf = ({ run: { session, unikernel: id } }: ShownRun): RunNode => {
    const known = nodes.get(session);
    if (known) return known;
    const node: RunNode = { kind: "run", id, session };
    nodes.set(session, node);
    return node;
  };
  const shownOf = (session: string) => rows.shown().find((each) => each.run.session === session);

  const view = vscode.window.createTreeView<RunNode>(runningViewId, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => {
        if (!node) return rows.shown().map(nodeOf);
        const details = node.kind === "run" ? (shownOf(node.session)?.row.details ?? []) : [];
        return details.map((detail) => ({ kind: "detail", parent: node, detail }) as const);
      },
      getParent: (node) => (node.kind === "detail" ? node.parent : undefined),
      getTreeItem: (node) => {
        if (node.kind === "detail") return detailItem(node.detail, node.parent);
        const shown = shownOf(node.session);
        return shown ? runItem(shown, projects.get(node.id) !== undefined) : new vscode.TreeItem("");
      },
    },
  });

  let isUpdating = false;
  const update = async (): Promise<void> => {
    // ps may take longer than the interval.
    if (isUpdating) return;
    isUpdating = true;
    const change = await rows.update().finally(() => (isUpdating = false));
    if (change.isStructural) {
      const sessions = new Set(rows.shown().map((each) => each.run.session));
      for (const session of nodes.keys()) if (!sessions.has(session)) nodes.delete(session);
      changed.fire(undefined);
    } else for (const session of change.sessions) changed.fire(nodes.get(session));
  };
  let timer: NodeJS.Timeout | undefined;
  const followVisibility = () => {
    clearInterval(timer);
    timer = undefined;
    if (!view.visible) return rows.pause();
    timer = setInterval(() => void update(), intervalMs);
    void update();
  };
  followVisibility();

  const onRunsChanged = () => {
    // The view of this window does not need the file, and other windows can do without it.
    files.write(own()).catch(() => undefined);
    if (store) leases.follow(unaddressedRuns(activities.active(), store.sessions()));
    if (view.visible) void update();
  };
  const openStore = async () => {
    const opened = await context.logStore();
    if (store) return;
    store = opened;
    stopListening = opened.onChange((changes) => {
      const sessions = new Set(changes.flatMap(({ session, sessionId }) => (session ? [sessionId] : [])));
      if (sessions.size === 0) return;
      for (const session of opened.sessions()) if (sessions.has(session.id)) keepBoot(session);
      onRunsChanged();
    });
  };
  const onActivity = () => {
    // The log is opened with the first run; before it, nothing has a session.
    if (!store && activities.active().some(({ session }) => session !== undefined))
      void openStore().then(onRunsChanged);
    else if (store) onRunsChanged();
  };
  onActivity();
  return vscode.Disposable.from(
    view,
    changed,
    view.onDidChangeVisibility(followVisibility),
    activities.onChange(onActivity),
    {
      dispose: () => {
        clearInterval(timer);
        stopListening();
        files.dispose();
        leases.dispose();
      },
    },
  );
}

function runItem({ run, row }: ShownRun, hasSource: boolean): vscode.TreeItem {
  const { None, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(row.label, row.details.length === 0 ? None : Expanded);
  item.id = run.session;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.iconPath = new vscode.ThemeIcon("vm-running", new vscode.ThemeColor("testing.iconPassed"));
  const kinds = [
    run.isElsewhere ? "elsewhere" : "run",
    ...(run.canRestart ? ["restartable"] : []),
    ...(hasSource ? ["source"] : []),
  ];
  item.contextValue = kinds.join(".");
  return item;
}

function detailItem(
  { kind, label, description, tooltip, metric }: RunDetail,
  parent: RunNode,
): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = new vscode.ThemeIcon(detailIcons[kind]);
  item.contextValue = "detail";
  if (kind === "metric")
    item.command = {
      title: t("Show Metrics"),
      command: "mirageos.showMetrics",
      arguments: [{ ...parent, metric }],
    };
  return item;
}
