import type { Memory } from "../memory.ts";
import type { Instruction } from "./operands.ts";

const maxTable = 1024;

/** The targets of each table of jumps of the function: offsets from the table that lead into the function. */
export async function readJumpTables(
  instructions: readonly Instruction[],
  memory: Memory,
): Promise<ReadonlyMap<bigint, readonly bigint[]>> {
  const found = new Map<bigint, readonly bigint[]>();
  const inside = new Set(instructions.map(({ address }) => address));
  for (const [index, { text }] of instructions.entries()) {
    if (!/^jmpq?\s+\*%/.test(text)) continue;
    // The table's address is loaded shortly before.
    const loads = instructions.slice(Math.max(0, index - 6), index);
    for (const load of loads) {
      const table = /^lea\s.*\(%rip\).*#\s*(0x[0-9a-f]+)/.exec(load.text)?.[1];
      if (table === undefined) continue;
      const targets = await readTable(memory, BigInt(table), inside);
      if (targets) found.set(BigInt(table), targets);
    }
  }
  return found;
}

/** Reads entries as long as they lead into the function, which may be more than the table has. */
async function readTable(
  memory: Memory,
  table: bigint,
  inside: ReadonlySet<bigint>,
): Promise<readonly bigint[] | undefined> {
  const targets: bigint[] = [];
  for (let at = 0; at < maxTable; at += 64) {
    const bytes = await memory.read(table + BigInt(at * 4), 256).catch(() => undefined);
    if (!bytes) return undefined;
    const entries = Buffer.from(bytes);
    for (let index = 0; index < 64; index++) {
      const target = table + BigInt(entries.readInt32LE(index * 4));
      if (!inside.has(target)) return targets;
      targets.push(target);
    }
  }
  return undefined;
}
