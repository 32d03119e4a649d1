import { extname } from "node:path";
import type { ToolId } from "./toolId.ts";
import { t } from "../protocol/l10n.ts";

/** The targets of mirage 4.10 and later (`mirage configure -t TARGET`; mirage's `lib/devices/key.ml`). */
export const targetIds = [
  "unix",
  "macosx",
  "hvt",
  "spt",
  "virtio",
  "muen",
  "genode",
  "xen",
  "qubes",
  "unikraft-qemu",
  "unikraft-firecracker",
] as const;

export type TargetId = (typeof targetIds)[number];

/** The C runtime that the image is linked with: the host's, Solo5's, Solo5's for Xen, or Unikraft's. */
export type TargetFamily = "unix" | "solo5" | "xen" | "unikraft";

/** How an image is started: by the operating system, a tender or a virtual machine monitor. */
export type Booter =
  | "process"
  | "solo5-hvt"
  | "solo5-spt"
  | "virtio"
  | "xl"
  | "unikraft-qemu"
  | "unikraft-firecracker";

/** The hosts that a target supports. Names are those of Node's `process.platform` and `process.arch`. */
export interface HostNeeds {
  /** Empty: any system on which opam and mirage work. */
  readonly platforms: readonly NodeJS.Platform[];
  /** Empty: any. */
  readonly architectures: readonly NodeJS.Architecture[];
  /** `required`: does not boot without /dev/kvm; `faster`: boots more slowly without it. */
  readonly kvm: "required" | "faster" | "unused";
}

/** How a target of mirage is built and booted. */
export interface Target {
  readonly id: TargetId;
  readonly label: string;
  readonly family: TargetFamily;
  /** The file extension of its images; empty for executables of the host. */
  readonly extension: string;
  /** The dune context in which the image is compiled, a folder below `_build`. */
  readonly context: "default" | "solo5" | "unikraft";
  /** Undefined if this extension can't boot the image; then `bootSteps` has instructions. */
  readonly booter: Booter | undefined;
  /** Instructions for booting the image manually, one sentence each. Empty if `booter` is set. */
  readonly bootSteps: readonly string[];
  readonly buildNeeds: { readonly tools: readonly ToolId[]; readonly host: HostNeeds };
  /** One tool of each inner list is required. */
  readonly bootNeeds: { readonly tools: readonly (readonly ToolId[])[]; readonly host: HostNeeds };
  /** The packages to install in the project's switch in addition to mirage. */
  readonly opamPackages: readonly string[];
  /** One line of documentation. */
  readonly documentation: string;
}

const common: readonly ToolId[] = ["mirage", "opam", "opam-monorepo", "dune", "ocaml", "make"];
const macHost: HostNeeds = { platforms: ["darwin"], architectures: [], kvm: "unused" };
const anyHost: HostNeeds = { platforms: [], architectures: [], kvm: "unused" };

// From the `available` field of ocaml-solo5.opam (1.3.2), without DragonFly, which Node does not know.
const solo5Build: Target["buildNeeds"] = {
  tools: [...common, "ocaml-solo5", "solo5-elftool"],
  host: {
    platforms: ["linux", "freebsd", "openbsd"],
    architectures: ["x64", "arm64"],
    kvm: "unused",
  },
};
const solo5Packages = ["ocaml-solo5", "solo5"];

const unikraftBuild: Target["buildNeeds"] = {
  tools: [...common, "ocaml-unikraft"],
  host: { platforms: ["linux"], architectures: ["x64", "arm64"], kvm: "unused" },
};

/** All targets. */
export const targets: Readonly<Record<TargetId, Target>> = {
  unix: {
    id: "unix",
    label: t("Unix process"),
    family: "unix",
    extension: "",
    context: "default",
    booter: "process",
    bootSteps: [],
    buildNeeds: { tools: common, host: anyHost },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: [],
    documentation: t("An ordinary program on this computer: the fastest way to try a unikernel."),
  },
  macosx: {
    id: "macosx",
    label: t("macOS process"),
    family: "unix",
    extension: "",
    context: "default",
    booter: "process",
    bootSteps: [],
    buildNeeds: { tools: common, host: macHost },
    bootNeeds: { tools: [], host: macHost },
    opamPackages: [],
    documentation: t("The same as unix, and the default target on macOS."),
  },
  hvt: {
    id: "hvt",
    label: "Solo5 hvt",
    family: "solo5",
    extension: ".hvt",
    context: "solo5",
    booter: "solo5-hvt",
    bootSteps: [],
    buildNeeds: solo5Build,
    bootNeeds: {
      tools: [["solo5-hvt"]],
      host: { platforms: ["linux", "freebsd", "openbsd"], architectures: ["x64", "arm64"], kvm: "required" },
    },
    opamPackages: solo5Packages,
    documentation: t("A small virtual machine under KVM, FreeBSD vmm or OpenBSD vmm, with gdb support."),
  },
  spt: {
    id: "spt",
    label: "Solo5 spt",
    family: "solo5",
    extension: ".spt",
    context: "solo5",
    booter: "solo5-spt",
    bootSteps: [],
    buildNeeds: solo5Build,
    bootNeeds: {
      tools: [["solo5-spt"]],
      host: { platforms: ["linux"], architectures: ["x64", "arm64"], kvm: "unused" },
    },
    opamPackages: solo5Packages,
    documentation: t("A Linux process that seccomp confines to a handful of system calls; needs no KVM."),
  },
  virtio: {
    id: "virtio",
    label: "Solo5 virtio",
    family: "solo5",
    extension: ".virtio",
    context: "solo5",
    booter: "virtio",
    bootSteps: [],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: {
      tools: [["qemu-system-x86_64", "solo5-virtio-run"]],
      host: { platforms: [], architectures: ["x64"], kvm: "faster" },
    },
    opamPackages: solo5Packages,
    documentation: t("A virtual machine with virtio devices: QEMU, FreeBSD bhyve, Google Compute Engine."),
  },
  muen: {
    id: "muen",
    label: "Muen",
    family: "solo5",
    extension: ".muen",
    context: "solo5",
    booter: undefined,
    bootSteps: [
      t("A Muen image runs as a subject of a Muen system, which is built as a whole from a policy."),
      t(
        "Add the image as a component to your Muen policy: `solo5-elftool query-manifest` lists its devices.",
      ),
      t("Build the Muen system and boot it."),
    ],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    documentation: t(
      "A subject of the Muen separation kernel. It is booted by a Muen system, not from VS Code.",
    ),
  },
  genode: {
    id: "genode",
    label: "Genode",
    family: "solo5",
    extension: ".genode",
    context: "solo5",
    booter: undefined,
    bootSteps: [
      t("A Genode image is a component of a Genode system, whose init starts it."),
      t("Add the image to the boot modules of your Genode run script, with a start node for it."),
      t("Route the sessions for the devices that `solo5-elftool query-manifest` lists, and run the script."),
    ],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    documentation: t(
      "A component of the Genode operating system. It is started by Genode, not from VS Code.",
    ),
  },
  xen: {
    id: "xen",
    label: "Xen PVH",
    family: "xen",
    extension: ".xen",
    context: "solo5",
    booter: "xl",
    bootSteps: [],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: {
      tools: [["xl"]],
      host: { platforms: ["linux"], architectures: ["x64"], kvm: "unused" },
    },
    opamPackages: solo5Packages,
    documentation: t("A PVH guest of the Xen hypervisor, started with xl on a Xen host (dom0)."),
  },
  qubes: {
    id: "qubes",
    label: "Qubes OS",
    family: "xen",
    extension: ".xen",
    context: "solo5",
    booter: undefined,
    bootSteps: [
      t("A Qubes image replaces the kernel of a qube. Only dom0 of a Qubes OS computer can set a kernel."),
      t("Copy the image to dom0, as `vmlinuz` in a folder of /var/lib/qubes/vm-kernels."),
      t(
        "In dom0, choose that folder as the kernel of a qube whose virtualisation mode is PVH, and start the qube.",
      ),
    ],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    documentation: t("A qube of Qubes OS, such as a firewall. It is started by Qubes OS, not from VS Code."),
  },
  "unikraft-qemu": {
    id: "unikraft-qemu",
    label: t("Unikraft on QEMU"),
    family: "unikraft",
    extension: ".qemu",
    context: "unikraft",
    booter: "unikraft-qemu",
    bootSteps: [],
    buildNeeds: unikraftBuild,
    bootNeeds: {
      // The image is built for the host's architecture, which determines the program.
      tools: [["qemu-system-x86_64", "qemu-system-aarch64"]],
      host: { platforms: [], architectures: ["x64", "arm64"], kvm: "faster" },
    },
    opamPackages: ["ocaml-unikraft", "ocaml-unikraft-backend-qemu"],
    documentation: t("A Unikraft virtual machine for QEMU, with virtio devices."),
  },
  "unikraft-firecracker": {
    id: "unikraft-firecracker",
    label: t("Unikraft on Firecracker"),
    family: "unikraft",
    extension: ".fc",
    context: "unikraft",
    booter: "unikraft-firecracker",
    bootSteps: [],
    buildNeeds: unikraftBuild,
    bootNeeds: {
      tools: [["firecracker"]],
      host: { platforms: ["linux"], architectures: ["x64", "arm64"], kvm: "required" },
    },
    opamPackages: ["ocaml-unikraft", "ocaml-unikraft-backend-firecracker"],
    documentation: t("A Unikraft micro virtual machine for Firecracker; needs KVM."),
  },
};

/** Whether a string is the name of a target. */
export function isTarget(text: string): text is TargetId {
  return targetIds.some((id) => id === text);
}

/** Whether a unikernel's name is a valid file name: with a slash the image would be outside `dist/`. */
export const isFileName = (name: string): boolean => !/[\\/\0]/.test(name);

/** The image that `make build` creates, relative to the project's root, such as `dist/hello.hvt`. */
export function artifactOf(target: TargetId, name: string): string {
  return `dist/${name}${targets[target].extension}`;
}

/** The target that mirage uses by default on this platform. */
export function hostTarget(platform: NodeJS.Platform): TargetId {
  return platform === "darwin" ? "macosx" : "unix";
}

/** The target of an image file, from its extension; undefined for other extensions. */
export function targetOfFile(path: string, platform: NodeJS.Platform): TargetId | undefined {
  const extension = extname(path);
  return extension === ""
    ? hostTarget(platform)
    : targetIds.find((id) => targets[id].extension === extension);
}
