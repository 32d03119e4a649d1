import type { FrameTable } from "../frameTable.ts";
import { isRegister } from "./flowState.ts";
import type { Instruction, ParsedInstruction } from "./operands.ts";

/** Where a function allocates one or several blocks at once in the minor heap. */
export interface AllocationPoint {
  /** The return address of the call to the collector, whose frame describes the blocks. */
  readonly point: bigint;
  /** The first instruction after which all fields of the blocks have their values. */
  readonly readyAt: bigint;
}

/**
 * Finds the code `sub $size,%r15; cmp …,%r15; jb collect; lea 0x8(%r15),register` and keys it by the address of its last
 * instruction. The compiler joins the allocations of a basic block, so that all fields are written before it ends.
 */
export function allocationPoints(
  instructions: readonly Instruction[],
  parsedAt: (address: bigint) => ParsedInstruction | undefined,
  frames: FrameTable,
): ReadonlyMap<bigint, AllocationPoint> {
  const found = new Map<bigint, AllocationPoint>();
  const indices = new Map(instructions.map(({ address }, index) => [address, index]));
  const at = (index: number) => {
    const instruction = instructions[index];
    return instruction && parsedAt(instruction.address);
  };
  for (const [index, { address }] of instructions.entries()) {
    const [sub, compare, jump, lea] = [at(index - 3), at(index - 2), at(index - 1), at(index)];
    const [base, register] = lea?.name === "lea" ? lea.operands : [];
    const isBlock = base?.kind === "memory" && base.base === "r15" && base.index === "" && base.offset === 8;
    if (!isBlock || register?.kind !== "register" || sub?.name !== "sub" || compare?.name !== "cmp") continue;
    const [target] = jump?.operands ?? [];
    if (
      !isRegister(sub.operands[1], "r15") ||
      target?.kind !== "address" ||
      !/^jn?[abc]/.test(jump?.name ?? "")
    )
      continue;
    const collect = indices.get(target.address);
    const call = collect === undefined ? undefined : instructions[collect];
    const point = collect === undefined ? undefined : instructions[collect + 1]?.address;
    if (!/^callq?\s.*<caml_call_gc(?:@plt)?>/.test(call?.text ?? "") || point === undefined) continue;
    if (frames.find(point)?.allocates !== true) continue;
    let last = index;
    for (let each = index + 1; each < instructions.length; each++) {
      const { name, operands } = at(each) ?? { name: "call", operands: [] };
      if (/^(?:j|call|ret|hlt|ud)/.test(name) || isRegister(operands.at(-1), "r15")) break;
      if (operands.at(-1)?.kind === "memory") last = each;
    }
    const readyAt = instructions[last + 1]?.address;
    if (readyAt !== undefined) found.set(address, { point, readyAt });
  }
  return found;
}
