import { getSetting } from "../../platform/vscode/settings.ts";
import * as vscode from "vscode";
import { splitsArguments } from "../../image/argumentSplitting.ts";
import { readImage } from "../../image/solo5Notes.ts";
import { targets, type TargetId } from "../../mirage/targets.ts";
import type { JobRequest } from "../../pipeline/model.ts";
import { problems, ProblemError, type Problem } from "../../platform/errors.ts";
import { labelOf, type ProjectState } from "../../project/model.ts";
import { readHost } from "../../toolchain/host.ts";
import type { ToolchainScope } from "../../toolchain/toolchainScope.ts";
import { undeclaredDevices, wrongKindProblems } from "../boot/attachments.ts";
import type { BootSpec } from "../boot/bootSpec.ts";
import type { Attachments } from "../boot/manifest.ts";
import { preflight, type LaunchProblem } from "../preflight/preflight.ts";
import type { ConsoleWriter } from "../session/consoleWriters.ts";
import { recordRefusal, type RefusedRun } from "../session/refusal.ts";
import { createTenderVersions } from "../preflight/tenderVersions.ts";
import type { BootRequest, PrepareBootContext } from "./bootRequest.ts";
import { promptForDevices } from "./devicePrompts.ts";
import { bootDevices, knownAttachments } from "./imageDevices.ts";
import { spawnSpec } from "./spawnSpec.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * Reads the image, prompts for attachments of its devices, checks the host and makes the program that boots
 * it, for F5 and for Run. `print` receives lines to show before the console. Resolves to `undefined` if the
 * user dismisses a prompt. Rejects with a ProblemError if the image can't be booted.
 */
export async function prepareBoot(
  context: PrepareBootContext,
  request: BootRequest,
  print: (line: string) => void = () => undefined,
): Promise<BootSpec | undefined> {
  const { project, name, scope, target, image: path, cwd, bootArguments, memoryMb } = request;
  const [image, host, tenderAbi] = await Promise.all([
    readImage(path),
    readHost(),
    tenderVersion(context, target, scope),
  ]);
  const devices = await bootDevices(request, image);
  const wrongKinds = wrongKindProblems(devices, request.devices ?? []);
  if (wrongKinds.length > 0) throw new ProblemError(problems.notReady(wrongKinds.join(" ")));
  for (const device of undeclaredDevices(devices, request.attachments ?? {})) {
    print(t('The image has no device "{0}". Its entry in the launch configuration is ignored.', device));
  }
  const attachments = await attachDevices(context, request, devices);
  if (!attachments) return undefined;
  const found = await preflight({ target, path, image, devices, attachments, host, cwd, tenderAbi });
  if (found.length > 0) throw new ProblemError(problemOf(found, scope.root));
  const boot = await spawnSpec(
    {
      target,
      name,
      cwd,
      image: path,
      bootArguments,
      splitsArguments: await needsEscaping(request),
      devices,
      attachments,
      memoryMb,
      tenderArgs: request.tenderArgs ?? [],
      env: request.env ?? {},
      host,
      scratch: context.scratch,
    },
    scope,
    context.toolchain,
  );
  if (devices.length > 0) await context.projects.memory.setAttachments(project?.id ?? path, attachments);
  return boot;
}

/** The attachments of all devices, after a prompt for those that are unknown; `undefined` if it is dismissed. */
async function attachDevices(
  { projects }: PrepareBootContext,
  request: BootRequest,
  devices: Parameters<typeof knownAttachments>[2],
): Promise<Attachments | undefined> {
  const { attachments, unattached } = knownAttachments(projects, request, devices);
  if (unattached.length === 0) return attachments;
  request.onPrompt?.(true);
  const prompted = await promptForDevices(unattached, request.scope.root).finally(() =>
    request.onPrompt?.(false),
  );
  return prompted && { ...attachments, ...prompted };
}

/** Whether a Unix image would split the arguments again. The image is searched only if they need escaping. */
async function needsEscaping({ target, image, bootArguments }: BootRequest): Promise<boolean> {
  const isPlain = bootArguments.every((argument) => !/[\\" ]/.test(argument));
  return targets[target].family === "unix" && !isPlain && (await splitsArguments(image));
}

/** The problems found before a boot as one message, with the commands that fix the first fixable one. */
function problemOf(found: readonly LaunchProblem[], root: string): Problem {
  const { fix, missingTap } = found.find((problem) => problem.fix) ?? {};
  const message = found.map((problem) => problem.message).join(" ");
  return problems.notReady(message, fix && { ...fix, root }, missingTap);
}

const readTenderVersion = createTenderVersions();

async function tenderVersion(
  { toolchain, run }: PrepareBootContext,
  target: TargetId,
  scope: ToolchainScope,
): Promise<number | undefined> {
  const { booter } = targets[target];
  if (booter !== "solo5-hvt" && booter !== "solo5-spt") return undefined;
  const command = await toolchain.command(booter, ["--version"], scope);
  return readTenderVersion(run, { ...command, cwd: scope.root });
}

const startOf = ({ isTask }: Pick<JobRequest, "isTask">) => (isTask === true ? "task" : "run");

/** Brings the log panel to the front if the setting says so, without moving the keyboard focus. */
export async function revealLogs(unikernel: string, startedBy: "debug" | "run" | "task"): Promise<void> {
  const reveal = getSetting("revealLogs", vscode.Uri.file(unikernel));
  const reveals = { run: startedBy !== "task", debug: startedBy === "debug", always: true, never: false };
  if (!reveals[reveal]) return;
  await vscode.commands.executeCommand("mirageos.logs.focus", { preserveFocus: true });
}

/**
 * Prepares the boot of a built image as the last step of a job, with the remembered boot arguments unless
 * the job has its own. Resolves to `undefined` if the user dismisses a prompt. Rejects with a ProblemError if
 * the image can't be booted; the log panel then shows the session that did not start. `onPrompt` is called
 * with `true` before the user is prompted, and with `false` afterwards.
 */
export async function prepareBuiltBoot(
  context: PrepareBootContext & { readonly beginRefused: (run: RefusedRun) => Promise<ConsoleWriter> },
  request: Pick<JobRequest, "unikernel" | "target" | "bootArguments" | "isTask">,
  { image }: ProjectState,
  onPrompt: (isOpen: boolean) => void,
): Promise<BootSpec | undefined> {
  try {
    const boot = await prepareImage(context, request, image?.path, onPrompt);
    // Not awaited: the boot need not wait for the panel.
    if (boot) void revealLogs(request.unikernel.id, startOf(request));
    return boot;
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problem : problems.unexpected(error);
    await showRefusedRun(context.beginRefused, request, problem);
    throw error;
  }
}

/** Shows a run that was refused in the log panel, as the session that did not start. Never rejects. */
export async function showRefusedRun(
  begin: (run: RefusedRun) => Promise<ConsoleWriter>,
  request: Pick<JobRequest, "unikernel" | "target" | "isTask">,
  problem: Problem,
): Promise<void> {
  const { unikernel, target } = request;
  await recordRefusal(begin, { name: labelOf(unikernel), unikernel: unikernel.id, target }, problem);
  // Not awaited: the job need not wait for the panel.
  void revealLogs(request.unikernel.id, startOf(request));
}

async function prepareImage(
  context: PrepareBootContext,
  { unikernel, target, bootArguments }: Pick<JobRequest, "unikernel" | "target" | "bootArguments">,
  image: string | undefined,
  onPrompt: (isOpen: boolean) => void,
): Promise<BootSpec | undefined> {
  if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
  if (image === undefined) throw new ProblemError(problems.noImage(target));
  const { projects } = context;
  return prepareBoot(context, {
    project: projects.get(unikernel.id),
    name: unikernel.name,
    scope: unikernel,
    target,
    image,
    cwd: unikernel.root,
    bootArguments: bootArguments ?? projects.memory.bootArguments(unikernel.id) ?? [],
    onPrompt,
  });
}
