import type { Flow } from "./dataFlow.ts";
import type { FlowState, ValueOrigin } from "./flowState.ts";
import {
  parseInstruction,
  type Instruction,
  type InstructionOperand,
  type ParsedInstruction,
} from "./operands.ts";

/** What a function stores into a closure that it allocates. */
export interface ClosureFields {
  /** The number of parameters of the closure's function. */
  readonly arity: number;
  /** What the captured values are in the function that allocates, by their offset in bytes from the closure. */
  readonly captured: ReadonlyMap<number, ValueOrigin>;
}

interface Store {
  readonly offset: number;
  readonly from: string;
  readonly state: FlowState | undefined;
  /** The constant that the instruction before has loaded. */
  readonly constant: number | undefined;
}

/**
 * Finds where a function allocates the closure of another one, which begins at `address`, and reads what it stores there.
 * The closure has a pointer to code, a word whose highest byte is the arity, for an arity other than 1 the pointer to the
 * function itself, and then the captured values (`runtime/caml/mlvalues.h` since OCaml 4.12). Undefined if the function
 * does not allocate it, or in a way that is not understood.
 */
export function closureFields(
  instructions: readonly Instruction[],
  flow: Flow,
  address: bigint,
): ClosureFields | undefined {
  const parsed = instructions.map(({ text }) => parseInstruction(text));
  const states = instructions.map((each) => flow.before(each.address));
  for (const [at, instruction] of parsed.entries()) {
    const [from, to] = instruction?.name === "mov" ? instruction.operands : [];
    if (from?.kind !== "register" || !from.whole || !isField(to)) continue;
    const origin = states[at]?.values.get(from.name);
    if (origin?.kind !== "address" || origin.address !== address) continue;
    const stores = storesAround(parsed, states, at, to.base);
    const arityAt = (offset: number) => {
      const word = stores.find((store) => store.offset === offset)?.constant;
      const arity = word === undefined ? undefined : Math.floor(word / 2 ** 56) & 0xff;
      // The number of a function that gets the parts of a tuple is negative.
      return arity !== undefined && arity > 127 ? 256 - arity : arity;
    };
    const [after, before] = [arityAt(to.offset + 8), arityAt(to.offset - 8)];
    if (after === 1) return fieldsOf(stores, to.offset, 2, 1);
    if (before !== undefined && before > 1 && before < 128)
      return fieldsOf(stores, to.offset - 16, 3, before);
  }
  return undefined;
}

function fieldsOf(stores: readonly Store[], start: number, header: number, arity: number): ClosureFields {
  const captured = new Map<number, ValueOrigin>();
  for (const { offset, from, state } of stores) {
    const origin = state?.values.get(from);
    if (origin && offset >= start + 8 * header) captured.set(offset - start, origin);
  }
  return { arity, captured };
}

type Field = Extract<InstructionOperand, { kind: "memory" }>;

const isField = (operand: InstructionOperand | undefined): operand is Field =>
  operand?.kind === "memory" && operand.base !== "" && operand.index === "";

/** The stores of registers into a block around one of them, up to a jump, a call or a change of the block's register. */
function storesAround(
  parsed: readonly (ParsedInstruction | undefined)[],
  states: readonly (FlowState | undefined)[],
  at: number,
  base: string,
): readonly Store[] {
  const found: Store[] = [];
  const visit = (index: number): boolean => {
    const instruction = parsed[index];
    if (!instruction || /^(?:j|call|ret)/.test(instruction.name)) return false;
    const [from, to] = instruction.operands;
    const last = instruction.operands.at(-1);
    if (last?.kind === "register" && last.name === base) return false;
    if (instruction.name !== "mov" || from?.kind !== "register" || !from.whole) return true;
    if (!isField(to) || to.base !== base) return true;
    const previous = parsed[index - 1];
    const [value, register] = previous?.name.startsWith("mov") ? previous.operands : [];
    const isLoaded =
      value?.kind === "constant" && register?.kind === "register" && register.name === from.name;
    found.push({
      offset: to.offset,
      from: from.name,
      state: states[index],
      constant: isLoaded ? value.value : undefined,
    });
    return true;
  };
  for (let index = at; index >= 0 && visit(index); index--);
  for (let index = at + 1; index < parsed.length && visit(index); index++);
  return found;
}
