import { t } from "../protocol/l10n.ts";
import type { TargetId } from "./targets.ts";
import type { ToolId } from "./toolId.ts";

/** The hosts that a target supports. Names are those of Node's `process.platform` and `process.arch`. */
export interface HostNeeds {
  /** Empty: any system on which opam and mirage work. */
  readonly platforms: readonly NodeJS.Platform[];
  /** Empty: any. */
  readonly architectures: readonly NodeJS.Architecture[];
  /** `required`: does not boot without /dev/kvm; `faster`: boots more slowly without it. */
  readonly kvm: "required" | "faster" | "unused";
}

/** What a target needs, and what the user reads about it. Not in `targets.ts`, which is loaded at start. */
export interface TargetDetails {
  /** One line. */
  readonly documentation: string;
  readonly buildNeeds: { readonly tools: readonly ToolId[]; readonly host: HostNeeds };
  /** One tool of each inner list is required. */
  readonly bootNeeds: { readonly tools: readonly (readonly ToolId[])[]; readonly host: HostNeeds };
  /** The packages to install in the project's switch in addition to mirage. */
  readonly opamPackages: readonly string[];
  /** Instructions for booting the image manually, one sentence each. Empty if the target has a booter. */
  readonly bootSteps: readonly string[];
}

const common: readonly ToolId[] = ["mirage", "opam", "opam-monorepo", "dune", "ocaml", "make"];
const macHost: HostNeeds = { platforms: ["darwin"], architectures: [], kvm: "unused" };
const anyHost: HostNeeds = { platforms: [], architectures: [], kvm: "unused" };

// From the `available` field of ocaml-solo5.opam (1.3.2), without DragonFly, which Node does not know.
const solo5Build: TargetDetails["buildNeeds"] = {
  tools: [...common, "ocaml-solo5", "solo5-elftool"],
  host: {
    platforms: ["linux", "freebsd", "openbsd"],
    architectures: ["x64", "arm64"],
    kvm: "unused",
  },
};
const solo5Packages = ["ocaml-solo5", "solo5"];

const unikraftBuild: TargetDetails["buildNeeds"] = {
  tools: [...common, "ocaml-unikraft"],
  host: { platforms: ["linux"], architectures: ["x64", "arm64"], kvm: "unused" },
};

/** The details of all targets. */
export const targetDetails: Readonly<Record<TargetId, TargetDetails>> = {
  unix: {
    documentation: t("An ordinary program on this computer: the fastest way to try a unikernel."),
    buildNeeds: { tools: common, host: anyHost },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: [],
    bootSteps: [],
  },
  macosx: {
    documentation: t("The same as unix, and the default target on macOS."),
    buildNeeds: { tools: common, host: macHost },
    bootNeeds: { tools: [], host: macHost },
    opamPackages: [],
    bootSteps: [],
  },
  hvt: {
    documentation: t("A small virtual machine under KVM, FreeBSD vmm or OpenBSD vmm, with gdb support."),
    buildNeeds: solo5Build,
    bootNeeds: {
      tools: [["solo5-hvt"]],
      host: { platforms: ["linux", "freebsd", "openbsd"], architectures: ["x64", "arm64"], kvm: "required" },
    },
    opamPackages: solo5Packages,
    bootSteps: [],
  },
  spt: {
    documentation: t("A Linux process that seccomp confines to a handful of system calls; needs no KVM."),
    buildNeeds: solo5Build,
    bootNeeds: {
      tools: [["solo5-spt"]],
      host: { platforms: ["linux"], architectures: ["x64", "arm64"], kvm: "unused" },
    },
    opamPackages: solo5Packages,
    bootSteps: [],
  },
  virtio: {
    documentation: t("A virtual machine with virtio devices: QEMU, FreeBSD bhyve, Google Compute Engine."),
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: {
      tools: [["qemu-system-x86_64", "solo5-virtio-run"]],
      host: { platforms: [], architectures: ["x64"], kvm: "faster" },
    },
    opamPackages: solo5Packages,
    bootSteps: [],
  },
  muen: {
    documentation: t(
      "A subject of the Muen separation kernel. It is booted by a Muen system, not from VS Code.",
    ),
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    bootSteps: [
      t("A Muen image runs as a subject of a Muen system, which is built as a whole from a policy."),
      t(
        "Add the image as a component to your Muen policy: `solo5-elftool query-manifest` lists its devices.",
      ),
      t("Build the Muen system and boot it."),
    ],
  },
  genode: {
    documentation: t(
      "A component of the Genode operating system. It is started by Genode, not from VS Code.",
    ),
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    bootSteps: [
      t("A Genode image is a component of a Genode system, whose init starts it."),
      t("Add the image to the boot modules of your Genode run script, with a start node for it."),
      t("Route the sessions for the devices that `solo5-elftool query-manifest` lists, and run the script."),
    ],
  },
  xen: {
    documentation: t("A PVH guest of the Xen hypervisor, started with xl on a Xen host (dom0)."),
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: {
      tools: [["xl"]],
      host: { platforms: ["linux"], architectures: ["x64"], kvm: "unused" },
    },
    opamPackages: solo5Packages,
    bootSteps: [],
  },
  qubes: {
    documentation: t("A qube of Qubes OS, such as a firewall. It is started by Qubes OS, not from VS Code."),
    buildNeeds: { ...solo5Build, host: { ...solo5Build.host, architectures: ["x64"] } },
    bootNeeds: { tools: [], host: anyHost },
    opamPackages: solo5Packages,
    bootSteps: [
      t("A Qubes image replaces the kernel of a qube. Only dom0 of a Qubes OS computer can set a kernel."),
      t("Copy the image to dom0, as `vmlinuz` in a folder of /var/lib/qubes/vm-kernels."),
      t(
        "In dom0, choose that folder as the kernel of a qube whose virtualization mode is PVH, and start the qube.",
      ),
    ],
  },
  "unikraft-qemu": {
    documentation: t("A Unikraft virtual machine for QEMU, with virtio devices."),
    buildNeeds: unikraftBuild,
    bootNeeds: {
      // The image is built for the host's architecture, which determines the program.
      tools: [["qemu-system-x86_64", "qemu-system-aarch64"]],
      host: { platforms: [], architectures: ["x64", "arm64"], kvm: "faster" },
    },
    opamPackages: ["ocaml-unikraft", "ocaml-unikraft-backend-qemu"],
    bootSteps: [],
  },
  "unikraft-firecracker": {
    documentation: t("A Unikraft micro virtual machine for Firecracker; needs KVM."),
    buildNeeds: unikraftBuild,
    bootNeeds: {
      tools: [["firecracker"]],
      host: { platforms: ["linux"], architectures: ["x64", "arm64"], kvm: "required" },
    },
    opamPackages: ["ocaml-unikraft", "ocaml-unikraft-backend-firecracker"],
    bootSteps: [],
  },
};
