import { basename } from "node:path";
import * as vscode from "vscode";
import type { AttachTo } from "../../../debugger/targets/attached.ts";
import { problems, ProblemError } from "../../../platform/errors.ts";
import type { ProcessSpec } from "../../../platform/process.ts";
import { t } from "../../../protocol/l10n.ts";
import type { Project, Projects } from "../../../project/vscode/projects.ts";
import type { TargetId } from "../../../mirage/targets.ts";
import type { ToolchainScope } from "../../../toolchain/toolchainScope.ts";
import { parseAttach } from "../../configuration/attachConfiguration.ts";
import type { LaunchConfiguration } from "../../configuration/launchConfiguration.ts";
import { exitReason } from "../../session/exitReason.ts";
import type { PreparedLaunch, RawConfiguration, RefusedLaunch } from "../../session/preparedLaunch.ts";
import { imageOfProcess, runningUnikernels } from "../../session/runningUnikernels.ts";
import type { PrepareBootContext } from "../bootRequest.ts";
import { debugSupport } from "./debugSupport.ts";

/** What is opened by gdb, and its image. */
interface AttachSubject {
  readonly project: Project | undefined;
  readonly name: string;
  readonly scope: ToolchainScope;
  readonly target: TargetId;
  readonly image: string;
}

/**
 * Prepares a session in which gdb attaches to a running program or opens a core file. `findSubject` finds the image that a configuration names.
 * Rejects with a ProblemError or another error that the user has not seen yet.
 */
export async function resolveAttach(
  context: PrepareBootContext,
  raw: RawConfiguration,
  findSubject: (configuration: LaunchConfiguration) => Promise<AttachSubject>,
): Promise<PreparedLaunch | RefusedLaunch> {
  if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
  const parsed = parseAttach(raw);
  if ("problems" in parsed) throw new Error(`${String(raw["name"])}: ${parsed.problems.join(" ")}`);
  const to = parsed.to ?? (await pickProcess(context.projects));
  if (!to) return { refused: t("No unikernel was selected."), byUser: true };
  let { configuration } = parsed;
  if (to.kind === "process" && configuration.program === undefined && configuration.unikernel === undefined) {
    const found = await subjectOfProcess(context.projects, to.pid);
    if ("project" in found) return attachLaunch(context, found, configuration, to);
    configuration = { ...configuration, program: found.image };
  }
  return attachLaunch(context, await findSubject(configuration), configuration, to);
}

/** Lets the user choose a unikernel that runs as a process. `undefined` if the prompt is dismissed. */
async function pickProcess(projects: Projects): Promise<AttachTo | undefined> {
  await projects.ready;
  const running = await runningUnikernels(projects.all().map(({ root }) => root));
  if (running.length === 0)
    throw new Error(
      t("No unikernel of this workspace runs as a process. Run one for the target unix first."),
    );
  const items = running.map(({ pid, image, command }) => ({
    label: basename(image),
    description: String(pid),
    detail: command,
    pid,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Attach to Unikernel"),
    placeHolder: t("Select a running unikernel"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen && { kind: "process", pid: chosen.pid };
}

/** The image of a process and the unikernel of the workspace that it was built from. */
async function subjectOfProcess(
  projects: Projects,
  pid: number,
): Promise<(AttachSubject & { readonly project: Project }) | { readonly image: string }> {
  await projects.ready;
  const image = await imageOfProcess(pid);
  if (image === undefined) throw new Error(t("There is no process {0} of this user.", pid));
  const project = projects.all().find(({ root }) => image.startsWith(`${root}/`));
  return project ? { project, name: project.name, scope: project, target: "unix", image } : { image };
}

/** A launch that boots nothing: gdb opens a process, a server or a core file. */
async function attachLaunch(
  context: PrepareBootContext,
  subject: AttachSubject,
  configuration: LaunchConfiguration,
  to: AttachTo,
): Promise<PreparedLaunch> {
  const { project, name, scope, target, image } = subject;
  const { env } = await context.toolchain.environment(scope);
  const spec: ProcessSpec = { file: image, args: [], cwd: scope.root, env };
  const boot = {
    spec,
    note: openedNote(to),
    onOutput: () => undefined,
    explain: (result: Parameters<typeof exitReason>[1]) =>
      result.kind === "cancelled"
        ? { ...exitReason(target, result), text: t("debugging has ended") }
        : exitReason(target, result),
    crash: () => undefined,
  };
  const request = { ...subject, cwd: scope.root, bootArguments: [] };
  return {
    ...boot,
    name,
    unikernel: project?.id ?? image,
    target,
    writers: [],
    stopOnExit: true,
    isAttached: true,
    debugging: debugSupport(context, { ...configuration, debug: true }, request, boot, to),
  };
}

function openedNote(to: AttachTo): string {
  switch (to.kind) {
    case "process":
      return t("Attaching gdb to the process {0}", to.pid);
    case "server":
      return t("Connecting gdb to {0}", to.address);
    case "core":
      return t("Opening the core file {0}", to.path);
  }
}
