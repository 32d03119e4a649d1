import { isAbsolute, join, relative } from "node:path";
import type { Env } from "../platform/env.ts";
import type { ProcessSpec } from "../platform/process.ts";
import { commandIn } from "../toolchain/environment.ts";
import type { Host } from "../toolchain/host.ts";
import { hostReasons, qemuFor } from "../toolchain/readiness.ts";
import { targets, type TargetId } from "../toolchain/targets.ts";
import type { ToolId } from "../toolchain/toolId.ts";
import type { Attachments, Device } from "./manifest.ts";
import {
  escapeForSolo5,
  firecrackerConfig,
  isSocketPath,
  solo5Arguments,
  unikraftQemuArguments,
  virtioQemuArguments,
  virtioRunArguments,
  xlArguments,
  type AttachedDevice,
  type Boot,
} from "./tenders.ts";
import { t } from "../platform/l10n.ts";

export interface BootInput {
  readonly target: TargetId;
  /** The unikernel's name. */
  readonly name: string;
  /** The project's root, where the tender runs. */
  readonly cwd: string;
  /** The image's absolute path. */
  readonly image: string;
  readonly bootArguments: readonly string[];
  /** Of a Unix image: whether it splits its arguments anew, see `splitsArguments`. */
  readonly splitsArguments?: boolean;
  /** What the image declares, from its manifest. Nothing for targets without one. */
  readonly devices: readonly Device[];
  readonly attachments: Attachments;
  readonly memoryMb?: number | undefined;
  /** Further options for the tender. */
  readonly tenderArgs?: readonly string[];
  readonly host: Host;
  /** The paths of the tools of `bootTools(target)` that were found. */
  readonly programs: Readonly<Partial<Record<ToolId, string>>>;
  readonly env: Env;
  /** Of a custom environment, see `Environment`. */
  readonly template?: readonly string[];
  /** A folder of the extension's own, for files a tender reads. */
  readonly scratch: string;
}

/** How an image is booted, or what keeps it from booting, or what the user does by hand. */
export type BootPlan =
  | {
      readonly kind: "ready";
      readonly spec: ProcessSpec;
      /** Files to write before the start. */
      readonly files: readonly { readonly path: string; readonly text: string }[];
      /** What may still go wrong, one sentence. */
      readonly note: string | undefined;
    }
  | { readonly kind: "blocked"; readonly reasons: readonly string[] }
  | { readonly kind: "explain"; readonly steps: readonly string[] };

/** The tools that can boot a target, to be looked for before planning. */
export function bootTools(target: TargetId): readonly ToolId[] {
  return targets[target].bootNeeds.tools.flat();
}

/** Plans a boot. Pure: starts nothing and writes nothing. Reasons are whole sentences. */
export function bootPlan(input: BootInput): BootPlan {
  const target = targets[input.target];
  if (target.booter === undefined) return { kind: "explain", steps: target.bootSteps };
  const attached = attach(input);
  const chosen = tender(input);
  const reasons = [
    ...hostReasons(target.bootNeeds.host, input.host).map((reason) => blockedBy(input, reason)),
    ...attached.reasons,
    ...("reason" in chosen ? [chosen.reason] : []),
  ];
  if (reasons.length > 0 || "reason" in chosen) return { kind: "blocked", reasons };
  const boot: Boot = {
    image: chosen.image,
    name: input.name,
    bootArguments: input.bootArguments,
    devices: attached.devices,
    memoryMb: input.memoryMb,
    tenderArgs: input.tenderArgs ?? [],
  };
  const { args, file } = chosen.command(boot);
  // What `xl create -c` shows is a domain of the hypervisor's, which goes on without it.
  const destroy =
    target.booter === "xl" ? commandIn(input, chosen.program, ["destroy", input.name]) : undefined;
  return {
    kind: "ready",
    spec: {
      ...commandIn(input, chosen.program, args),
      cwd: input.cwd,
      env: input.env,
      ...(destroy && { undo: [destroy.file, ...destroy.args] }),
    },
    files: file ? [file] : [],
    note: kvmNote(input),
  };
}

function blockedBy({ target, host }: BootInput, reason: string): string {
  const spt = target === "hvt" && reason.includes("/dev/kvm") ? t(" The target spt needs no KVM.") : "";
  const group = host.kvm === "denied" && spt !== "" ? t(" Joining the group kvm permits it.") : "";
  return t("An image for {0} can't be run on this computer: {1}.{2}{3}", target, reason, group, spt);
}

/** Facts about /dev/kvm end at opening it; whether it can run code shows only then. */
function kvmNote({ target, host }: BootInput): string | undefined {
  if (target !== "hvt" || host.platform !== "linux") return undefined;
  return t("If KVM fails on this computer (a virtual machine, a container), use the target spt.");
}

function attach(input: BootInput): {
  readonly devices: readonly AttachedDevice[];
  readonly reasons: readonly string[];
} {
  // A Unix process opens what it needs by itself, and Xen's devices are in the .xl file.
  const { family } = targets[input.target];
  if (family === "unix" || family === "xen") return { devices: [], reasons: [] };
  const devices: AttachedDevice[] = [];
  const reasons: string[] = [];
  for (const device of input.devices) {
    const attachment = Object.hasOwn(input.attachments, device.name)
      ? input.attachments[device.name]
      : undefined;
    if (attachment) devices.push({ ...device, attachment });
    else reasons.push(unattached(device));
  }
  return { devices, reasons };
}

function unattached({ name, type }: Device): string {
  const [kind, what, example] =
    type === "NET_BASIC"
      ? ["network", t("a tap interface"), "tap0"]
      : ["block", t("a file or block device"), "disk.img"];
  return t(
    'The {0} device "{1}" is attached to nothing: name {2} for it in the setting mirageos.devices, such as { "{3}": "{4}" }.',
    kind,
    name,
    what,
    name,
    example,
  );
}

interface Tender {
  readonly program: string;
  /** As the tender is to name it. */
  readonly image: string;
  readonly command: (boot: Boot) => {
    readonly args: readonly string[];
    readonly file?: { readonly path: string; readonly text: string };
  };
}

function tender(input: BootInput): Tender | { readonly reason: string } {
  const { host, image } = input;
  const near = nearPath(input);
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
      return using("solo5-hvt", near, (boot) => ({ args: solo5Arguments(boot) }));
    case "solo5-spt":
      return using("solo5-spt", near, (boot) => ({ args: solo5Arguments(boot) }));
    case "virtio":
      return virtioTender(input, near, kvm);
    case "xl":
      return using("xl", image, (boot) => ({ args: xlArguments(boot) }));
    case "unikraft-qemu":
      if (/\s/.test(near)) return spaces(near);
      return using(qemuFor(host.arch), near, (boot) => ({
        args: unikraftQemuArguments(boot, host.arch, kvm),
      }));
    case "unikraft-firecracker": {
      const path = join(input.scratch, `${input.name}.firecracker.json`);
      const args = ["--no-api", "--config-file", path, ...(input.tenderArgs ?? [])];
      return using("firecracker", image, (boot) => ({ args, file: { path, text: firecrackerConfig(boot) } }));
    }
    case undefined:
      return { reason: t("An image for {0} is not started from here.", input.target) };
  }
}

function virtioTender(input: BootInput, near: string, kvm: boolean): Tender | { readonly reason: string } {
  const qemu = input.programs["qemu-system-x86_64"];
  if (/\s/.test(near)) return spaces(near);
  if (qemu !== undefined) {
    return { program: qemu, image: near, command: (boot) => ({ args: virtioQemuArguments(boot, kvm) }) };
  }
  const script = input.programs["solo5-virtio-run"];
  if (script === undefined) return missing(input.target, ["qemu-system-x86_64", "solo5-virtio-run"]);
  const hosts = input.devices.map(({ name }) => input.attachments[name]?.host ?? "");
  // A shell in it splits all of them at spaces and expands patterns; commas of arguments it doubles.
  const socket = input.devices
    .filter(({ type }) => type === "NET_BASIC")
    .map(({ name }) => input.attachments[name]?.host ?? "")
    .find(isSocketPath);
  const unfit =
    socket ??
    [input.image, ...hosts, ...input.bootArguments].find((word) => /[\s*?[\]\\"]/.test(word)) ??
    input.bootArguments.find((word) => word.includes(","));
  if (unfit !== undefined) {
    return {
      reason: t(
        'solo5-virtio-run can\'t be given "{0}". With qemu-system-x86_64 installed it can be run.',
        unfit,
      ),
    };
  }
  return { program: script, image: near, command: (boot) => ({ args: virtioRunArguments(boot) }) };
}

/** The image as seen from the project's root: short on screen, and free of the spaces of folders above. */
function nearPath({ cwd, image }: BootInput): string {
  const way = relative(cwd, image);
  return way === "" || way.startsWith("..") || isAbsolute(way) ? image : way;
}

function missing(target: TargetId, tools: readonly ToolId[]): { readonly reason: string } {
  return {
    reason: t("To run an image for {0}, {1} is needed, and it was not found.", target, tools.join(" or ")),
  };
}

function spaces(image: string): { readonly reason: string } {
  return { reason: t("QEMU can't boot {0}: its path must be without spaces.", image) };
}
