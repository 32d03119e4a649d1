/** A file or folder of a tar archive. */
export interface TarEntry {
  /** With slashes, at most 100 bytes of UTF-8; a folder's ends with a slash. */
  readonly path: string;
  /** Permissions, such as `0o644`. */
  readonly mode: number;
  /** The content of a file; `undefined` for a folder. */
  readonly content?: Uint8Array;
}

const blockBytes = 512;
const maxNameBytes = 100;

/**
 * Encodes a tar archive in the format ustar (POSIX.1-1988, `pax(1)`), owned by root, with all times 0. The same
 * entries always result in the same bytes. Throws a RangeError if a path is too long.
 */
export function encodeTar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? new Uint8Array();
    return [header(entry, content.length), content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

const padding = (length: number): number => (blockBytes - (length % blockBytes)) % blockBytes;

function header({ path, mode, content }: TarEntry, size: number): Buffer {
  const name = Buffer.from(path);
  if (name.length > maxNameBytes) throw new RangeError(`path: ${path}`);
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  block.set(name, 0);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.fill(" ", 148, 156);
  block.write(content ? "0" : "5", 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
