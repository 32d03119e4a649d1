import { basename } from "node:path";
import type { Device } from "../../image/solo5Notes.ts";
import { escapeForSolo5 } from "../../mirage/guestArguments.ts";
import type { Attachment } from "./manifest.ts";

/** A device and what it is attached to. */
export interface AttachedDevice extends Device {
  readonly attachment: Attachment;
}

/** The parameters of a boot that all tenders share. */
export interface TenderBoot {
  /** The path of the image on the command line of the tender. */
  readonly image: string;
  readonly name: string;
  /** The arguments as the unikernel receives them: one element each, not quoted. */
  readonly bootArguments: readonly string[];
  readonly devices: readonly AttachedDevice[];
  /** In MB; `undefined` for the tender's default. */
  readonly memoryMb: number | undefined;
  /** The user's own options for the tender. */
  readonly tenderArgs: readonly string[];
}

/**
 * The command line of solo5-hvt and solo5-spt: `[--mem=MB] [--net:NAME=TAP] [--block:NAME=FILE] …
 * -- IMAGE ARGS` (their `--help`).
 */
export function solo5Arguments(boot: TenderBoot): string[] {
  const memory = boot.memoryMb === undefined ? [] : [`--mem=${boot.memoryMb}`];
  const devices = boot.devices.flatMap(({ name, type, attachment }) => {
    const { host, mac, sectorSize } = attachment;
    if (type === "NET_BASIC") {
      return [`--net:${name}=${host}`, ...(mac === undefined ? [] : [`--net-mac:${name}=${mac}`])];
    }
    const sector = sectorSize === undefined ? [] : [`--block-sector-size:${name}=${sectorSize}`];
    return [`--block:${name}=${host}`, ...sector];
  });
  return [
    ...memory,
    ...devices,
    ...boot.tenderArgs,
    "--",
    boot.image,
    ...boot.bootArguments.map(escapeForSolo5),
  ];
}

/** The default of Solo5's tenders. QEMU's own is 128 MB, which is too little for some images. */
const defaultMemoryMb = 512;

/**
 * The QEMU options for a virtio image, the same as those of solo5-virtio-run (Solo5's `scripts/virtio-run`),
 * which is not used because it breaks paths and arguments at spaces. QEMU puts the image's path before the
 * arguments and the guest drops everything up to the first space, so `image` must not contain one. Commas
 * in arguments are not doubled, unlike in the script: QEMU passes them unchanged since 3.0
 * (`mb_add_cmdline` in its `hw/i386/multiboot.c`), and the guest would see the doubled ones.
 */
export function virtioQemuArguments(boot: TenderBoot, kvm: boolean): string[] {
  return [
    ...(kvm && !emulates(boot) ? ["-cpu", "host", "-enable-kvm"] : ["-cpu", "Westmere"]),
    "-m",
    String(boot.memoryMb ?? defaultMemoryMb),
    "-nodefaults",
    "-machine",
    "acpi=off",
    "-display",
    "none",
    "-serial",
    "stdio",
    // QEMU uses the first PCI slots itself. Solo5 orders the devices by their slots.
    ...boot.devices.flatMap((device, index) =>
      qemuDevice(device, index, `,addr=0x${(index + 2).toString(16)},bus=pci.0`),
    ),
    "-device",
    "isa-debug-exit",
    ...boot.tenderArgs,
    "-kernel",
    boot.image,
    ...(boot.bootArguments.length === 0 ? [] : ["-append", boot.bootArguments.map(escapeForSolo5).join(" ")]),
  ];
}

/**
 * The arguments of solo5-virtio-run. Paths and arguments must not contain spaces, because it splits them.
 * `--` comes before the image: BSD's getopt passes a `--` after the image on to the guest, and without any
 * `--` GNU's getopt reads the guest's options as the script's.
 */
export function virtioRunArguments(boot: TenderBoot): string[] {
  const devices = boot.devices.flatMap(({ type, attachment }) => [
    type === "NET_BASIC" ? "-n" : "-d",
    attachment.host,
  ]);
  const memory = ["-m", String(boot.memoryMb ?? defaultMemoryMb)];
  return ["-q", ...memory, ...devices, ...boot.tenderArgs, "--", boot.image, ...boot.bootArguments];
}

/**
 * The QEMU options for a Unikraft image, as in ocaml-unikraft's continuous integration. `image` must not
 * contain spaces, for the same reason as with virtio.
 */
export function unikraftQemuArguments(boot: TenderBoot, arch: NodeJS.Architecture, kvm: boolean): string[] {
  const arm = arch === "arm64";
  const hardware = kvm && !emulates(boot);
  const emulated = arm ? "cortex-a72" : "qemu64,-vmx,-svm,+x2apic,+pdpe1gb,+rdrand,+rdseed";
  return [
    "-machine",
    arm ? "virt" : "q35",
    "-cpu",
    hardware ? "host" : emulated,
    ...(hardware ? ["-enable-kvm"] : []),
    "-m",
    String(boot.memoryMb ?? defaultMemoryMb),
    "-nographic",
    "-nodefaults",
    "-serial",
    "stdio",
    ...boot.devices.flatMap((device, index) => qemuDevice(device, index, "")),
    ...(arm ? [] : ["-device", "isa-debug-exit"]),
    ...boot.tenderArgs,
    "-kernel",
    boot.image,
    ...(boot.bootArguments.length === 0
      ? []
      : ["-append", boot.bootArguments.map(quoteForUnikraft).join(" ")]),
  ];
}

/** Whether the user's own options choose an accelerator: QEMU accepts `-accel` only without `-enable-kvm`. */
function emulates({ tenderArgs }: TenderBoot): boolean {
  return tenderArgs.includes("-accel");
}

/** Whether a network device is attached to a socket, given by its path, and not to an interface. */
export const isSocketPath = (host: string): boolean => host.includes("/");

/** `stream` exists since QEMU 7.2. The program that listens on the socket, such as passt, exchanges frames. */
function qemuNetwork(host: string, id: string): string {
  return isSocketPath(host)
    ? `stream,id=${id},server=off,addr.type=unix,addr.path=${qemuValue(host)}`
    : `tap,id=${id},ifname=${qemuValue(host)},script=no,downscript=no`;
}

function qemuDevice({ type, attachment }: AttachedDevice, index: number, address: string): string[] {
  if (type === "NET_BASIC") {
    const mac = attachment.mac === undefined ? "" : `,mac=${attachment.mac}`;
    return [
      "-netdev",
      qemuNetwork(attachment.host, `net${index}`),
      "-device",
      `virtio-net-pci,netdev=net${index}${mac}${address}`,
    ];
  }
  return [
    "-drive",
    `id=drive${index},file=${qemuValue(attachment.host)},if=none,format=raw`,
    "-device",
    `virtio-blk-pci,drive=drive${index}${address}`,
  ];
}

/** In an option of QEMU, a comma ends a value unless it is doubled. */
function qemuValue(text: string): string {
  return text.replaceAll(",", ",,");
}

/** Unikraft's `ukargparse` splits at white space and supports both kinds of quotes; not all versions support escapes. */
export function quoteForUnikraft(argument: string): string {
  if (!/[\s'"\\]/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'"'"'`)}'`;
}

/** The configuration file of `firecracker --no-api --config-file` (Firecracker's `docs/getting-started.md`). */
export function firecrackerConfig(boot: TenderBoot): string {
  const named = boot.devices.map((device, index) => ({ ...device, id: `${index}` }));
  const config = {
    "boot-source": {
      kernel_image_path: boot.image,
      // The guest takes the first word as its program name.
      boot_args: [basename(boot.image), ...boot.bootArguments.map(quoteForUnikraft)].join(" "),
    },
    "machine-config": { vcpu_count: 1, mem_size_mib: boot.memoryMb ?? defaultMemoryMb },
    drives: named
      .filter(({ type }) => type === "BLOCK_BASIC")
      .map(({ id, attachment }) => ({
        drive_id: `drive${id}`,
        path_on_host: attachment.host,
        is_root_device: false,
        is_read_only: false,
      })),
    "network-interfaces": named
      .filter(({ type }) => type === "NET_BASIC")
      .map(({ id, attachment }) => ({
        iface_id: `net${id}`,
        host_dev_name: attachment.host,
        ...(attachment.mac === undefined ? {} : { guest_mac: attachment.mac }),
      })),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/**
 * The arguments of `xl create -c` with the configuration that mirage writes, `mirage/NAME.xl`, and values
 * that override it (xl's manual, "create": `key=value` after the file). The kernel is overridden because the
 * file refers to one in its own folder. The file also contains the devices.
 */
export function xlArguments(boot: TenderBoot): string[] {
  const words = boot.bootArguments.map(escapeForSolo5).join(" ");
  return [
    "create",
    "-c",
    ...boot.tenderArgs,
    `mirage/${boot.name}.xl`,
    `kernel=${xlString(boot.image)}`,
    ...(boot.memoryMb === undefined ? [] : [`memory=${boot.memoryMb}`]),
    ...(words === "" ? [] : [`extra=${xlString(words)}`]),
  ];
}

/** A string of Xen's configuration language (`libxlu_cfg.c`), in which even an escaped quote ends the string. */
function xlString(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', String.raw`\x22`)
    .replaceAll("\n", String.raw`\n`);
  return `"${escaped}"`;
}
