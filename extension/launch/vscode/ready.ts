import { resolve } from "node:path";
import * as vscode from "vscode";
import { readImage, type ImageFile } from "../../image/solo5Notes.ts";
import { problems, ProblemError, type Problem } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import type { ProjectState, Unikernel } from "../../project/model.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { readHost } from "../../toolchain/host.ts";
import { targets, type TargetId } from "../../toolchain/targets.ts";
import type { Place, Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { splitsArguments } from "../../image/argumentSplitting.ts";
import { attachmentsFor, misplaced, undeclared } from "../devices.ts";
import { parseAttachments, type Attachments, type Device } from "../manifest.ts";
import { preflight, type LaunchProblem } from "../preflight.ts";
import { createTenderVersions } from "../tenderVersions.ts";
import { askForDevices } from "./askDevices.ts";
import { bootWith, declaredDevices, settingOf, type Booted } from "./boot.ts";
import { t } from "../../platform/l10n.ts";

/** What getting ready uses of the rest of the extension. */
export interface ReadyParts {
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  /** A folder of the extension's own. */
  readonly scratch: string;
}

/** What is to be booted. */
export interface BootRequest {
  readonly unikernel: Unikernel;
  readonly target: TargetId;
  /** Without them those remembered for the unikernel. */
  readonly bootArguments?: readonly string[] | undefined;
}

/** An image that is there to be booted, and what was said of its boot. */
export interface BootWish {
  /** The unikernel of the workspace it was built from, where it was. */
  readonly project: Project | undefined;
  readonly name: string;
  readonly place: Place;
  readonly target: TargetId;
  /** The image's absolute path. */
  readonly image: string;
  /** Where the tender runs, and from where relative paths of block devices count. */
  readonly cwd: string;
  readonly bootArguments: readonly string[];
  /** What devices are attached to, as said for this boot. */
  readonly attachments?: Attachments;
  /** The devices that were named with their kind, for images that do not tell theirs. */
  readonly devices?: readonly Device[];
  readonly memoryMb?: number | undefined;
  readonly tenderArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called with true before the user is asked something, and with false after. */
  readonly asking?: (on: boolean) => void;
}

/**
 * How getting ready ended: with a boot, with what keeps the image from booting, or with a question
 * that was dismissed or whose answer is to make something first.
 */
export type Readiness =
  | { readonly kind: "ready"; readonly booted: Booted }
  | { readonly kind: "blocked"; readonly problem: Problem }
  | { readonly kind: "dismissed" };

/**
 * Looks into the image, asks what its devices are attached to, checks the host and plans the boot: for
 * F5 as for Run. `say` gets what is worth a line. Rejects with a ProblemError when no plan can be made.
 */
export async function readyBoot(
  parts: ReadyParts,
  wish: BootWish,
  say: (text: string) => void = () => undefined,
): Promise<Readiness> {
  const { project, name, place, target, image: path, cwd } = wish;
  const [image, host, tenderAbi] = await Promise.all([
    readImage(path),
    readHost(),
    tenderVersion(parts, target, place),
  ]);
  const devices = await devicesOf(wish, image);
  const elsewhere = misplaced(devices, wish.devices ?? []);
  if (elsewhere.length > 0) return { kind: "blocked", problem: problems.notReady(elsewhere.join(" ")) };
  for (const device of undeclared(devices, wish.attachments ?? {})) {
    say(t('The image has no device "{0}": what the configuration says of it is left out.', device));
  }
  const known = knownAttachments(parts.projects, wish, devices);
  let asked: Attachments | undefined = {};
  if (known.unmapped.length > 0) {
    wish.asking?.(true);
    asked = await askForDevices(known.unmapped, place.root).finally(() => wish.asking?.(false));
  }
  if (!asked) return { kind: "dismissed" };
  const attachments = { ...known.attachments, ...asked };
  const found = await preflight({ target, path, image, devices, attachments, host, cwd, tenderAbi });
  if (found.length > 0) return { kind: "blocked", problem: problemOf(found, place.root) };
  const booted = await bootWith(
    {
      target,
      name,
      cwd,
      image: path,
      bootArguments: wish.bootArguments,
      splitsArguments: await isSplitAnew(wish),
      devices,
      attachments,
      memoryMb: wish.memoryMb,
      tenderArgs: wish.tenderArgs ?? [],
      extraEnv: wish.env ?? {},
      host,
    },
    place,
    parts.toolchain,
    parts.scratch,
  );
  if (devices.length > 0) await parts.projects.memory.setAttachments(project?.id ?? path, attachments);
  return { kind: "ready", booted };
}

/** Whether the arguments need escaping for a Unix image; it is looked into only where they might. */
async function isSplitAnew({ target, image, bootArguments }: BootWish): Promise<boolean> {
  const plain = bootArguments.every((argument) => !/[\\" ]/.test(argument));
  return targets[target].family === "unix" && !plain && (await splitsArguments(image));
}

/** The devices of an image that boots as the wish says; see `declaredDevices`. */
export async function devicesOf(
  { project, target, devices = [] }: Pick<BootWish, "project" | "target" | "devices">,
  image: ImageFile,
): Promise<readonly Device[]> {
  // Unikraft's images do not tell: what the configuration names is what there is.
  if (targets[target].family === "unikraft") return devices;
  return declaredDevices(project, target, image);
}

/** What the devices are attached to without a question: as said, else as the last time, else as set. */
export function knownAttachments(
  projects: Projects,
  {
    project,
    place,
    target,
    image,
    attachments = {},
  }: Pick<BootWish, "project" | "place" | "target" | "image" | "attachments">,
  devices: readonly Device[],
): ReturnType<typeof attachmentsFor> {
  const { family } = targets[target];
  if (family === "unix" || family === "xen") return { attachments: {}, unmapped: [] };
  const last = parseAttachments(projects.memory.attachments(project?.id ?? image));
  return attachmentsFor(devices, [attachments, last, settingOf(project?.configFile ?? place.root)]);
}

/** What is found before a boot, as one message with the commands that mend it behind a button. */
function problemOf(found: readonly LaunchProblem[], root: string): Problem {
  const fix = found.find((problem) => problem.fix)?.fix;
  const message = found.map((problem) => problem.message).join(" ");
  return problems.notReady(message, fix && { ...fix, root });
}

const tenderVersionOf = createTenderVersions();

async function tenderVersion(
  { toolchain, run }: ReadyParts,
  target: TargetId,
  place: Place,
): Promise<number | undefined> {
  const { booter } = targets[target];
  if (booter !== "solo5-hvt" && booter !== "solo5-spt") return undefined;
  const command = await toolchain.command(booter, ["--version"], place);
  return tenderVersionOf(run, { ...command, cwd: place.root });
}

/** The path of a file that a configuration names, relative paths counting from the workspace folder. */
export const inWorkspace = (place: Place, path: string): string => resolve(place.workspaceFolder, path);

/** Brings the log panel to the front where the setting says so, without taking the keyboard to it. */
export async function revealLogs(unikernel: string | undefined, started: "debug" | "run"): Promise<void> {
  const scope = unikernel === undefined ? undefined : vscode.Uri.file(unikernel);
  const when = vscode.workspace.getConfiguration("mirageos", scope).get("revealLogs");
  if (when !== "always" && !(when === "debug" && started === "debug")) return;
  await vscode.commands.executeCommand("mirageos.logs.focus", { preserveFocus: true });
}

/**
 * Gets the built image ready to boot, as the last step of a job: with the devices of the last time, of
 * the setting, or asked for. Undefined when a question was dismissed; rejects with a ProblemError saying
 * what is missing or to do. `asking` gets true when a question is asked, and false when it is answered.
 */
export async function bootBuilt(
  parts: ReadyParts,
  { unikernel, target, bootArguments }: BootRequest,
  state: ProjectState,
  asking: (on: boolean) => void,
): Promise<Booted | undefined> {
  if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
  if (!state.image) throw new ProblemError(problems.noImage(target));
  const ready = await readyBoot(parts, {
    project: parts.projects.get(unikernel.id),
    name: unikernel.name,
    place: unikernel,
    target,
    image: state.image.path,
    cwd: unikernel.root,
    bootArguments: bootArguments ?? parts.projects.memory.bootArguments(unikernel.id) ?? [],
    asking,
  });
  if (ready.kind === "blocked") throw new ProblemError(ready.problem);
  if (ready.kind === "dismissed") return undefined;
  // Not awaited: what boots need not wait for what shows it.
  void revealLogs(unikernel.id, "run");
  return ready.booted;
}
