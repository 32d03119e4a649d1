import { extname } from "node:path";
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

/** A target of mirage, and how its images are named and started. */
export interface Target {
  readonly id: TargetId;
  readonly label: string;
  readonly family: TargetFamily;
  /** The file extension of its images; empty for executables of the host. */
  readonly extension: string;
  /** The dune context in which the image is compiled, a folder below `_build`. */
  readonly context: "default" | "solo5" | "unikraft";
  /** Undefined if this extension can't boot the image; then `targetDetails` has instructions. */
  readonly booter: Booter | undefined;
}

/** All targets. */
export const targets: Readonly<Record<TargetId, Target>> = {
  unix: {
    id: "unix",
    label: t("Unix process"),
    family: "unix",
    extension: "",
    context: "default",
    booter: "process",
  },
  macosx: {
    id: "macosx",
    label: t("macOS process"),
    family: "unix",
    extension: "",
    context: "default",
    booter: "process",
  },
  hvt: {
    id: "hvt",
    label: "Solo5 hvt",
    family: "solo5",
    extension: ".hvt",
    context: "solo5",
    booter: "solo5-hvt",
  },
  spt: {
    id: "spt",
    label: "Solo5 spt",
    family: "solo5",
    extension: ".spt",
    context: "solo5",
    booter: "solo5-spt",
  },
  virtio: {
    id: "virtio",
    label: "Solo5 virtio",
    family: "solo5",
    extension: ".virtio",
    context: "solo5",
    booter: "virtio",
  },
  muen: {
    id: "muen",
    label: "Muen",
    family: "solo5",
    extension: ".muen",
    context: "solo5",
    booter: undefined,
  },
  genode: {
    id: "genode",
    label: "Genode",
    family: "solo5",
    extension: ".genode",
    context: "solo5",
    booter: undefined,
  },
  xen: {
    id: "xen",
    label: "Xen PVH",
    family: "xen",
    extension: ".xen",
    context: "solo5",
    booter: "xl",
  },
  qubes: {
    id: "qubes",
    label: "Qubes OS",
    family: "xen",
    extension: ".xen",
    context: "solo5",
    booter: undefined,
  },
  "unikraft-qemu": {
    id: "unikraft-qemu",
    label: t("Unikraft on QEMU"),
    family: "unikraft",
    extension: ".qemu",
    context: "unikraft",
    booter: "unikraft-qemu",
  },
  "unikraft-firecracker": {
    id: "unikraft-firecracker",
    label: t("Unikraft on Firecracker"),
    family: "unikraft",
    extension: ".fc",
    context: "unikraft",
    booter: "unikraft-firecracker",
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
