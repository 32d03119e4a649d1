import { createHash } from "node:crypto";
import type { TargetId } from "../mirage/targets.ts";
import { encodeTar, type TarEntry } from "./tar.ts";

/** A built unikernel as it is put into a container image. */
export interface OciUnikernel {
  /** The file's name, such as `hello.hvt`. */
  readonly fileName: string;
  readonly image: Uint8Array;
  readonly hypervisor: Hypervisor;
  /** The boot arguments, each escaped for the guest. */
  readonly arguments: readonly string[];
  /** The names of its devices, as its Solo5 manifest declares them. */
  readonly networks: readonly string[];
  readonly disks: readonly string[];
  /** The name of the image in the layout, such as `latest`. */
  readonly tag: string;
}

/** The monitors with which urunc starts unikernels of the type `mirage`. */
export type Hypervisor = "hvt" | "spt" | "qemu";

/** The monitor of urunc for a target; `undefined` if urunc can't start its images. */
export function hypervisorOf(target: TargetId): Hypervisor | undefined {
  if (target === "hvt" || target === "spt") return target;
  return target === "virtio" ? "qemu" : undefined;
}

/** A file of an OCI image layout. */
export interface LayoutFile {
  /** Relative to the layout, with slashes. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** The device names that urunc accepts in its annotations, and those that it uses without them. */
const deviceName = /^[A-Za-z0-9]{1,67}$/;

/** Why urunc can't start a unikernel with these devices; `undefined` if it can. */
export function unsupportedDevices({
  networks,
  disks,
}: Pick<OciUnikernel, "networks" | "disks">): "count" | "name" | undefined {
  if (networks.length > 1 || disks.length > 1) return "count";
  return [...networks, ...disks].every((name) => deviceName.test(name)) ? undefined : "name";
}

/**
 * The files of an OCI image layout (OCI Image Format Specification 1.0, `image-layout.md`) with one image: a layer with
 * the unikernel and `urunc.json`, and urunc's annotations (its `pkg/unikontainers/config.go`). The same unikernel
 * always results in the same bytes: all times are 0, and no name of this computer is used.
 */
export function ociLayout(unikernel: OciUnikernel): readonly LayoutFile[] {
  const annotations = uruncAnnotations(unikernel);
  const layer = encodeTar(rootFilesystem(unikernel, annotations));
  const config = json({
    created: "1970-01-01T00:00:00Z",
    architecture: architectureOf(unikernel.image),
    os: "linux",
    // Container engines refuse an image without any command. The guest ignores a `--` without words behind it.
    config: { Cmd: unikernel.arguments.length > 0 ? unikernel.arguments : ["--"], Labels: annotations },
    rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "MirageOS" }],
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
    annotations,
  });
  const index = json({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      {
        ...descriptor(manifestType, manifest),
        annotations: { "org.opencontainers.image.ref.name": unikernel.tag },
      },
    ],
  });
  const blobs = [layer, config, manifest].map((content) => ({ path: blobPath(content), content }));
  return [
    { path: "oci-layout", content: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", content: index },
    ...blobs,
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The layout as one tar archive, as `skopeo` and `podman load` read it (transport `oci-archive`). */
export function ociArchive(layout: readonly LayoutFile[]): Buffer {
  return encodeTar([
    folder("blobs/"),
    folder("blobs/sha256/"),
    ...layout.map(({ path, content }): TarEntry => ({ path, mode: 0o644, content })),
  ]);
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";

function uruncAnnotations(unikernel: OciUnikernel): Readonly<Record<string, string>> {
  const [network] = unikernel.networks;
  const [disk] = unikernel.disks;
  const annotations: Record<string, string> = {
    binary: pathInImage(unikernel),
    cmdline: unikernel.arguments.join(" "),
    hypervisor: unikernel.hypervisor,
    // The unikernel has a disk of its own or none: the container's file system is not one.
    mountRootfs: "false",
    ...(disk !== undefined && { solo5BlkDev: disk }),
    ...(network !== undefined && { solo5NetDev: network }),
    unikernelType: "mirage",
    unikernelVersion: "",
    useDMBlock: "false",
  };
  return Object.fromEntries(
    Object.entries(annotations)
      .filter(([, value]) => value !== "")
      .map(([key, value]) => [`com.urunc.unikernel.${key}`, value]),
  );
}

/** The name of the file can be 255 bytes long, which a header of tar has no room for. */
function pathInImage({ fileName, hypervisor }: OciUnikernel): string {
  const short = Buffer.byteLength(fileName) > 80 ? `unikernel.${hypervisor}` : fileName;
  return `/unikernel/${short}`;
}

/** `urunc.json` has the annotations with values in base64, because not every engine passes annotations on. */
function rootFilesystem(
  unikernel: OciUnikernel,
  annotations: Readonly<Record<string, string>>,
): readonly TarEntry[] {
  const encoded = Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  return [
    folder("unikernel/"),
    { path: pathInImage(unikernel).slice(1), mode: 0o755, content: unikernel.image },
    { path: "urunc.json", mode: 0o644, content: json(encoded) },
  ];
}

const folder = (path: string): TarEntry => ({ path, mode: 0o755 });

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const hashOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

const digestOf = (content: Uint8Array): string => `sha256:${hashOf(content)}`;

const blobPath = (content: Uint8Array): string => `blobs/sha256/${hashOf(content)}`;

const descriptor = (mediaType: string, content: Uint8Array) => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

/** By `e_machine` of the ELF header (System V ABI). */
const architectures: Readonly<Record<number, string>> = {
  0x15: "ppc64le",
  0x3e: "amd64",
  0xb7: "arm64",
  0xf3: "riscv64",
};

/** The name of the processor in the words of Go, which the specification requires. */
function architectureOf(image: Uint8Array): string {
  return architectures[(image[18] ?? 0) + 256 * (image[19] ?? 0)] ?? "amd64";
}
