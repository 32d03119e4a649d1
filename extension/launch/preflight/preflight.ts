import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Device, ImageFile } from "../../image/solo5Notes.ts";
import { interfacesFolder, kvmCommands, type Host } from "../../toolchain/host.ts";
import { targetDetails } from "../../mirage/targetDetails.ts";
import { targets, type TargetId } from "../../mirage/targets.ts";
import type { Attachment, Attachments } from "../boot/manifest.ts";
import { isSocketPath } from "../boot/tenderCommandLine.ts";
import { tapCommands, upCommands } from "./tapCommands.ts";
import { t } from "../../protocol/l10n.ts";

/** A sentence that says why an image can't boot, and shell commands that fix it, if there are any. */
export interface LaunchProblem {
  readonly message: string;
  readonly fix?: { readonly title: string; readonly commandLines: readonly string[] };
  /** The tap interface that is missing, if MirageOS: Set Up Network can make it. */
  readonly missingTap?: string;
}

/** The facts that are checked before a boot. */
export interface Preflight {
  readonly target: TargetId;
  /** The image's absolute path, and its content. */
  readonly path: string;
  readonly image: ImageFile;
  readonly devices: readonly Device[];
  readonly attachments: Attachments;
  readonly host: Host;
  /** The working directory, against which relative paths of block devices are resolved. */
  readonly cwd: string;
  /** The ABI version that the tender supports, if it is known. */
  readonly tenderAbi: number | undefined;
  /** Replaces `interfacesFolder()` in tests. */
  readonly interfaces?: string;
}

/** Finds all problems that would stop the image from booting, before the tender is started. */
export async function preflight(input: Preflight): Promise<readonly LaunchProblem[]> {
  const { host, target } = input;
  const found = imageProblems(input);
  if (found.length > 0) return found;
  found.push(...(await startProblems(input)));
  if (targetDetails[target].bootNeeds.host.kvm === "required" && host.platform === "linux") {
    found.push(...kvmProblems(host, target));
  }
  if (targets[target].family === "unix" || targets[target].family === "xen") return found;
  for (const { name, type } of input.devices) {
    const attachment = Object.hasOwn(input.attachments, name) ? input.attachments[name] : undefined;
    // The boot plan reports unattached devices.
    if (!attachment) continue;
    const problem =
      type === "NET_BASIC"
        ? await netProblem(name, attachment, input)
        : await blockProblem(name, attachment, input.cwd);
    if (problem) found.push(problem);
  }
  return found;
}

/** Problems with the working directory, and with the image of a Unix target as a program. */
async function startProblems({ target, path, cwd }: Preflight): Promise<readonly LaunchProblem[]> {
  const folder = await stat(cwd).catch(() => undefined);
  if (!folder?.isDirectory()) {
    return [{ message: t('The folder {0} does not exist. Correct "cwd".', cwd) }];
  }
  if (targets[target].family !== "unix") return [];
  const file = await stat(path).catch(() => undefined);
  if (file?.isDirectory()) return [{ message: t("{0} is a folder, not an image for {1}.", path, target) }];
  return access(path, constants.X_OK).then(
    () => [],
    () => [
      {
        message: t(
          "You don't have permission to run {0}. Choose another image, or make it executable with chmod +x.",
          path,
        ),
      },
    ],
  );
}

/** The Solo5 targets whose images contain notes for the tender. */
const targetsWithNotes: readonly TargetId[] = ["hvt", "spt", "virtio", "muen", "genode"];

/** Problems with the file itself as an image for the target. */
function imageProblems({ target, path, image, tenderAbi }: Preflight): LaunchProblem[] {
  const name = basename(path);
  const needsNotes = targetsWithNotes.includes(target);
  switch (image.kind) {
    case "missing":
      return [
        { message: t("The image {0} does not exist. Build the unikernel for {1} first.", path, target) },
      ];
    case "unreadable":
      return [{ message: t("The image {0} can't be read: {1}.", path, image.reason) }];
    case "truncated":
      return [{ message: t("The image {0} is truncated: {1}. Build it again.", name, image.reason) }];
    case "unsupported":
    case "badNotes":
      return needsNotes
        ? [{ message: t("{0} is not an image for {1}: {2}.", name, target, image.reason) }]
        : [];
    case "notElf":
      return needsNotes
        ? [{ message: t("{0} is not an image for {1}: it is not an ELF file.", name, target) }]
        : [];
    case "elf":
      return needsNotes
        ? [{ message: t("{0} is not an image for {1}: it has no Solo5 notes.", name, target) }]
        : [];
    case "solo5":
      return abiProblem(name, image.abi, target, tenderAbi);
  }
}

function abiProblem(
  name: string,
  abi: { readonly target: string; readonly version: number },
  target: TargetId,
  tenderAbi: number | undefined,
): LaunchProblem[] {
  const xen = abi.target === "xen" && targets[target].family === "xen";
  if (abi.target !== target && !xen) {
    return [
      {
        message: t(
          "{0} is an image for {1}, not for {2}. Build it for {3}, or select the target {4}.",
          name,
          abi.target,
          target,
          target,
          abi.target,
        ),
      },
    ];
  }
  if (tenderAbi === undefined || tenderAbi === abi.version) return [];
  const age = tenderAbi < abi.version ? t("an older") : t("a newer");
  return [
    {
      message: t(
        "{0} uses version {1} of the {2} interface, but the tender supports version {3}, because it comes from {4} Solo5 than the image. Build and boot with the same opam switch.",
        name,
        abi.version,
        target,
        tenderAbi,
        age,
      ),
    },
  ];
}

/** Parses the ABI version in the output of `solo5-hvt --version`. */
export function parseTenderAbi(text: string): number | undefined {
  const version = /^ABI version (\d+)$/m.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

function kvmProblems(host: Host, target: TargetId): LaunchProblem[] {
  const instead = target === "hvt" ? ` ${t("The target spt needs no KVM.")}` : "";
  if (host.kvm === "denied") {
    return [
      {
        message: `${t("You don't have permission to use /dev/kvm. Join the group kvm and log in again.")}${instead}`,
        fix: { title: t("Join Group kvm"), commandLines: kvmCommands() },
      },
    ];
  }
  if (host.kvm === "ok") return [];
  return [
    {
      message: t(
        "An image for {0} needs KVM, but /dev/kvm does not exist. Virtualization is disabled in the firmware, or this is a virtual machine or a container without KVM.{1}",
        target,
        instead,
      ),
    },
  ];
}

/** `IFF_UP` of Linux' `if.h`. */
const interfaceUp = 1;

async function netProblem(
  device: string,
  { host: tap }: Attachment,
  { host, interfaces = interfacesFolder(), target, cwd }: Preflight,
): Promise<LaunchProblem | undefined> {
  if (isSocketPath(tap)) return socketProblem(device, tap, resolve(cwd, tap), target);
  // @ and a number are a file descriptor. Only Linux has the files below.
  if (tap.startsWith("@") || host.platform !== "linux") return undefined;
  if (!isInterfaceName(tap)) {
    return {
      message: t(
        'The network device "{0}" is attached to {1}, which is not a valid interface name (up to 15 characters, without spaces, colons and slashes).',
        device,
        tap,
      ),
    };
  }
  const folder = join(interfaces, tap);
  const flags = await readFile(join(folder, "flags"), "utf8").catch(() => undefined);
  if (flags === undefined) {
    return {
      message: t('The network device "{0}" is attached to {1}, which does not exist.', device, tap),
      ...(isPlain(tap) && {
        fix: { title: t("Create {0}", tap), commandLines: tapCommands(tap, host.platform) },
        missingTap: tap,
      }),
    };
  }
  const tun = await readFile(join(folder, "tun_flags"), "utf8").catch(() => undefined);
  if (tun === undefined) {
    return {
      message: t('The network device "{0}" is attached to {1}, which is not a tap interface.', device, tap),
    };
  }
  const owner = Number(await readFile(join(folder, "owner"), "utf8").catch(() => "-1"));
  if (owner !== -1 && owner !== host.uid && host.uid !== 0) {
    return {
      message: t(
        'The network device "{0}" is attached to {1}, which belongs to another user (uid {2}). Create your own tap interface.',
        device,
        tap,
        owner,
      ),
    };
  }
  if ((Number(flags) & interfaceUp) === 0) {
    return {
      message: t('The network device "{0}" is attached to {1}, which is down.', device, tap),
      ...(isPlain(tap) && { fix: { title: t("Bring Up {0}", tap), commandLines: upCommands(tap) } }),
    };
  }
  return undefined;
}

async function socketProblem(
  device: string,
  host: string,
  path: string,
  target: TargetId,
): Promise<LaunchProblem | undefined> {
  const { booter } = targets[target];
  if (booter !== "virtio" && booter !== "unikraft-qemu") {
    return {
      message: t(
        'The network device "{0}" is attached to the socket {1}, which only QEMU supports. Use a tap interface for {2}.',
        device,
        host,
        target,
      ),
    };
  }
  const facts = await stat(path).catch(() => undefined);
  if (!facts) {
    return {
      message: t(
        'The network device "{0}" is attached to the socket {1}, which does not exist ({2}).',
        device,
        host,
        path,
      ),
    };
  }
  if (facts.isSocket()) return undefined;
  return { message: t('The network device "{0}" is attached to {1}, which is not a socket.', device, host) };
}

/** Whether Linux accepts the string as an interface name (`dev_valid_name` in its `net/core/dev.c`). */
export function isInterfaceName(text: string): boolean {
  return /^[^\s/:]{1,15}$/.test(text) && text !== "." && text !== "..";
}

/** Names of other forms are valid, but are more likely a mistake than a name to create. */
const isPlain = (name: string) => /^\w[\w.-]*$/.test(name);

async function blockProblem(
  device: string,
  { host, sectorSize = 512 }: Attachment,
  cwd: string,
): Promise<LaunchProblem | undefined> {
  if (!Number.isInteger(Math.log2(sectorSize)) || sectorSize < 512) {
    return {
      message: t(
        'The "sectorSize" of the block device "{0}" is {1}. It must be a power of two, 512 or more.',
        device,
        sectorSize,
      ),
    };
  }
  const path = resolve(cwd, host);
  const facts = await stat(path).catch(() => undefined);
  if (!facts) {
    return {
      message: t(
        'The block device "{0}" is attached to {1}, which does not exist ({2}).',
        device,
        host,
        path,
      ),
    };
  }
  if (!facts.isFile() && !facts.isBlockDevice()) {
    return {
      message: t(
        'The block device "{0}" is attached to {1}, which is neither a file nor a block device.',
        device,
        host,
      ),
    };
  }
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch {
    return {
      message: t(
        'The block device "{0}" is attached to {1}, which you don\'t have permission to read and write.',
        device,
        host,
      ),
    };
  }
  if (facts.isFile() && (facts.size < sectorSize || facts.size % sectorSize !== 0)) {
    return {
      message: t(
        'The block device "{0}" is attached to {1}, whose size of {2} bytes is not a positive multiple of {3} bytes. Resize it, for example with truncate -s 16M.',
        device,
        host,
        facts.size,
        sectorSize,
      ),
    };
  }
  return undefined;
}
