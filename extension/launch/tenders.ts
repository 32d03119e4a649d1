import { basename } from "node:path";
import type { Attachment, Device } from "./manifest.ts";

/** A device with the host's side of it. */
export interface AttachedDevice extends Device {
  readonly attachment: Attachment;
}

/** What every tender is told. */
export interface Boot {
  /** The image, as the tender is to name it. */
  readonly image: string;
  readonly name: string;
  /** The arguments as the unikernel is to see them: one element each, not quoted. */
  readonly bootArguments: readonly string[];
  readonly devices: readonly AttachedDevice[];
  /** In MB; absent: the tender's own default. */
  readonly memoryMb: number | undefined;
  /** Options of the tender, as the user wrote them. */
  readonly tenderArgs: readonly string[];
}

/**
 * The command line of solo5-hvt and solo5-spt: `[--mem=MB] [--net:NAME=TAP] [--block:NAME=FILE] …
 * -- IMAGE ARGS` (their `--help`).
 */
export function solo5Arguments(boot: Boot): string[] {
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

/**
 * Solo5 hands all arguments to the guest as one text, and mirage-bootvar splits it at spaces, with
 * `\` and `"` as quotation (its `parse_argv`). On Unix mirage-bootvar joins them itself before. Without
 * this, an argument with a space becomes two.
 */
export function escapeForSolo5(argument: string): string {
  return argument.replace(/[\\" ]/g, String.raw`\$&`);
}

/** QEMU's default is 128 MB; Solo5's tenders give 512, so images are used to that. */
const defaultMemoryMb = 512;

/**
 * QEMU for a virtio image: the options of solo5-virtio-run (Solo5's `scripts/virtio-run`), whose
 * shell loses spaces in paths and arguments. QEMU puts the image's path before the arguments and
 * the guest drops everything up to the first space, so `image` must not have one. Commas in the
 * arguments stay single, unlike in the script: QEMU has kept them as they are since 3.0
 * (`mb_add_cmdline` in its `hw/i386/multiboot.c`), and the guest would see the doubled ones.
 */
export function virtioQemuArguments(boot: Boot, kvm: boolean): string[] {
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
    // The first PCI slots are QEMU's own; Solo5 takes the devices in the order of the slots.
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
 * The command line of solo5-virtio-run. Neither paths nor arguments may hold a space: it splits them.
 * `--` stands before the image: BSD's getopt would hand one after it on to the guest, and GNU's would
 * take the guest's options for the script's without one.
 */
export function virtioRunArguments(boot: Boot): string[] {
  const devices = boot.devices.flatMap(({ type, attachment }) => [
    type === "NET_BASIC" ? "-n" : "-d",
    attachment.host,
  ]);
  const memory = ["-m", String(boot.memoryMb ?? defaultMemoryMb)];
  return ["-q", ...memory, ...devices, ...boot.tenderArgs, "--", boot.image, ...boot.bootArguments];
}

/**
 * QEMU for a Unikraft image, with the options that ocaml-unikraft's continuous integration uses.
 * `image` must be without spaces for the same reason as with virtio.
 */
export function unikraftQemuArguments(boot: Boot, arch: NodeJS.Architecture, kvm: boolean): string[] {
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

/** Whether the user's own options choose how QEMU runs the guest: it takes no second word on that. */
function emulates({ tenderArgs }: Boot): boolean {
  return tenderArgs.includes("-accel");
}

/** Whether a network device is attached to a socket, by its path, rather than to an interface. */
export const isSocketPath = (host: string): boolean => host.includes("/");

/** Since QEMU 7.2; what listens there, such as passt, reads and writes frames. */
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

/** Inside an option of QEMU a comma ends a value unless it is doubled. */
function qemuValue(text: string): string {
  return text.replaceAll(",", ",,");
}

/** Unikraft's `ukargparse` splits at white space and knows both quotation marks, but no escapes in all versions. */
export function quoteForUnikraft(argument: string): string {
  if (!/[\s'"\\]/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'"'"'`)}'`;
}

/** The configuration file of `firecracker --no-api --config-file` (Firecracker's `docs/getting-started.md`). */
export function firecrackerConfig(boot: Boot): string {
  const named = boot.devices.map((device, index) => ({ ...device, id: `${index}` }));
  const config = {
    "boot-source": {
      kernel_image_path: boot.image,
      // The first word is the program's own name to the guest.
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
 * `xl create -c` with the configuration mirage wrote, `mirage/NAME.xl`, and what differs from it
 * (xl's manual, "create": `key=value` after the file). The file names the kernel as if it lay
 * beside it, hence the override. Devices are the file's matter.
 */
export function xlArguments(boot: Boot): string[] {
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

/** A string of Xen's configuration language (`libxlu_cfg.c`); a quotation mark inside ends it even when escaped. */
function xlString(text: string): string {
  const inside = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', String.raw`\x22`)
    .replaceAll("\n", String.raw`\n`);
  return `"${inside}"`;
}
