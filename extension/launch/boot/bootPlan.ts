import { createHash } from "node:crypto";
import { isAbsolute, join, relative } from "node:path";
import type { Env } from "../../platform/env.ts";
import type { ProcessSpec } from "../../platform/process.ts";
import { commandIn } from "../../toolchain/environment.ts";
import type { Host } from "../../toolchain/host.ts";
import { hostReasons, qemuFor } from "../../toolchain/readiness.ts";
import { escapeForSolo5 } from "../../mirage/guestArguments.ts";
import { targetDetails } from "../../mirage/targetDetails.ts";
import { isFileName, targets, type TargetId } from "../../mirage/targets.ts";
import type { ToolId } from "../../mirage/toolId.ts";
import type { Device } from "../../image/solo5Notes.ts";
import type { Attachments } from "./manifest.ts";
import {
  firecrackerConfig,
  isSocketPath,
  solo5Arguments,
  unikraftQemuArguments,
  virtioQemuArguments,
  virtioRunArguments,
  xlArguments,
  type AttachedDevice,
  type TenderBoot,
} from "./tenderCommandLine.ts";
import { t } from "../../protocol/l10n.ts";

export interface BootInput {
  readonly target: TargetId;
  /** The unikernel's name. */
  readonly name: string;
  /** The project's root, where the tender runs. */
  readonly cwd: string;
  /** The image's absolute path. */
  readonly image: string;
  readonly bootArguments: readonly string[];
  /** Whether a Unix image splits its arguments again, see `splitsArguments`. */
  readonly splitsArguments?: boolean;
  /** The devices that the image declares; empty for targets without a manifest. */
  readonly devices: readonly Device[];
  readonly attachments: Attachments;
  readonly memoryMb?: number | undefined;
  /** Additional options for the tender. */
  readonly tenderArgs?: readonly string[];
  readonly host: Host;
  /** The paths of those tools of `bootTools(target)` that were found. */
  readonly programs: Readonly<Partial<Record<ToolId, string>>>;
  readonly env: Env;
  /** The template of a custom environment, see `Environment`. */
  readonly template?: readonly string[];
  /** The extension's storage folder, for files that a tender reads. */
  readonly scratch: string;
}

/** How an image is booted, why it can't be, or the steps that the user has to do by hand. */
export type BootPlan =
  | {
      readonly kind: "ready";
      readonly spec: ProcessSpec;
      /** Files to write before the program is started. */
      readonly files: readonly { readonly path: string; readonly text: string }[];
      /** A sentence about what may still fail. */
      readonly note: string | undefined;
    }
  | { readonly kind: "blocked"; readonly reasons: readonly string[] }
  | { readonly kind: "explain"; readonly steps: readonly string[] };

/** The tools that can boot a target, to be searched before planning. */
export function bootTools(target: TargetId): readonly ToolId[] {
  return targetDetails[target].bootNeeds.tools.flat();
}

/** Plans a boot without starting or writing anything. Reasons are whole sentences. */
export function bootPlan(input: BootInput): BootPlan {
  const target = targets[input.target];
  if (target.booter === undefined) return { kind: "explain", steps: targetDetails[target.id].bootSteps };
  const attached = attachDevices(input);
  const chosen = chooseTender(input);
  const reasons = [
    ...hostReasons(targetDetails[target.id].bootNeeds.host, input.host).map((reason) =>
      blockedBy(input, reason),
    ),
    ...attached.reasons,
    ...("reason" in chosen ? [chosen.reason] : []),
  ];
  if (reasons.length > 0 || "reason" in chosen) return { kind: "blocked", reasons };
  const boot: TenderBoot = {
    image: chosen.image,
    name: input.name,
    bootArguments: input.bootArguments,
    devices: attached.devices,
    memoryMb: input.memoryMb,
    tenderArgs: input.tenderArgs ?? [],
  };
  const { args, file } = chosen.command(boot);
  // The domain belongs to the hypervisor and keeps running when `xl create -c` ends.
  const destroy =
    target.booter === "xl" ? commandIn(input, chosen.program, ["destroy", input.name]) : undefined;
  return {
    kind: "ready",
    spec: {
      ...commandIn(input, chosen.program, args),
      cwd: input.cwd,
      env: input.env,
      ...(destroy && { cleanupCommand: [destroy.file, ...destroy.args] }),
    },
    files: file ? [file] : [],
    note: kvmNote(input),
  };
}

function blockedBy({ target, host }: BootInput, reason: string): string {
  const spt = target === "hvt" && reason.includes("/dev/kvm") ? t(" The target spt needs no KVM.") : "";
  const group = host.kvm === "denied" && spt !== "" ? t(" Join the group kvm to use it.") : "";
  return t("An image for {0} can't be booted: {1}.{2}{3}", target, reason, group, spt);
}

/** Opening /dev/kvm does not show whether a virtual machine can run, so that can fail later. */
function kvmNote({ target, host }: BootInput): string | undefined {
  if (target !== "hvt" || host.platform !== "linux") return undefined;
  return t(
    "If KVM fails on this computer, for example in a virtual machine or a container, use the target spt.",
  );
}

function attachDevices(input: BootInput): {
  readonly devices: readonly AttachedDevice[];
  readonly reasons: readonly string[];
} {
  // A Unix process opens its devices itself, and Xen's are in the .xl file.
  const { family } = targets[input.target];
  if (family === "unix" || family === "xen") return { devices: [], reasons: [] };
  const devices: AttachedDevice[] = [];
  const reasons: string[] = [];
  for (const device of input.devices) {
    const attachment = Object.hasOwn(input.attachments, device.name)
      ? input.attachments[device.name]
      : undefined;
    if (attachment) devices.push({ ...device, attachment });
    else reasons.push(unattachedReason(device));
  }
  return { devices, reasons };
}

function unattachedReason({ name, type }: Device): string {
  const [kind, what, example] =
    type === "NET_BASIC"
      ? ["network", t("a tap interface"), "tap0"]
      : ["block", t("a file or block device"), "disk.img"];
  return t(
    'The {0} device "{1}" is not attached to anything. Add {2} for it to the setting mirageos.devices, such as { "{3}": "{4}" }.',
    kind,
    name,
    what,
    name,
    example,
  );
}

interface Tender {
  readonly program: string;
  /** The path of the image on the command line of the tender. */
  readonly image: string;
  readonly command: (boot: TenderBoot) => {
    readonly args: readonly string[];
    readonly file?: { readonly path: string; readonly text: string };
  };
}

function chooseTender(input: BootInput): Tender | { readonly reason: string } {
  const { host, image } = input;
  const shortPath = shortImagePath(input);
  const kvm = host.platform === "linux" && host.kvm === "ok";
  const using = (tool: ToolId, named: string, command: Tender["command"]) => {
    const program = input.programs[tool];
    return program === undefined ? missing(input.target, [tool]) : { program, image: named, command };
  };
  switch (targets[input.target].booter) {
    case "process":
      return {
        program: image,
        image,
        command: ({ bootArguments }) => ({
          args: input.splitsArguments === true ? bootArguments.map(escapeForSolo5) : bootArguments,
        }),
      };
    case "solo5-hvt":
      return using("solo5-hvt", shortPath, (boot) => ({ args: solo5Arguments(boot) }));
    case "solo5-spt":
      return using("solo5-spt", shortPath, (boot) => ({ args: solo5Arguments(boot) }));
    case "virtio":
      return virtioTender(input, shortPath, kvm);
    case "xl":
      // mirage writes the configuration as mirage/NAME.xl.
      if (!isFileName(input.name)) {
        const reason = t("The unikernel's name \"{0}\" can't be part of a file name.", input.name);
        return { reason };
      }
      return using("xl", image, (boot) => ({ args: xlArguments(boot) }));
    case "unikraft-qemu":
      if (/\s/.test(shortPath)) return spaceInPath(shortPath);
      return using(qemuFor(host.arch), shortPath, (boot) => ({
        args: unikraftQemuArguments(boot, host.arch, kvm),
      }));
    case "unikraft-firecracker":
      return using("firecracker", image, (boot) => {
        const file = firecrackerFile(input.scratch, boot);
        return { args: ["--no-api", "--config-file", file.path, ...boot.tenderArgs], file };
      });
    case undefined:
      return { reason: t("An image for {0} can't be booted from VS Code.", input.target) };
  }
}

/**
 * Named by its content, so that neither two unikernels of the same name nor two boots at the same time write
 * to the same file.
 */
function firecrackerFile(folder: string, boot: TenderBoot): { readonly path: string; readonly text: string } {
  const text = firecrackerConfig(boot);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { path: join(folder, `firecracker-${digest}.json`), text };
}

function virtioTender(
  input: BootInput,
  shortPath: string,
  kvm: boolean,
): Tender | { readonly reason: string } {
  const qemu = input.programs["qemu-system-x86_64"];
  if (/\s/.test(shortPath)) return spaceInPath(shortPath);
  if (qemu !== undefined) {
    return { program: qemu, image: shortPath, command: (boot) => ({ args: virtioQemuArguments(boot, kvm) }) };
  }
  const script = input.programs["solo5-virtio-run"];
  if (script === undefined) return missing(input.target, ["qemu-system-x86_64", "solo5-virtio-run"]);
  const hosts = input.devices.map(({ name }) => input.attachments[name]?.host ?? "");
  // This shell script splits its arguments at spaces, expands patterns, and doubles commas of boot arguments.
  const socket = input.devices
    .filter(({ type }) => type === "NET_BASIC")
    .map(({ name }) => input.attachments[name]?.host ?? "")
    .find(isSocketPath);
  const unsupported =
    socket ??
    [input.image, ...hosts, ...input.bootArguments].find((word) => /[\s*?[\]\\"]/.test(word)) ??
    input.bootArguments.find((word) => word.includes(","));
  if (unsupported !== undefined) {
    return {
      reason: t(
        'solo5-virtio-run does not support "{0}". Install qemu-system-x86_64 to boot this image.',
        unsupported,
      ),
    };
  }
  return { program: script, image: shortPath, command: (boot) => ({ args: virtioRunArguments(boot) }) };
}

/** The image's path relative to the working directory, which avoids spaces in the names of parent folders. */
function shortImagePath({ cwd, image }: BootInput): string {
  const path = relative(cwd, image);
  return path === "" || path.startsWith("..") || isAbsolute(path) ? image : path;
}

function missing(target: TargetId, tools: readonly ToolId[]): { readonly reason: string } {
  return {
    reason: t("{0} was not found. It is required to boot an image for {1}.", tools.join(t(" or ")), target),
  };
}

function spaceInPath(image: string): { readonly reason: string } {
  return { reason: t("QEMU can't boot {0}, because its path contains a space.", image) };
}
