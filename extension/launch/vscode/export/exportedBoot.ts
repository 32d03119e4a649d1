import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readImage, type Device } from "../../../image/solo5Notes.ts";
import { escapeForSolo5 } from "../../../mirage/guestArguments.ts";
import type { TargetId } from "../../../mirage/targets.ts";
import { problems, ProblemError } from "../../../platform/errors.ts";
import type { Project } from "../../../project/vscode/projects.ts";
import { readHost } from "../../../toolchain/host.ts";
import { bootPlan, bootTools } from "../../boot/bootPlan.ts";
import { isSocketPath } from "../../boot/tenderCommandLine.ts";
import { buildFirst, imagePath, LaunchEnded } from "../beforeBuild.ts";
import { promptForDevices } from "../devicePrompts.ts";
import { declaredDevices, knownAttachments } from "../imageDevices.ts";
import type { Launcher } from "../resolveLaunch.ts";

/** A built unikernel that is exported. */
export interface BuiltUnikernel {
  readonly name: string;
  readonly target: TargetId;
  /** The image's absolute path. */
  readonly image: string;
  readonly devices: readonly Device[];
  /** The boot arguments that the user chose, each escaped as mirage-bootvar reads them. */
  readonly guestArguments: readonly string[];
}

/** How a service manager boots a unikernel. */
export interface BootCommand {
  /** The program first. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly stopCommand: readonly string[] | undefined;
  readonly taps: readonly string[];
  readonly usesKvm: boolean;
}

/**
 * Builds a unikernel for its target if it is stale. Resolves to `undefined` if the build failed, which the job has
 * shown, or if the user stopped it.
 */
export async function buildForExport(
  launcher: Launcher,
  project: Project,
): Promise<BuiltUnikernel | undefined> {
  const { target } = project;
  try {
    await buildFirst(launcher, project, target, "ifStale", new AbortController().signal);
  } catch (error) {
    if (error instanceof LaunchEnded) return undefined;
    throw error;
  }
  const built = (await launcher.projects.reread(project.id)) ?? project;
  const { name } = built;
  const image = imagePath(launcher.projects, { project: built, scope: built, name, target }, undefined);
  const devices = await declaredDevices(built, target, await readImage(image));
  const bootArguments = launcher.projects.memory.bootArguments(project.id) ?? [];
  return { name, target, image, devices, guestArguments: bootArguments.map(escapeForSolo5) };
}

/**
 * The command line that Run would start, after a prompt for devices that are attached to nothing. It is not checked
 * whether this computer can run it now, because it is for later or for another host. Resolves to `undefined` if the
 * user dismisses a prompt. Rejects with a ProblemError if no tender boots the target.
 */
export async function bootCommand(
  { projects, toolchain }: Launcher,
  project: Project,
  { name, target, image, devices }: BuiltUnikernel,
): Promise<BootCommand | undefined> {
  const request = { project, scope: project, target, image };
  const known = knownAttachments(projects, request, devices);
  const prompted =
    known.unattached.length === 0 ? {} : await promptForDevices(known.unattached, project.root);
  if (!prompted) return undefined;
  const attachments = { ...known.attachments, ...prompted };
  const [host, environment] = await Promise.all([readHost(), toolchain.environment(project)]);
  const tools = bootTools(target);
  const found = await Promise.all(tools.map(async (id) => [id, await toolchain.path(id, project)] as const));
  const programs = found.filter(([, path]) => path !== undefined);
  const plan = bootPlan({
    target,
    name,
    cwd: project.root,
    image,
    bootArguments: projects.memory.bootArguments(project.id) ?? [],
    devices,
    attachments,
    host: target === "hvt" ? { ...host, kvm: "ok" } : host,
    // The service manager finds a program that is not installed here by its name.
    programs: Object.fromEntries(programs.length > 0 || !tools[0] ? programs : [[tools[0], tools[0]]]),
    env: environment.env,
    ...(environment.template && { template: environment.template }),
    scratch: join(project.buildDir, "dist"),
  });
  if (plan.kind === "blocked") throw new ProblemError(problems.notBootable(plan.reasons.join(" ")));
  if (plan.kind === "explain") throw new ProblemError(problems.bootByHand(target, plan.steps, image));
  for (const { path, text } of plan.files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const { file, args, cwd, cleanupCommand } = plan.spec;
  const taps = devices
    .filter(({ type }) => type === "NET_BASIC")
    .map((device) => attachments[device.name]?.host ?? "")
    .filter((path) => path !== "" && !isSocketPath(path));
  const usesKvm = target === "hvt" || args.includes("-enable-kvm");
  return { command: [file, ...args], cwd, stopCommand: cleanupCommand, taps, usesKvm };
}
