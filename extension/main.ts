import "./platform/vscode/texts.ts";
import * as vscode from "vscode";
import { registerLanguage } from "../language-bridge/vscode/language.ts";
import { registerLanguageBridge } from "../language-bridge/vscode/register.ts";
import { registerAssistant } from "./assistant/vscode/register.ts";
import { registerGraphs } from "./graph/vscode/register.ts";
import { registerGuide } from "./guide/vscode/register.ts";
import { registerLauncher } from "./launch/vscode/register.ts";
import type { LogStore } from "./logs/store.ts";
import { createLogs, type Logs } from "./logs/vscode/logs.ts";
import { lazy } from "./platform/lazy.ts";
import type { ProcessHooks, ProcessSpec, Run } from "./platform/process.ts";
import { createJobs } from "./pipeline/jobs.ts";
import { createCommands } from "./pipeline/vscode/commands.ts";
import { createWorld } from "./pipeline/vscode/world.ts";
import { projectCommands, registerContextKeys } from "./project/vscode/commands.ts";
import { createProjects } from "./project/vscode/projects.ts";
import { registerStatusBar } from "./project/vscode/statusBar.ts";
import { registerTree } from "./project/vscode/tree.ts";
import { registerScaffold } from "./scaffold/vscode/register.ts";
import { registerDoctorSerializer } from "./toolchain/vscode/doctorSerializer.ts";
import { createToolchain } from "./toolchain/vscode/toolchain.ts";
import { registerSwitchStatus } from "./toolchain/vscode/switchStatus.ts";

type Command = (invokedOn: unknown) => unknown;

/** Programs are started by a module that is loaded when the first one is. */
const run: Run = async (spec: ProcessSpec, hooks?: ProcessHooks) =>
  (await import("./platform/process.ts")).run(spec, hooks);

/** What other extensions and the tests may use. */
export interface Api {
  /** Settles when the first search for unikernels has ended. */
  readonly ready: Promise<void>;
  /** The consoles of this window's runs and of earlier ones. */
  readonly logStore: () => Promise<LogStore>;
  /** The folder of the extension's own files. */
  readonly storage: string;
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel("MirageOS", { log: true });
  const projects = createProjects(context.workspaceState, log);
  const toolchain = createToolchain(run, log);
  const publisher = lazy(async () => (await import("./pipeline/vscode/diagnostics.ts")).createPublisher());
  const headers = lazy(async () =>
    (await import("./project/vscode/header.ts")).registerHeaderCheck(
      projects,
      toolchain.mirageVersion,
      toolchain.onDidChange,
    ),
  );
  void projects.ready.then(headers.get);
  const logs = createLogs(context, log, toolchain.environment, () => guide.note("logsRead"));
  const guide = registerGuide({ context, projects, toolchain, logStore: logs.store });
  /** From the first run on its console ticks the walkthrough's steps. */
  const begin: Logs["begin"] = (console) => {
    guide.note("run");
    return logs.begin(console);
  };
  const scratch = context.globalStorageUri.fsPath;
  const jobs = createJobs(
    createWorld({ run, projects, toolchain, publisher: publisher.get, scratch, begin }),
  );
  const commands = createCommands(projects, jobs, publisher.get);

  const launcher = {
    run,
    projects,
    toolchain,
    jobs,
    runGoal: commands.runGoal,
    scratch,
    begin,
    logStore: logs.store,
    logsShown: logs.shown,
  };

  const graphs = registerGraphs({
    extensionUri: context.extensionUri,
    run,
    projects,
    toolchain,
    runGoal: commands.runGoal,
    scratch,
    drawn: () => guide.note("graphShown"),
  });

  const bridge = registerLanguageBridge({
    context,
    run,
    projects,
    toolchain,
    log,
    shadows: graphs.shadows,
  });

  const table: Record<string, Command> = {
    ...bridge.table,
    ...graphs.table,
    ...guide.table,
    ...registerScaffold({ context, projects, toolchain, run }),
    ...commands.table,
    ...projectCommands(projects),
    ...logs.table,
    "mirageos.showLog": () => log.show(),
    "mirageos.selectTarget": async (on) =>
      (await import("./dialogs.ts")).selectTarget(projects, toolchain, on),
    "mirageos.selectSwitch": async () => (await import("./dialogs.ts")).selectSwitch(projects, toolchain),
    "mirageos.checkSetup": async () => {
      guide.note("tools");
      const { showDoctor } = await import("./toolchain/vscode/doctorPanel.ts");
      return showDoctor(context.extensionUri, projects, toolchain);
    },
    "mirageos.reportIssue": async () =>
      (await import("./dialogs.ts")).reportIssue({
        context,
        projects,
        toolchain,
        logStore: logs.store,
      }),
    "mirageos.copySetupReport": async () =>
      (await import("./toolchain/vscode/doctorPanel.ts")).copyDoctorReport(projects, toolchain),
    "mirageos.debug": async (on) =>
      (await import("./launch/vscode/startKey.ts")).debugUnikernel(projects, on),
    "mirageos.startByKey": async (how) =>
      (await import("./launch/vscode/startKey.ts")).startByKey(projects, how !== "run"),
    "mirageos.startSelectedByKey": async (how) =>
      (await import("./launch/vscode/startKey.ts")).startSelectedByKey(projects, how !== "run"),
    "mirageos.bootArguments": async (on) => (await import("./dialogs.ts")).pickBootArguments(launcher, on),
    "mirageos.showHostCommands": async (on) => (await import("./dialogs.ts")).showHostCommands(on),
    "mirageos.configureWithOptions": async (on) =>
      (await import("./dialogs.ts")).configureWithOptions(on, {
        projects,
        toolchain,
        run,
        runGoal: commands.runGoal,
        scratch: context.globalStorageUri,
      }),
  };

  context.subscriptions.push(
    log,
    projects,
    toolchain,
    publisher,
    commands,
    logs,
    guide,
    graphs,
    ...Object.entries(table).map(([id, act]) => vscode.commands.registerCommand(id, act)),
    jobs.onChange(() => jobs.active().length > 0 || guide.note("job")),
    registerContextKeys(projects, jobs),
    registerTree(projects, jobs),
    registerStatusBar(projects, jobs),
    registerSwitchStatus(projects, toolchain),
    headers,
    registerDoctorSerializer(context.extensionUri, projects, toolchain),
    registerLanguage({
      projects,
      mirageVersion: toolchain.mirageVersion,
      shadows: graphs.shadows,
      completes: bridge.completes,
    }),
    bridge,
    vscode.tasks.registerTaskProvider("mirage", {
      provideTasks: async () => (await import("./pipeline/vscode/tasks.ts")).provideTasks(projects, jobs),
      resolveTask: async (task) =>
        (await import("./pipeline/vscode/tasks.ts")).resolveTask(task, projects, jobs),
    }),
    registerLauncher(launcher),
    registerAssistant({
      projects,
      jobs,
      runGoal: commands.runGoal,
      shadows: graphs.shadows,
      logStore: logs.store,
    }),
    { dispose: () => jobs.active().forEach((job) => job.cancel()) },
  );
  return { ready: projects.ready, logStore: logs.store, storage: scratch };
}
