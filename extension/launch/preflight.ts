import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Device, ImageFile } from "../image/solo5Notes.ts";
import { interfacesFolder, type Host } from "../toolchain/host.ts";
import { targets, type TargetId } from "../toolchain/targets.ts";
import type { Attachment, Attachments } from "./manifest.ts";
import { isSocketPath } from "./tenders.ts";
import { kvmCommands, tapCommands, upCommands } from "./hostCommands.ts";
import { t } from "../platform/l10n.ts";

/** What keeps an image from booting: a sentence, and commands that mend it where there are some. */
export interface LaunchProblem {
  readonly message: string;
  readonly fix?: { readonly title: string; readonly commandLines: readonly string[] };
}

/** What is known before a boot. */
export interface Preflight {
  readonly target: TargetId;
  /** The image's absolute path and what it turned out to be. */
  readonly path: string;
  readonly image: ImageFile;
  readonly devices: readonly Device[];
  readonly attachments: Attachments;
  readonly host: Host;
  /** Where relative paths of block devices count from. */
  readonly cwd: string;
  /** The ABI version the tender tells, where it was asked and does. */
  readonly tenderAbi: number | undefined;
  /** In place of `interfacesFolder()` in tests. */
  readonly interfaces?: string;
}

/** Everything that would keep the image from booting, found before the tender is started. */
export async function preflight(input: Preflight): Promise<readonly LaunchProblem[]> {
  const { host, target } = input;
  const found = imageProblems(input);
  if (found.length > 0) return found;
  found.push(...(await startProblems(input)));
  if (targets[target].bootNeeds.host.kvm === "required" && host.platform === "linux") {
    found.push(...kvmProblems(host, target));
  }
  if (targets[target].family === "unix" || targets[target].family === "xen") return found;
  for (const { name, type } of input.devices) {
    const attachment = Object.hasOwn(input.attachments, name) ? input.attachments[name] : undefined;
    // What is attached to nothing is the boot plan's to say.
    if (!attachment) continue;
    const problem =
      type === "NET_BASIC"
        ? await netProblem(name, attachment, input)
        : await blockProblem(name, attachment, input.cwd);
    if (problem) found.push(problem);
  }
  return found;
}

/** What keeps any program from being started there, and the image of a Unix target from being one. */
async function startProblems({ target, path, cwd }: Preflight): Promise<readonly LaunchProblem[]> {
  const folder = await stat(cwd).catch(() => undefined);
  if (!folder?.isDirectory()) {
    return [{ message: t('It is to run in {0}, and there is no such folder: correct "cwd".', cwd) }];
  }
  if (targets[target].family !== "unix") return [];
  const file = await stat(path).catch(() => undefined);
  if (file?.isDirectory()) return [{ message: t("{0} is a folder, and no image for {1}.", path, target) }];
  return access(path, constants.X_OK).then(
    () => [],
    () => [
      {
        message: t(
          "{0} is no program that this user may start: name another image, or permit it with chmod +x.",
          path,
        ),
      },
    ],
  );
}

/** The Solo5 targets whose images carry notes a tender reads. */
const notedTargets: readonly TargetId[] = ["hvt", "spt", "virtio", "muen", "genode"];

/** What of the file itself keeps it from booting as this target. */
export function imageProblems({ target, path, image, tenderAbi }: Preflight): LaunchProblem[] {
  const name = basename(path);
  const noted = notedTargets.includes(target);
  switch (image.kind) {
    case "missing":
      return [{ message: t("There is no image {0}: build the unikernel for {1} first.", path, target) }];
    case "unreadable":
      return [{ message: t("The image {0} can't be read: {1}.", path, image.reason) }];
    case "truncated":
      return [{ message: t("The image {0} is cut short: {1}. Build it again.", name, image.reason) }];
    case "unsupported":
    case "badNotes":
      return noted ? [{ message: t("{0} is no image for {1}: {2}.", name, target, image.reason) }] : [];
    case "notElf":
      return noted ? [{ message: t("{0} is no image for {1}: it is not an ELF file.", name, target) }] : [];
    case "elf":
      return noted
        ? [{ message: t("{0} is no image for {1}: it has no notes of Solo5.", name, target) }]
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
          "{0} is an image for {1}, not for {2}: build for {3}, or choose the target {4}.",
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
  const other = tenderAbi < abi.version ? t("an older") : t("a newer");
  return [
    {
      message: t(
        "{0} has version {1} of the {2} interface and the tender knows version {3}: the tender comes from {4} Solo5 than the image. Build and run with the same opam switch.",
        name,
        abi.version,
        target,
        tenderAbi,
        other,
      ),
    },
  ];
}

/** The ABI version in what `solo5-hvt --version` prints. */
export function parseTenderAbi(text: string): number | undefined {
  const version = /^ABI version (\d+)$/m.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

function kvmProblems(host: Host, target: TargetId): LaunchProblem[] {
  const instead = target === "hvt" ? ` ${t("The target spt needs no KVM.")}` : "";
  if (host.kvm === "denied") {
    return [
      {
        message: `${t("/dev/kvm may not be used by this user: join the group kvm and log in again.")}${instead}`,
        fix: { title: t("Join Group kvm"), commandLines: kvmCommands() },
      },
    ];
  }
  if (host.kvm === "ok") return [];
  return [
    {
      message: t(
        "An image for {0} needs KVM, and there is no /dev/kvm: virtualisation is off in the firmware, or this is a virtual machine or a container without it.{1}",
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
  const of = t('The network device "{0}" is attached to {1}', device, tap);
  if (isSocketPath(tap)) return socketProblem(of, resolve(cwd, tap), target);
  // A number after @ is a file descriptor; elsewhere than on Linux /sys does not tell.
  if (tap.startsWith("@") || host.platform !== "linux") return undefined;
  if (!isInterfaceName(tap)) {
    return {
      message: t("{0}, which can't be the name of an interface (15 characters, no space or slash).", of),
    };
  }
  const folder = join(interfaces, tap);
  const flags = await readFile(join(folder, "flags"), "utf8").catch(() => undefined);
  if (flags === undefined) {
    return {
      message: t("{0}, and there is no such interface.", of),
      ...(isPlain(tap) && {
        fix: { title: t("Create {0}", tap), commandLines: tapCommands(tap, host.platform) },
      }),
    };
  }
  const tun = await readFile(join(folder, "tun_flags"), "utf8").catch(() => undefined);
  if (tun === undefined) return { message: t("{0}, which is not a tap interface.", of) };
  const owner = Number(await readFile(join(folder, "owner"), "utf8").catch(() => "-1"));
  if (owner !== -1 && owner !== host.uid && host.uid !== 0) {
    return { message: t("{0}, which belongs to another user (uid {1}): make one of your own.", of, owner) };
  }
  if ((Number(flags) & interfaceUp) === 0) {
    return {
      message: t("{0}, which is down.", of),
      ...(isPlain(tap) && { fix: { title: t("Bring Up {0}", tap), commandLines: upCommands(tap) } }),
    };
  }
  return undefined;
}

async function socketProblem(of: string, path: string, target: TargetId): Promise<LaunchProblem | undefined> {
  const { booter } = targets[target];
  if (booter !== "virtio" && booter !== "unikraft-qemu") {
    return {
      message: t("{0}, a path: only QEMU attaches to a socket, for {1} name a tap interface.", of, target),
    };
  }
  const facts = await stat(path).catch(() => undefined);
  if (!facts) return { message: t("{0}, and there is no such socket ({1}).", of, path) };
  return facts.isSocket() ? undefined : { message: t("{0}, which is no socket.", of) };
}

/** Whether Linux takes the text as an interface's name (`dev_valid_name` in its `net/core/dev.c`). */
export function isInterfaceName(text: string): boolean {
  return /^[^\s/:]{1,15}$/.test(text) && text !== "." && text !== "..";
}

/** Whether a shell reads the name as nothing but a word. */
const isPlain = (name: string) => /^\w[\w.-]*$/.test(name);

async function blockProblem(
  device: string,
  { host, sectorSize = 512 }: Attachment,
  cwd: string,
): Promise<LaunchProblem | undefined> {
  if (!Number.isInteger(Math.log2(sectorSize)) || sectorSize < 512) {
    return {
      message: t(
        'The "sectorSize" of the block device "{0}" is {1}: it must be a power of two from 512 on.',
        device,
        sectorSize,
      ),
    };
  }
  const path = resolve(cwd, host);
  const of = t('The block device "{0}" is attached to {1}', device, host);
  const facts = await stat(path).catch(() => undefined);
  if (!facts) return { message: t("{0}, and there is no such file ({1}).", of, path) };
  if (!facts.isFile() && !facts.isBlockDevice()) {
    return { message: t("{0}, which is neither a file nor a block device.", of) };
  }
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch {
    return { message: t("{0}, which this user may not read and write.", of) };
  }
  if (facts.isFile() && (facts.size < sectorSize || facts.size % sectorSize !== 0)) {
    return {
      message: t(
        "{0}, whose {1} bytes are not one or more whole sectors of {2} bytes: give it a size that is, such as with truncate -s 16M.",
        of,
        facts.size,
        sectorSize,
      ),
    };
  }
  return undefined;
}
