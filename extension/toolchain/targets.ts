import { extname } from "node:path";
import type { ToolId } from "./toolId.ts";
import { t } from "../platform/l10n.ts";

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

/** Whose C side the image is linked with: the host's, Solo5's, Solo5's for Xen, or Unikraft's. */
export type TargetFamily = "unix" | "solo5" | "xen" | "unikraft";

/** What starts an image: the operating system itself, or a tender or virtual machine monitor. */
export type Booter =
  | "process"
  | "solo5-hvt"
  | "solo5-spt"
  | "virtio"
  | "xl"
  | "unikraft-qemu"
  | "unikraft-firecracker";

/** A host the target can be used on. Names are Node's `process.platform` and `process.arch`. */
export interface HostNeeds {
  /** Empty: any system on which opam and mirage work. */
  readonly platforms: readonly NodeJS.Platform[];
  /** Empty: any. */
  readonly architectures: readonly NodeJS.Architecture[];
  /** `required`: nothing boots without /dev/kvm; `faster`: it boots without it, only slower. */
  readonly kvm: "required" | "faster" | "unused";
}

export interface Target {
  readonly id: TargetId;
  readonly label: string;
  readonly family: TargetFamily;
  /** What mirage appends to the unikernel's name; empty for the host's own executables. */
  readonly extension: string;
  /** The dune context the image is compiled in: its folder below `_build`. */
  readonly context: "default" | "solo5" | "unikraft";
  /** `undefined`: this extension can't start it, and `bootSteps` say what the user does. */
  readonly booter: Booter | undefined;
  /** What a user does by hand to boot it, one sentence each. Empty where `booter` is set. */
  readonly bootSteps: readonly string[];
  readonly buildNeeds: { readonly tools: readonly ToolId[]; readonly host: HostNeeds };
  /** One tool of each inner list is enough. */
  readonly bootNeeds: { readonly tools: readonly (readonly ToolId[])[]; readonly host: HostNeeds };
  /** What `opam install` needs beside mirage itself, in the project's switch. */
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

/** The closed table of targets: how each is built, what it gives and who boots it. */
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
    documentation: t("An ordinary program of this computer: the fastest way to try a unikernel."),
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
    documentation: t("As unix; the name mirage uses by default on macOS."),
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
      t("A Muen image runs as a subject of a Muen system, which is assembled as a whole from a policy."),
      t(
        "Add the image as a component to your Muen policy: `solo5-elftool query-manifest` lists its devices.",
      ),
      t("Build the Muen system with it and boot that."),
    ],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    documentation: t("A subject of the Muen separation kernel; booted by a Muen system, not from here."),
  },
  genode: {
    id: "genode",
    label: "Genode",
    family: "solo5",
    extension: ".genode",
    context: "solo5",
    booter: undefined,
    bootSteps: [
      t("A Genode image is a component of a Genode system and is started by its init."),
      t("Add the image to the boot modules of your Genode run script, with a start node for it."),
      t("Route the sessions for the devices that `solo5-elftool query-manifest` lists, and run the script."),
    ],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    documentation: t("A component of the Genode operating system; booted by Genode, not from here."),
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
      t("A Qubes image replaces the kernel of a qube, and only dom0 of a Qubes OS computer can set that."),
      t("Copy the image to dom0, as `vmlinuz` in a folder of /var/lib/qubes/vm-kernels."),
      t(
        "In dom0, choose that folder as the kernel of a qube whose virtualisation mode is PVH, and start the qube.",
      ),
    ],
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    documentation: t("A qube of Qubes OS, such as a firewall; started by Qubes, not from here."),
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
      // Which of the two depends on the architecture the image was built for: the host's.
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

/** Whether the text names a target mirage knows. */
export function isTarget(text: string): text is TargetId {
  return targetIds.some((id) => id === text);
}

/** Whether a unikernel's name can be that of a file: with a slash it would lead out of `dist/`. */
export const isFileName = (name: string): boolean => !/[\\/\0]/.test(name);

/** The image `make build` leaves, relative to the project's root: `dist/hello.hvt`. */
export function artifactOf(target: TargetId, name: string): string {
  return `dist/${name}${targets[target].extension}`;
}

/** The target of an ordinary program on this platform: what mirage builds when no target is given. */
export function hostTarget(platform: NodeJS.Platform): TargetId {
  return platform === "darwin" ? "macosx" : "unix";
}

/** The target of an image by its file's extension; undefined where that is no target's. */
export function targetOfFile(path: string, platform: NodeJS.Platform): TargetId | undefined {
  const extension = extname(path);
  return extension === ""
    ? hostTarget(platform)
    : targetIds.find((id) => targets[id].extension === extension);
}
