import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { hypervisorOf, ociArchive, ociLayout, unsupportedDevices, type LayoutFile } from "./ociImage.ts";
import { encodeTar } from "./tar.ts";
import { helloUnikernel } from "./testUnikernel.ts";

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

const parse = (content: Uint8Array | undefined): unknown => JSON.parse(Buffer.from(content ?? []).toString());

const fileOf = (layout: readonly LayoutFile[], path: string) =>
  layout.find((file) => file.path === path)?.content;

const blobOf = (layout: readonly LayoutFile[], { digest }: Descriptor) =>
  fileOf(layout, `blobs/${digest.replace(":", "/")}`);

/** The manifest, the configuration and the layer of a layout with one image. */
function partsOf(layout: readonly LayoutFile[]) {
  const index = parse(fileOf(layout, "index.json")) as { readonly manifests: readonly [Descriptor] };
  const manifest = parse(blobOf(layout, index.manifests[0])) as {
    readonly config: Descriptor;
    readonly layers: readonly [Descriptor];
    readonly annotations: Readonly<Record<string, string>>;
  };
  const config = parse(blobOf(layout, manifest.config)) as {
    readonly architecture: string;
    readonly config: { readonly Cmd: readonly string[]; readonly Labels: object };
  };
  return { manifest, config, layer: blobOf(layout, manifest.layers[0]) };
}

describe("An OCI image layout", () => {
  it("refers to each blob by its digest", () => {
    const layout = ociLayout(helloUnikernel);
    const blobs = layout.filter(({ path }) => path.startsWith("blobs/"));
    assert.equal(blobs.length, 3);
    for (const { path, content } of blobs)
      assert.equal(path, `blobs/sha256/${createHash("sha256").update(content).digest("hex")}`);
    assert.deepEqual(parse(fileOf(layout, "oci-layout")), { imageLayoutVersion: "1.0.0" });
  });

  it("has the arguments, urunc's keys and the processor of the image", () => {
    const { manifest, config } = partsOf(ociLayout(helloUnikernel));
    assert.equal(config.architecture, "arm64");
    assert.deepEqual(config.config.Cmd, helloUnikernel.arguments);
    assert.deepEqual(config.config.Labels, manifest.annotations);
    assert.deepEqual(manifest.annotations, {
      "com.urunc.unikernel.binary": "/unikernel/hello.hvt",
      "com.urunc.unikernel.cmdline": String.raw`--logs=*:debug --hello=Hallo\ Welt`,
      "com.urunc.unikernel.hypervisor": "hvt",
      "com.urunc.unikernel.mountRootfs": "false",
      "com.urunc.unikernel.solo5NetDev": "service",
      "com.urunc.unikernel.unikernelType": "mirage",
      "com.urunc.unikernel.useDMBlock": "false",
    });
  });

  it("contains the unikernel and urunc.json with values in base64", () => {
    const { layer } = partsOf(ociLayout(helloUnikernel));
    const tar = Buffer.from(layer ?? []);
    assert.ok(tar.includes(Buffer.from(helloUnikernel.image)));
    assert.ok(tar.includes(`"com.urunc.unikernel.hypervisor":"${Buffer.from("hvt").toString("base64")}"`));
  });

  it("has a command even if the unikernel has no arguments", () => {
    const { config } = partsOf(ociLayout({ ...helloUnikernel, arguments: [] }));
    assert.deepEqual(config.config.Cmd, ["--"]);
  });

  it("is the same for the same unikernel, and different for another one", () => {
    const bytes = () => ociArchive(ociLayout(helloUnikernel));
    assert.deepEqual(bytes(), bytes());
    assert.notDeepEqual(bytes(), ociArchive(ociLayout({ ...helloUnikernel, arguments: [] })));
  });

  it("shortens a file name that a header of tar has no room for", () => {
    const { manifest } = partsOf(ociLayout({ ...helloUnikernel, fileName: `${"ü".repeat(100)}.hvt` }));
    assert.equal(manifest.annotations["com.urunc.unikernel.binary"], "/unikernel/unikernel.hvt");
  });
});

describe("What urunc can start", () => {
  it("are images for hvt, spt and virtio", () => {
    assert.equal(hypervisorOf("virtio"), "qemu");
    assert.equal(hypervisorOf("spt"), "spt");
    assert.equal(hypervisorOf("xen"), undefined);
    assert.equal(hypervisorOf("unix"), undefined);
  });

  it("has at most one device of a kind, with a plain name", () => {
    assert.equal(unsupportedDevices({ networks: ["service"], disks: ["storage"] }), undefined);
    assert.equal(unsupportedDevices({ networks: ["a", "b"], disks: [] }), "count");
    assert.equal(unsupportedDevices({ networks: [], disks: ["my-disk"] }), "name");
  });
});

describe("A tar archive", () => {
  it("has headers with valid checksums and ends with two empty blocks", () => {
    const tar = encodeTar([
      { path: "a/", mode: 0o755 },
      { path: "a/b", mode: 0o644, content: Buffer.from("x") },
    ]);
    assert.equal(tar.length, 5 * 512);
    for (const at of [0, 512]) {
      const header = Uint8Array.from(tar.subarray(at, at + 512)).fill(0x20, 148, 156);
      const stated = Number.parseInt(tar.toString("latin1", at + 148, at + 154), 8);
      assert.equal(
        stated,
        header.reduce((sum, byte) => sum + byte, 0),
      );
    }
    assert.ok(tar.subarray(3 * 512).every((byte) => byte === 0));
  });

  it("rejects a path that its header has no room for", () => {
    assert.throws(() => encodeTar([{ path: "x".repeat(101), mode: 0o644 }]), RangeError);
  });
});
