/** Makes ELF files for tests with the layout of Solo5's linker scripts: one PT_NOTE segment per note. */
import type { Device } from "./solo5Notes.ts";

export const abiNumbers = { hvt: 1, spt: 2, virtio: 3, muen: 4, genode: 5, xen: 6 } as const;

const deviceNumbers = { BLOCK_BASIC: 1, NET_BASIC: 2 } as const;

/** A note with the owner `Solo5`. */
export function solo5Note(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(6, 0);
  head.writeUInt32LE(content.length, 4);
  head.writeUInt32LE(type, 8);
  head.write("Solo5", 12, "latin1");
  return Buffer.concat([head, content]);
}

/** The content of an ABI1 note. */
export function abiContent(target: number, version = 2): Buffer {
  const content = Buffer.alloc(16);
  content.writeUInt32LE(target, 0);
  content.writeUInt32LE(version, 4);
  return content;
}

/** The content of an MFT1 note, including the reserved first entry. */
export function manifestContent(devices: readonly Device[]): Buffer {
  const content = Buffer.alloc(12 + (devices.length + 1) * 104);
  content.writeUInt32LE(1, 4);
  content.writeUInt32LE(devices.length + 1, 8);
  content.writeUInt32LE(2 ** 30, 12 + 68);
  for (const [index, { name, type }] of devices.entries()) {
    const at = 12 + (index + 1) * 104;
    content.write(name, at, "latin1");
    content.writeUInt32LE(deviceNumbers[type], at + 68);
  }
  return content;
}

/** An x86-64 ELF file with one segment of code, followed by these segments of notes. */
export function elfFile(notes: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(0x100000n, 24);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(notes.length + 1, 56);
  let end = 64 + 56 * (notes.length + 1);
  const segments = [Buffer.alloc(16, 0xf4), ...notes].map((content, index) => {
    const segment = Buffer.alloc(56);
    segment.writeUInt32LE(index === 0 ? 1 : 4, 0);
    segment.writeBigUInt64LE(BigInt(end), 8);
    segment.writeBigUInt64LE(BigInt(content.length), 32);
    end += content.length;
    return segment;
  });
  return Buffer.concat([header, ...segments, Buffer.alloc(16, 0xf4), ...notes]);
}

/** An image as linked by Solo5. */
export function solo5Image(
  target: keyof typeof abiNumbers,
  devices: readonly Device[],
  version?: number,
): Buffer {
  return elfFile([
    solo5Note(0x3154464d, manifestContent(devices)),
    solo5Note(0x31494241, abiContent(abiNumbers[target], version)),
  ]);
}
