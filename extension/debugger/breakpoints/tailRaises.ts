import type { GdbClient } from "../gdb/gdbClient.ts";
import { miAddress, miString, miTuples } from "../gdb/miRecords.ts";
import type { Program, ProgramFunction } from "../program/program.ts";

/** The functions of Stdlib with which users raise, and the exceptions. */
export const failFunctions = { failwith: "Failure", invalid_arg: "Invalid_argument" } as const;
export type FailException = (typeof failFunctions)[keyof typeof failFunctions];

/** Where a function ends with a call of `failwith` or `invalid_arg`. */
export interface TailRaise {
  /** Of the jump. The message is in rax there. */
  readonly address: bigint;
  readonly exception: FailException;
}

/** The first byte of a jump with a relative address of 32 bits (x86-64). */
const jump = 0xe9;
const jumpBytes = 5;

/** The functions of an image that are called like one of Stdlib. */
export const linkedFail = (program: Program, name: string): readonly ProgramFunction[] =>
  program.linkedAs(new RegExp(`^camlStdlib(?:__|[.$])${name}_\\d+$`));

/**
 * Finds the last calls of functions, which are jumps: the function that raises is not on the stack then. An example is
 * the end of an Lwt callback, `fun () -> failwith "no route"`.
 */
export async function tailRaises(
  gdb: GdbClient,
  program: Program,
  functions: readonly ProgramFunction[],
): Promise<readonly TailRaise[]> {
  const targets = new Map(
    Object.entries(failFunctions).flatMap(([name, exception]) =>
      linkedFail(program, name).map(({ address }) => [address, exception] as const),
    ),
  );
  if (targets.size === 0) return [];
  const found: TailRaise[] = [];
  for (const each of functions) {
    const code = program.code(each);
    const possible = code ? jumps(code, each.address).filter(({ target }) => targets.has(target)) : [];
    if (possible.length === 0) continue;
    // The bytes of a jump can also be those of another instruction.
    const starts = await jumpStarts(gdb, each);
    for (const { address, target } of possible) {
      const exception = targets.get(target);
      if (exception !== undefined && starts.has(address)) found.push({ address, exception });
    }
  }
  return found;
}

function jumps(code: Uint8Array, address: bigint): readonly { address: bigint; target: bigint }[] {
  const bytes = Buffer.from(code.buffer, code.byteOffset, code.byteLength);
  const found: { address: bigint; target: bigint }[] = [];
  for (
    let at = bytes.indexOf(jump);
    at >= 0 && at + jumpBytes <= bytes.length;
    at = bytes.indexOf(jump, at + 1)
  ) {
    const start = address + BigInt(at);
    found.push({ address: start, target: start + BigInt(jumpBytes + bytes.readInt32LE(at + 1)) });
  }
  return found;
}

async function jumpStarts(gdb: GdbClient, { address, bytes }: ProgramFunction): Promise<ReadonlySet<bigint>> {
  const end = address + BigInt(bytes);
  const code = await gdb.send(`-data-disassemble -s ${address} -e ${end} -- 0`).catch(() => undefined);
  const starts = miTuples(code, "asm_insns").filter((each) => miString(each, "inst")?.startsWith("jmp"));
  return new Set(starts.map((each) => miAddress(each, "address")).filter((each) => each !== undefined));
}
