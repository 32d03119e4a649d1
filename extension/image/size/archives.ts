import type { ByteSource } from "../elf.ts";

/** A static library: what it consists of, and what its C code defines. */
export interface Archive {
  /** The names of its object files, such as `lwt.o`. */
  readonly members: readonly string[];
  /** The member that defines each global symbol of C. */
  readonly symbols: ReadonlyMap<string, string>;
}

const magic = "!<arch>\n";
const headerBytes = 60;
const memberLimit = 20_000;
/** Bytes of an index. That of the runtime of OCaml has 100 KB. */
const indexLimit = 16 << 20;

/**
 * Reads the names and the symbol index of a static library in the format of GNU ar (`ar(5)`; "Archive file
 * format" in the documentation of binutils). Undefined for other files. Reads what it can of a damaged one.
 */
export async function readArchive(source: ByteSource): Promise<Archive | undefined> {
  if ((await source.read(0, magic.length)).toString("latin1") !== magic) return undefined;
  const members = new Map<number, string>();
  let index: Buffer = Buffer.alloc(0);
  let longNames = "";
  for (let at = magic.length; at + headerBytes <= source.size && members.size < memberLimit;) {
    // oxlint-disable-next-line no-await-in-loop -- A header says where the next one is.
    const header = await source.read(at, headerBytes);
    const bytes = Number(header.toString("latin1", 48, 58).trim());
    if (header.toString("latin1", 58, 60) !== "`\n" || !Number.isSafeInteger(bytes) || bytes < 0) break;
    const name = header.toString("latin1", 0, 16).trimEnd();
    const content = at + headerBytes;
    // oxlint-disable-next-line no-await-in-loop -- As above.
    if (name === "/") index = await source.read(content, Math.min(bytes, indexLimit));
    else if (name === "//")
      // oxlint-disable-next-line no-await-in-loop -- As above.
      longNames = (await source.read(content, Math.min(bytes, indexLimit))).toString("latin1");
    else members.set(at, memberName(name, longNames));
    at = content + bytes + (bytes % 2);
  }
  return { members: [...members.values()], symbols: definedSymbols(index, members) };
}

/** `name/`, or `/123` for a name that starts at this offset of the table of long names. */
function memberName(name: string, longNames: string): string {
  const offset = /^\/(\d+)$/.exec(name)?.[1];
  if (offset === undefined) return name.replace(/\/$/, "");
  const start = Number(offset);
  const end = longNames.indexOf("/\n", start);
  return longNames.slice(start, end < 0 ? undefined : end).slice(0, 256);
}

/** The index has the number of symbols, the offset of the member of each, and their names. */
function definedSymbols(index: Buffer, members: ReadonlyMap<number, string>): ReadonlyMap<string, string> {
  const symbols = new Map<string, string>();
  const count = index.length < 4 ? 0 : index.readUInt32BE(0);
  const namesAt = 4 + 4 * count;
  if (namesAt > index.length) return symbols;
  const names = index.toString("latin1", namesAt).split("\0");
  for (let each = 0; each < count; each++) {
    const member = members.get(index.readUInt32BE(4 + 4 * each));
    const name = names[each];
    // Those of OCaml are found by their unit, and are a hundred times more.
    if (member === undefined || name === undefined || /^caml[A-Z]/.test(name)) continue;
    if (!symbols.has(name)) symbols.set(name, member);
  }
  return symbols;
}
