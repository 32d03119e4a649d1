import { basename, dirname, extname, resolve } from "node:path";
import * as vscode from "vscode";
import { labelOf } from "../../project/model.ts";
import { hostTarget, targetOfFile, type TargetId } from "../../mirage/targets.ts";
import type { RunGoal } from "../../pipeline/vscode/runGoal.ts";
import { problems, ProblemError, type Problem } from "../../platform/errors.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { settleRoot } from "../../project/vscode/configureFrom.ts";
import { namedProject } from "../../project/vscode/namedProject.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { readText } from "../../platform/readText.ts";
import type { MetricsStore } from "../../receivers/metrics/metricsStore.ts";
import type { ToolchainScope } from "../../toolchain/toolchainScope.ts";
import {
  parseConfiguration,
  unknownVariable,
  unsupportedByTarget,
  type LaunchConfiguration,
} from "../configuration/launchConfiguration.ts";
import { openWriters, type ConsoleWriter } from "../session/consoleWriters.ts";
import type { DebugSessionEnvironment, PreparedLaunch, RawConfiguration } from "../session/preparedLaunch.ts";
import { openLogFile, resolveLogFile } from "../session/logFile.ts";
import { bootReceivers, receiverArguments } from "../receive/bootReceivers.ts";
import { recordRefusal, type RefusedRun } from "../session/refusal.ts";
import { buildFirst, imagePath, LaunchEnded, refuseUnusableTarget } from "./beforeBuild.ts";
import type { BootArgumentContext } from "./arguments/bootArgumentPicker.ts";
import type { BootRequest } from "./bootRequest.ts";
import { debugSupport } from "./debug/debugSupport.ts";
import { prepareBoot, revealLogs } from "./prepareBoot.ts";
import { t } from "../../protocol/l10n.ts";

/** What the launcher needs from the rest of the extension. */
export interface Launcher extends BootArgumentContext {
  readonly runGoal: RunGoal;
  /** Options of `mirage configure`; without them, those that the user chose. */
  readonly options?: readonly string[] | undefined;
  /** Whether the log panel is visible. Revealing a visible panel again would keep the window busy. */
  readonly logsShown: () => boolean;
  /** Opens the log of one run. */
  readonly begin: (run: {
    readonly name: string;
    readonly unikernel: string;
    readonly target: string;
    readonly bootArguments: readonly string[];
  }) => Promise<ConsoleWriter & { readonly session: { readonly id: string } }>;
  /** Adds the run to the activities of its unikernel until its writers end. */
  readonly addRun: (run: {
    readonly name: string;
    readonly unikernel: string;
    readonly target: string;
    readonly session?: string | undefined;
    readonly stop: () => void;
    readonly restart?: (() => void) | undefined;
  }) => { readonly end: () => void };
  /** Where the metrics of runs are stored. */
  readonly metrics: () => Promise<MetricsStore>;
  /** Opens the log of a boot that was refused and did not run. */
  readonly beginRefused: (run: RefusedRun) => Promise<ConsoleWriter>;
}

/** What is booted: a unikernel of the workspace, or a program that belongs to none. */
interface Subject {
  readonly project: Project | undefined;
  readonly name: string;
  readonly scope: ToolchainScope;
  readonly target: TargetId;
}

/** Ends a boot; `restart` also boots again, and is absent if that is not possible. */
interface RunControl {
  readonly stop: () => void;
  readonly restart?: () => void;
}

/**
 * The `prepare` function of debug sessions: builds, prompts, checks the host and plans the boot. `stop` and `restart`
 * are those of the session.
 */
export function createLaunchResolver(
  launcher: Launcher,
  folder: vscode.WorkspaceFolder | undefined,
  control: RunControl,
): DebugSessionEnvironment["prepare"] {
  return async (raw, print, signal) => {
    let isLogged = false;
    const onLogged = () => {
      isLogged = true;
    };
    try {
      if (raw["request"] === "attach") {
        const { resolveAttach } = await import("./debug/attachLaunch.ts");
        return await resolveAttach(launcher, raw, async (configuration) => {
          const subject = await findSubject(launcher, folder, configuration);
          return { ...subject, image: imagePath(launcher.projects, subject, configuration.program) };
        });
      }
      return await prepareLaunch({ launcher, folder, raw, print, signal, onLogged, ...control });
    } catch (error) {
      if (error instanceof LaunchEnded) return { refused: error.message, byUser: error.byUser, isLogged };
      const reason = error instanceof Error ? error.message : String(error);
      // Not awaited, because the notification may stay open for long.
      void showProblem(error instanceof ProblemError ? error.problem : problems.notLaunched(reason));
      return { refused: reason, byUser: false, isLogged };
    }
  };
}

/**
 * Builds, prompts, checks the host and plans the boot, which is an activity of its unikernel until its writers end.
 * Rejects with a ProblemError or another error if nothing can be booted.
 */
export async function prepareLaunch(
  request: RunControl & {
    readonly launcher: Launcher;
    readonly folder: vscode.WorkspaceFolder | undefined;
    readonly raw: RawConfiguration;
    /** Receives lines to show before the console. */
    readonly print: (line: string) => void;
    /** Aborting it ends the preparation. */
    readonly signal: AbortSignal;
    /** Called when the log panel shows why nothing is booted. */
    readonly onLogged?: () => void;
  },
): Promise<PreparedLaunch> {
  const { launcher, stop, restart } = request;
  const prepared = await resolveLaunch(request);
  const { end } = launcher.addRun({ ...prepared, stop, restart });
  const activity: ConsoleWriter = { stdout: () => undefined, stderr: () => undefined, end };
  return { ...prepared, writers: [...prepared.writers, activity] };
}

/** Rejects with a LaunchEnded, a ProblemError or another error that the user has not seen yet. */
async function resolveLaunch(request: Parameters<typeof prepareLaunch>[0]): Promise<PreparedLaunch> {
  const { launcher, folder, raw, print, signal, onLogged } = request;
  if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
  const configuration = validConfiguration(raw);
  const subject = await findSubject(launcher, folder, configuration);
  try {
    const { project, target } = subject;
    if (project) await refuseUnusableTarget(launcher, project, target, configuration.build, raw);
    return await bootSubject(launcher, subject, configuration, print, signal);
  } catch (error) {
    const refusal = problemOf(error);
    if (refusal && (await showRefusal(launcher, subject, configuration, refusal))) onLogged?.();
    throw error;
  }
}

/** The problem to show for an error; `undefined` if the launch was stopped. */
function problemOf(error: unknown): Pick<Problem, "message" | "actions"> | undefined {
  if (error instanceof LaunchEnded) return error.byUser ? undefined : { message: error.message, actions: [] };
  if (error instanceof ProblemError) return error.problem;
  return problems.notLaunched(error instanceof Error ? error.message : String(error));
}

/** Shows a launch that was refused in the log panel, as the session that did not start. Resolves to whether it does. */
async function showRefusal(
  launcher: Launcher,
  subject: Subject,
  { program }: LaunchConfiguration,
  problem: Pick<Problem, "message" | "actions">,
): Promise<boolean> {
  const { target, project, scope } = subject;
  const unikernel = project?.id ?? resolve(scope.workspaceFolder, program ?? "");
  const name = labelOf(project ?? subject);
  const isRecorded = await recordRefusal(launcher.beginRefused, { name, unikernel, target }, problem);
  if (!launcher.logsShown()) void revealLogs(unikernel, "debug");
  return isRecorded;
}

/** Builds the subject if needed, and prepares its boot. Rejects like `resolveLaunch`. */
async function bootSubject(
  launcher: Launcher,
  subject: Subject,
  configuration: LaunchConfiguration,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<PreparedLaunch> {
  const unsupported = unsupportedByTarget(subject.target, configuration);
  if (unsupported.length > 0) throw new Error(unsupported.join(" "));
  throwIfStopped(signal);
  if (subject.project)
    await buildFirst(launcher, subject.project, subject.target, configuration.build, signal);
  const request = await withReceivers(
    bootRequest(launcher, subject, configuration, print),
    configuration,
    print,
  );
  throwIfStopped(signal);
  const boot = await prepareBoot(launcher, request, print);
  if (!boot) throw new LaunchEnded(t("A device of the image is not attached to anything."), true);
  throwIfStopped(signal);
  const { project = subject, target } = subject;
  const run = { name: labelOf(project), unikernel: subject.project?.id ?? request.image, target };
  let session: string | undefined;
  const openLog = async () => {
    const writer = await launcher.begin({ ...run, bootArguments: request.bootArguments });
    session = writer.session.id;
    return writer;
  };
  const { openers, writeTo } = bootReceivers(configuration, run.unikernel, print, launcher.metrics);
  const writers = await openWriters([...openers, ...logFileOpeners(subject, configuration), openLog]);
  writeTo(writers);
  // Not awaited: the boot need not wait for the panel.
  if (!launcher.logsShown()) void revealLogs(run.unikernel, "debug");
  const debugging = debugSupport(launcher, configuration, request, boot);
  return { ...boot, ...run, session, writers, stopOnExit: configuration.stopOnExit, debugging };
}

/** Adds the boot arguments with which the unikernel sends to the receivers of the configuration. */
async function withReceivers(
  request: BootRequest,
  configuration: LaunchConfiguration,
  print: (line: string) => void,
): Promise<BootRequest> {
  if (!configuration.syslog && !configuration.metrics) return request;
  const config = request.project && (await readText(request.project.configFile));
  const { bootArguments, notes } = receiverArguments(configuration, request.bootArguments, config ?? "");
  notes.forEach(print);
  return { ...request, bootArguments };
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new LaunchEnded(t("The launch was stopped."), true);
}

function validConfiguration(raw: RawConfiguration): LaunchConfiguration {
  const parsed = parseConfiguration(raw);
  if ("problems" in parsed) throw new Error(`${String(raw["name"])}: ${parsed.problems.join(" ")}`);
  return parsed.configuration;
}

async function findSubject(
  { projects }: Launcher,
  folder: vscode.WorkspaceFolder | undefined,
  { unikernel, program, target }: LaunchConfiguration,
): Promise<Subject> {
  await projects.ready;
  if (program !== undefined && unikernel === undefined) {
    const workspaceFolder = folder?.uri.fsPath ?? dirname(program);
    const path = resolve(workspaceFolder, program);
    return {
      project: undefined,
      name: basename(path, extname(path)),
      scope: { root: dirname(path), workspaceFolder },
      target: target ?? targetOfFile(path, process.platform) ?? hostTarget(process.platform),
    };
  }
  const named = namedProject(unikernel, folder, projects, t("launch configuration"));
  if (typeof named === "string" && unikernel !== undefined) throw new Error(named);
  const found = typeof named === "string" ? await projectFor(projects, undefined) : named;
  const project = found && (await settleRoot(projects, found));
  if (!project) throw new LaunchEnded(t("No unikernel was selected."), true);
  return { project, name: project.name, scope: project, target: target ?? project.target };
}

function bootRequest(
  launcher: Launcher,
  subject: Subject,
  configuration: LaunchConfiguration,
  print: (line: string) => void,
): BootRequest {
  const { project, scope } = subject;
  const remembered = project && launcher.projects.memory.bootArguments(project.id);
  const bootArguments = configuration.args ?? remembered ?? [];
  if (configuration.args === undefined && bootArguments.length > 0) {
    print(t('No "args" here: using those set with MirageOS: Boot Arguments.'));
  }
  const unknown = bootArguments.map(unknownVariable).find((variable) => variable !== undefined);
  if (unknown !== undefined) {
    print(t('"args" contains {0}, which is not a variable here. The unikernel receives it as is.', unknown));
  }
  return {
    ...subject,
    image: imagePath(launcher.projects, subject, configuration.program),
    cwd: configuration.cwd === undefined ? scope.root : resolve(scope.workspaceFolder, configuration.cwd),
    bootArguments,
    attachments: configuration.attachments,
    devices: configuration.devices,
    memoryMb: configuration.memoryMb,
    tenderArgs: configuration.tenderArgs,
    env: configuration.env,
  };
}

function logFileOpeners(
  { scope }: Subject,
  { logFile }: LaunchConfiguration,
): readonly (() => Promise<ConsoleWriter>)[] {
  if (logFile === undefined) return [];
  const open = async () => {
    const file = await resolveLogFile(scope.workspaceFolder, logFile);
    if ("refused" in file) throw new Error(file.refused);
    return openLogFile(file.path);
  };
  return [open];
}
