import "./platform/vscode/useLanguage.ts";
import * as vscode from "vscode";
import { registerLanguage } from "../language-bridge/vscode/language.ts";
import { registerLanguageBridge } from "../language-bridge/vscode/register.ts";
import { registerAssistant } from "./assistant/vscode/register.ts";
import { registerGraphs } from "./graph/vscode/register.ts";
import { registerImages } from "./imageView/vscode/register.ts";
import { registerHosts } from "./albatross/vscode/register.ts";
import { registerWalkthrough } from "./walkthrough/vscode/register.ts";
import { launchCommands, registerLauncher } from "./launch/vscode/register.ts";
import type { LogStore } from "./logs/store/logStore.ts";
import { createLogs, type Logs } from "./logs/vscode/logs.ts";
import { lazy } from "./platform/lazy.ts";
import type { ProcessHooks, ProcessSpec, Run } from "./platform/process.ts";
import { bootTestCommands } from "./bootTests/vscode/commands.ts";
import { registerBootTests } from "./bootTests/vscode/register.ts";
import { createActivities } from "./pipeline/activities.ts";
import { createJobs } from "./pipeline/jobs.ts";
import { createCommands } from "./pipeline/vscode/commands.ts";
import { createJobEnvironment } from "./pipeline/vscode/jobEnvironment.ts";
import { createDependencyRows, dependencyCommands } from "./dependencies/vscode/register.ts";
import { projectCommands, registerContextKeys } from "./project/vscode/commands.ts";
import { ownerOf } from "./project/vscode/pickProject.ts";
import { networkCommands } from "./network/vscode/register.ts";
import { registerReceivers } from "./receivers/vscode/register.ts";
import { registerMigrate } from "./migrate/vscode/register.ts";
import { createProjects } from "./project/vscode/projects.ts";
import { registerTree } from "./project/vscode/tree/tree.ts";
import { registerScaffold } from "./scaffold/vscode/register.ts";
import { toolchainCommands } from "./toolchain/vscode/commands.ts";
import { registerDoctorSerializer } from "./toolchain/vscode/doctorSerializer.ts";
import { createToolchain } from "./toolchain/vscode/toolchain.ts";
import { registerSwitchStatus } from "./toolchain/vscode/switchStatus.ts";

type Command = (invokedOn: unknown) => unknown;

/** Loads the module that starts programs with the first program. */
const run: Run = async (spec: ProcessSpec, hooks?: ProcessHooks) =>
  (await import("./platform/process.ts")).run(spec, hooks);

/** The API for other extensions and for the tests. */
export interface Api {
  /** Resolves when the first search for unikernels has ended. */
  readonly ready: Promise<void>;
  /** The logs of this window's runs and of earlier ones. */
  readonly logStore: () => Promise<LogStore>;
  /** The absolute path of the extension's storage folder. */
  readonly storage: string;
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel("MirageOS", { log: true });
  const projects = createProjects(context.workspaceState, log, async (image) =>
    (await import("./image/size/loadedSize.ts")).loadedSize(image),
  );
  const toolchain = createToolchain(run, log, async (targets) =>
    (await import("./network/setupCheck.ts")).networkDoctorLines(run, targets),
  );
  const publisher = lazy(async () => (await import("./pipeline/vscode/diagnostics.ts")).createPublisher());
  const headers = lazy(async () =>
    (await import("./project/vscode/headerCheck.ts")).registerHeaderCheck(
      projects,
      toolchain.mirageVersion,
      toolchain.onDidChange,
    ),
  );
  const statusBar = lazy(async () => {
    const [{ registerStatusBar }, { registerRunning }] = await Promise.all([
      import("./project/vscode/statusBar.ts"),
      import("./running/vscode/runningView.ts"),
    ]);
    return vscode.Disposable.from(
      registerStatusBar(projects, activities),
      registerRunning({
        projects,
        activities,
        logStore: logs.store,
        run,
        storage: scratch,
        metrics: receivers.seriesOf,
      }),
    );
  });
  const packages = lazy(async () =>
    (await import("./dependencies/vscode/packageFeatures.ts")).registerPackageFeatures(projects, {
      run,
      toolchain,
    }),
  );
  const gitignore = lazy(async () =>
    (await import("./project/vscode/gitignoreOffer.ts")).registerGitignoreOffer(projects, run),
  );
  void projects.ready.then(headers.get);
  void projects.ready.then(packages.get);
  void projects.ready.then(gitignore.get);
  void projects.ready.then(statusBar.get);
  const logs = createLogs(context, log, toolchain.environment, () => walkthrough.record("logsRead"));
  const walkthrough = registerWalkthrough({ context, projects, toolchain, logStore: logs.store });
  /** The first run starts watching log sessions for milestones. */
  const begin: Logs["begin"] = (session) => {
    walkthrough.record("run");
    return logs.begin({ ...session, attachments: projects.memory.attachments(session.unikernel) });
  };
  const scratch = context.globalStorageUri.fsPath;
  const { extensionUri } = context;
  const images = registerImages({
    extensionUri,
    run,
    projects,
    toolchain,
    scratch,
    log,
    requirements: async (project) =>
      (await import("./dependencies/vscode/projectDependencies.ts")).requirementPaths(project),
  });
  const jobs = createJobs(
    createJobEnvironment({
      run,
      projects,
      toolchain,
      publisher: publisher.get,
      log,
      begin,
      prepareBoot: async (request, state, onPrompt) => {
        const { prepareBuiltBoot } = await import("./launch/vscode/prepareBoot.ts");
        const parts = { run, projects, toolchain, scratch, beginRefused: logs.begin };
        return prepareBuiltBoot(parts, request, state, onPrompt);
      },
      loadedSize: (image) => images.built(image),
      reviewLock: async (...args) =>
        (await import("./dependencies/vscode/lockReview.ts")).reviewLock(...args),
      showRefusedRun: async (request, problem) =>
        (await import("./launch/vscode/prepareBoot.ts")).showRefusedRun(logs.begin, request, problem),
    }),
  );
  const activities = createActivities(jobs);
  const dependencyRows = createDependencyRows({ run, toolchain });
  const commands = createCommands(projects, jobs, activities, publisher.get);

  const receivers = registerReceivers({ extensionUri, projects, begin: logs.begin });
  const hosts = registerHosts({
    extension: context,
    projects,
    runGoal: commands.runGoal,
    jobs,
    begin,
    editArguments: async (project, args) =>
      (await import("./launch/vscode/arguments/bootArgumentPicker.ts")).editBootArguments(
        launcher,
        project,
        args,
      ),
  });

  const launcher = {
    run,
    projects,
    toolchain,
    runGoal: commands.runGoal,
    scratch,
    begin,
    addRun: activities.addRun,
    metrics: receivers.metrics,
    beginRefused: logs.begin,
    logStore: logs.store,
    logsShown: logs.isVisible,
  };

  const graphs = registerGraphs({
    extensionUri,
    run,
    projects,
    toolchain,
    runGoal: commands.runGoal,
    scratch,
    onGraphShown: () => walkthrough.record("graphShown"),
  });

  const bridge = registerLanguageBridge({
    context,
    run,
    projects,
    toolchain,
    log,
    evaluator: graphs.evaluator,
  });

  const savedFiles = lazy(async () =>
    (await import("./pipeline/vscode/saveChecks.ts")).watchSavedFiles({
      run,
      projects,
      jobs,
      toolchain,
      log,
      publisher: await publisher.get(),
      checkConfig: async (project, signal) => {
        const built = await (await graphs.evaluator()).build(project, { signal });
        return built.kind === "built" ? [] : built.kind === "doesNotCompile" ? built.problems : undefined;
      },
      isServed: bridge.serves,
    }),
  );

  const table: Record<string, Command> = {
    ...bridge.table,
    ...graphs.table,
    ...images.table,
    ...walkthrough.table,
    ...registerScaffold({ context, projects, toolchain, run }),
    ...registerMigrate({ projects, toolchain }),
    ...dependencyCommands({
      projects,
      context: { run, toolchain },
      runGoal: commands.runGoal,
      refreshRows: dependencyRows.refresh,
    }),
    ...commands.table,
    ...projectCommands(projects),
    ...logs.table,
    ...toolchainCommands({
      projects,
      toolchain,
      extensionUri,
      onCheckSetup: () => walkthrough.record("tools"),
    }),
    ...launchCommands(launcher),
    ...bootTestCommands({
      run,
      projects,
      toolchain,
      jobs,
      logStore: logs.store,
      extensionUri,
      showLogs: (record) => logs.table["mirageos.showLogs"]?.(record),
      shownSession: logs.shownSession,
    }),
    ...receivers.table,
    ...networkCommands({ run, toolchain, scratch }),
    "mirageos.showLog": () => log.show(),
    "mirageos.export": async (on) => {
      const boots = await import("./launch/vscode/export/exportedBoot.ts");
      return (await import("./export/vscode/exportUnikernel.ts")).exportUnikernel(
        {
          projects,
          build: (project) => boots.buildForExport(launcher, project),
          bootCommand: (project, built) => boots.bootCommand(launcher, project, built),
        },
        on,
      );
    },
    "mirageos.reportIssue": async () =>
      (await import("./report/vscode/reportIssue.ts")).reportIssue({
        context,
        projects,
        toolchain,
        logStore: logs.store,
      }),
    "mirageos.retryOnTarget": async (on) =>
      (await import("./pipeline/vscode/retryOnTarget.ts")).retryOnTarget(projects, commands.runGoal, on),
    "mirageos.configureWithOptions": async (on) =>
      (await import("./pipeline/vscode/optionsForm.ts")).configureWithOptions(on, {
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
    walkthrough,
    graphs,
    images,
    receivers,
    ...Object.entries(table).map(([id, command]) => vscode.commands.registerCommand(id, command)),
    jobs.onChange(() => jobs.active().length > 0 || walkthrough.record("job")),
    jobs.onChange(() => {
      const writing = jobs.active().filter(({ step }) => step === "configure" || step === "clean");
      projects.hold(new Set(writing.map(({ request }) => request.unikernel.id)));
    }),
    registerContextKeys(projects, activities),
    dependencyRows,
    registerTree(projects, activities, dependencyRows),
    statusBar,
    registerSwitchStatus(projects, toolchain),
    headers,
    packages,
    gitignore,
    savedFiles,
    vscode.workspace.onDidSaveTextDocument(async (document) => {
      if (!/\.mli?$/.test(document.uri.path) || document.uri.scheme !== "file") return;
      await projects.ready;
      // Before the code is loaded: a config.ml with a misspelled register is no unikernel once it is read again.
      const project = ownerOf(document.uri, projects.all());
      if (project) (await savedFiles.get()).onSave(document, project);
    }),
    registerDoctorSerializer(extensionUri, projects, toolchain),
    registerLanguage({
      projects,
      mirageVersion: toolchain.mirageVersion,
      evaluator: graphs.evaluator,
      libraryFolders: async (project) => {
        // An unreadable switch is reported by the actions that need its tools.
        const environment = await toolchain.environment(project).catch(() => undefined);
        if (!environment) return [];
        const { libraryFolders } = await import("./toolchain/libraries.ts");
        return libraryFolders(environment.env, run, project.root);
      },
      completes: bridge.completes,
    }),
    bridge,
    vscode.tasks.registerTaskProvider("mirage", {
      provideTasks: async () => (await import("./pipeline/vscode/tasks.ts")).provideTasks(projects, jobs),
      resolveTask: async (task) =>
        (await import("./pipeline/vscode/tasks.ts")).resolveTask(task, projects, jobs),
    }),
    registerLauncher(launcher),
    registerBootTests({
      run,
      projects,
      toolchain,
      jobs,
      logStore: logs.store,
      make: async (project, goal, configuration, signal) =>
        commands.runGoal({ ...project, ...configuration }, goal, signal),
      prepareBoot: async (boot) =>
        (await import("./launch/vscode/prepareTestBoot.ts")).prepareTestBoot(launcher, boot),
    }),
    registerAssistant({
      projects,
      jobs,
      runGoal: commands.runGoal,
      evaluator: graphs.evaluator,
      logStore: logs.store,
      hosts: hosts.get,
    }),
    hosts,
    { dispose: () => jobs.active().forEach((job) => job.cancel()) },
  );
  return { ready: projects.ready, logStore: logs.store, storage: scratch };
}
