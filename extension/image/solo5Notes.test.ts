import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseImage, readImage, type Device, type ImageFile } from "./solo5Notes.ts";
import { abiContent, abiNumbers, elfFile, manifestContent, solo5Image, solo5Note } from "./testImage.ts";

const recordings = new URL("../../test-workspace/recordings/mirage-4.11.1/runtime/elftool/", import.meta.url);
const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`${name}.stdout`, recordings), "utf8"));

/** The output of solo5-elftool for the same image. */
const asElftool = (image: ImageFile) =>
  image.kind === "solo5"
    ? {
        abi: { type: "solo5.abi", ...image.abi },
        manifest: { type: "solo5.manifest", version: 1, devices: image.devices },
      }
    : image;

function inMemory(bytes: Buffer) {
  const reads: number[] = [];
  return {
    reads,
    size: bytes.length,
    read: (offset: number, length: number) => {
      reads.push(length);
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}
const imageOf = (bytes: Buffer) => parseImage(inMemory(bytes));

const net = (name: string): Device => ({ name, type: "NET_BASIC" });
const abi = solo5Note(0x31494241, abiContent(abiNumbers.hvt));
const noDevices = solo5Note(0x3154464d, manifestContent([]));

describe("readImage", () => {
  it("returns the same as solo5-elftool prints", async () => {
    const disk: Device = { name: "storage", type: "BLOCK_BASIC" };
    for (const [name, devices] of [
      ["hvt", []],
      ["test_net", [net("service0")]],
      ["test_net_2if", [net("service0"), net("service1")]],
      ["test_blk", [disk]],
      ["test_mft_maxdevices", Array.from({ length: 63 }, (_, i) => ({ ...disk, name: `storage${i}` }))],
    ] as const) {
      assert.deepEqual(
        asElftool(await imageOf(solo5Image("hvt", devices))),
        { abi: recorded("query-abi-hvt"), manifest: recorded(`query-manifest-${name}`) },
        name,
      );
    }
    const muen = await imageOf(solo5Image("muen", [], 4));
    const xen = await imageOf(solo5Image("xen", [], 1));
    assert.ok(muen.kind === "solo5" && xen.kind === "solo5");
    assert.deepEqual({ type: "solo5.abi", ...muen.abi }, recorded("query-abi-muen"));
    assert.deepEqual({ type: "solo5.abi", ...xen.abi }, recorded("query-abi-xen"));
  });

  it("skips notes of other owners, and reads two notes in one segment", async () => {
    const other = solo5Note(1, Buffer.alloc(4));
    other.write("OpenBS", 12, "latin1");
    const found = await imageOf(elfFile([other, Buffer.concat([abi, noDevices])]));
    assert.deepEqual(found, { kind: "solo5", abi: { target: "hvt", version: 2 }, devices: [] });
  });

  it("reads a few kilobytes of a large file", async () => {
    const source = inMemory(Buffer.concat([solo5Image("spt", [net("service")]), Buffer.alloc(20_000_000)]));
    assert.equal((await parseImage(source)).kind, "solo5");
    assert.ok(source.reads.reduce((sum, bytes) => sum + bytes, 0) < 4096, `read ${source.reads.join()}`);
  });

  it("distinguishes files that are not Solo5 images", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mirageos-image-"));
    try {
      const path = join(folder, "image");
      const written = async (bytes: Buffer | string) => {
        await writeFile(path, bytes);
        return readImage(path);
      };
      assert.deepEqual(await readImage(join(folder, "none")), { kind: "missing" });
      assert.equal((await readImage(folder)).kind, "unreadable");
      assert.deepEqual(await written(""), { kind: "notElf" });
      assert.deepEqual(await written("open Mirage\n"), { kind: "notElf" });
      assert.deepEqual(await written(elfFile([])), { kind: "elf", machine: 62 });
      const narrow = elfFile([]);
      narrow[4] = 1;
      assert.deepEqual(await written(narrow), {
        kind: "unsupported",
        reason: "it is not a 64-bit ELF file",
      });
      assert.equal((await written(solo5Image("hvt", []))).kind, "solo5");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("reports an image as truncated wherever it ends before the end of its notes", async () => {
    const image = solo5Image("hvt", [net("service")]);
    for (let bytes = 4; bytes < image.length; bytes++) {
      assert.equal((await imageOf(image.subarray(0, bytes))).kind, "truncated", `after ${bytes} bytes`);
    }
  });

  it("reports what is wrong with inconsistent notes", async () => {
    const reason = async (...notes: Buffer[]) => {
      const image = await imageOf(elfFile(notes));
      return image.kind === "badNotes" ? image.reason : image.kind;
    };
    const changed = (at: number, value: number) => {
      const content = manifestContent([net("service")]);
      content.writeUInt32LE(value, at);
      return solo5Note(0x3154464d, content);
    };
    assert.match(await reason(abi), /only one/);
    assert.match(await reason(abi, changed(4, 2)), /version 2/);
    assert.match(await reason(abi, changed(8, 4_000_000_000)), /4000000000 entries/);
    assert.match(await reason(abi, changed(12 + 68, 1)), /reserved/);
    assert.match(await reason(abi, changed(12 + 104 + 68, 9)), /unknown type 9/);
    assert.match(await reason(solo5Note(0x31494241, Buffer.alloc(2)), noDevices), /ABI/);
  });

  it("reads 63 devices, the maximum of a manifest, and refuses 64", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => net(`net${index}`));
    const full = await imageOf(solo5Image("hvt", many(63)));
    assert.equal(full.kind === "solo5" && full.devices.length, 63);
    const over = await imageOf(solo5Image("hvt", many(64)));
    assert.match(over.kind === "badNotes" ? over.reason : over.kind, /65 entries/);
  });

  it("returns a result for any bytes", async () => {
    const image = solo5Image("hvt", [net("service")]);
    const damage = fc.array(fc.tuple(fc.nat(image.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(image.length), async (changes, cut) => {
        const bytes = Buffer.from(image);
        for (const [at, value] of changes) bytes[at] = value;
        assert.ok((await imageOf(bytes)).kind.length > 0);
        assert.ok((await imageOf(bytes.subarray(0, cut))).kind.length > 0);
      }),
    );
    const any = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        const head = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, ...bytes]);
        assert.ok((await imageOf(head)).kind.length > 0);
      }),
    );
  });
});
