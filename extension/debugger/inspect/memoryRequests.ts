import type { DebugProtocol } from "@vscode/debugprotocol";
import { basename } from "node:path";
import { miAddress, miNumber, miString, miTuples } from "../gdb/miRecords.ts";
import type { DebugParts } from "../session/debugTypes.ts";

/** VS Code may request a megabyte at once; servers of remote targets are slow. */
const readLimit = 64 * 1024;
/** Longer than any instruction of x86-64 or arm64, in bytes. */
const instructionBytes = 15n;
/** Functions that are longer are not read from their start for some instructions in their middle. */
const largeFunctionBytes = 16n * 1024n;

/** Answers `readMemory`. What cannot be read is reported as unreadable, which is not an error. */
export async function readMemory(
  { gdb }: DebugParts,
  { memoryReference, offset = 0, count }: DebugProtocol.ReadMemoryArguments,
): Promise<DebugProtocol.ReadMemoryResponse["body"]> {
  const start = BigInt(memoryReference) + BigInt(offset);
  const address = `0x${start.toString(16)}`;
  const length = Math.min(count, readLimit);
  if (start < 0n || length <= 0) return { address, unreadableBytes: count };
  const result = await gdb.send(`-data-read-memory-bytes ${address} ${length}`).catch(() => undefined);
  const [block] = miTuples(result, "memory");
  if (miAddress(block, "begin") !== start) return { address, unreadableBytes: length };
  const bytes = Buffer.from(miString(block, "contents") ?? "", "hex");
  return { address, data: bytes.toString("base64"), unreadableBytes: length - bytes.length };
}

/**
 * Answers `disassemble`. Code before the reference is read from the start of a function, because x86-64 cannot be
 * disassembled backwards; places without an instruction are invalid ones.
 */
export async function disassemble(
  { gdb, program, sources }: DebugParts,
  args: DebugProtocol.DisassembleArguments,
): Promise<DebugProtocol.DisassembleResponse["body"]> {
  const reference = BigInt(args.memoryReference) + BigInt(args.offset ?? 0);
  const skip = args.instructionOffset ?? 0;
  const start = skip < 0 ? startBefore(program, reference, skip) : reference;
  const after = Math.max(0, skip + args.instructionCount);
  const end = reference + BigInt(after) * instructionBytes;
  // gdb shows no source lines at all if the first instruction of a range has none.
  const own = program.functionAt(reference)?.address ?? reference;
  const middle = own > start && own < end ? own : start;
  const code = [...(await readCode(gdb, start, middle)), ...(await readCode(gdb, middle, end))];
  const at = code.findIndex(({ address }) => address === reference);
  const first = (at < 0 ? 0 : at) + skip;
  const instructions = Array.from({ length: args.instructionCount }, (_, index) => {
    const found = code[first + index];
    if (!found) return invalid(code, reference, first + index);
    const path = sources.path(found.fullName);
    return {
      address: `0x${found.address.toString(16)}`,
      instruction: found.text,
      ...(found.symbol !== undefined && { symbol: found.symbol }),
      ...(path !== undefined && { location: { name: basename(path), path }, line: found.line ?? 1 }),
    };
  });
  return { instructions };
}

/** Where to start reading so that `-skip` instructions before the reference are found: at the start of a function. */
function startBefore(program: DebugParts["program"], reference: bigint, skip: number): bigint {
  const wanted = reference + BigInt(skip) * instructionBytes;
  const limit = wanted > 0n ? wanted : 0n;
  // Between functions is padding, and code of C without symbols.
  for (let at = limit; at < reference; at += 16n) {
    const start = program.functionAt(at)?.address;
    if (start !== undefined && limit - start < largeFunctionBytes) return start;
  }
  return program.functionAt(reference)?.address ?? limit;
}

/** A row of the disassembly without an instruction. Its address is not that of another row. */
function invalid(
  code: readonly CodeLine[],
  reference: bigint,
  index: number,
): DebugProtocol.DisassembledInstruction {
  const beside = index < 0 ? code[0] : code.at(-1);
  const address = (beside?.address ?? reference) + BigInt(index < 0 ? index : index - code.length + 1);
  return {
    address: `0x${(address > 0n ? address : 0n).toString(16)}`,
    instruction: "??",
    presentationHint: "invalid",
  };
}

interface CodeLine {
  readonly address: bigint;
  readonly text: string;
  readonly symbol: string | undefined;
  readonly fullName: string | undefined;
  readonly line: number | undefined;
}

/** Disassembles a range; without what cannot be read. */
export async function readCode(
  gdb: DebugParts["gdb"],
  start: bigint,
  end: bigint,
): Promise<readonly CodeLine[]> {
  for (let last = end; last > start; last = start + (last - start) / 2n) {
    // 5: with source lines, in the order of addresses inside of each line.
    const result = await gdb.send(`-data-disassemble -s ${start} -e ${last} -- 5`).catch(() => undefined);
    if (!result) continue;
    const lines = miTuples(result, "asm_insns").flatMap((item) =>
      item["line_asm_insn"] === undefined
        ? [instruction(item, undefined, undefined)]
        : miTuples(item, "line_asm_insn").map((each) =>
            instruction(each, miString(item, "fullname"), miNumber(item, "line")),
          ),
    );
    return lines.filter((line) => line !== undefined).toSorted((a, b) => (a.address < b.address ? -1 : 1));
  }
  return [];
}

function instruction(
  item: Parameters<typeof miAddress>[0],
  fullName: string | undefined,
  line: number | undefined,
): CodeLine | undefined {
  const address = miAddress(item, "address");
  if (address === undefined) return undefined;
  return { address, text: miString(item, "inst") ?? "", symbol: miString(item, "func-name"), fullName, line };
}
