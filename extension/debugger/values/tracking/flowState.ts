import type { InstructionOperand, ParsedInstruction } from "./operands.ts";

/**
 * What a place holds: a parameter by its position, the closure that is the last parameter, a value that is captured in it
 * by its offset in bytes, the result of a call by its return address, a block that was allocated at a point by its offset in bytes
 * from the first one there, what a field of one of these was when it was read, an address, an entry of a table of jumps, or
 * an earlier stack pointer.
 */
export type ValueOrigin =
  | ({ readonly kind: "parameter"; readonly index: number } & Moved)
  | ({ readonly kind: "closure" } & Moved)
  | ({ readonly kind: "captured"; readonly offset: number } & Moved)
  | ({ readonly kind: "result"; readonly returnAddress: bigint } & Moved)
  /** The exception with which a handler was entered. */
  | ({ readonly kind: "raised"; readonly handler: bigint } & Moved)
  | ({
      readonly kind: "allocated";
      readonly point: bigint;
      readonly offset: number;
      /** Whether its fields may not have their values yet. */
      readonly isFresh?: boolean;
    } & Moved)
  | ({
      readonly kind: "field";
      readonly of: ValueOrigin;
      readonly offset: number;
      readonly isThere?: boolean;
    } & Moved)
  | { readonly kind: "address" | "tableEntry"; readonly address: bigint }
  | { readonly kind: "stackPointer"; readonly depth: number };

/**
 * Whether the garbage collector may have run without updating this place, as OCaml 5.4 leaves integers out of the
 * frame table. The word is still right if it is an immediate value; a pointer may be an old one.
 */
interface Moved {
  readonly mayHaveMoved?: true;
}

/** What is known before an instruction. */
export interface FlowState {
  /** Bytes by which the stack has grown since the entry; undefined on another stack, as during a call of C. */
  readonly depth: number | undefined;
  /** Keyed by register, or by `@` and the offset from the stack pointer at the entry: `@-16`. */
  readonly values: ReadonlyMap<string, ValueOrigin>;
  /** Exception handlers that are installed, the innermost last. */
  readonly handlers: readonly { readonly address: bigint; readonly depth: number }[];
}

/** Whether two places hold the same thing. `isThere` says of a field only that it can be read now, because its block is certain. */
export function isSameOrigin(a: ValueOrigin | undefined, b: ValueOrigin): boolean {
  if (!a) return false;
  switch (a.kind) {
    case "parameter":
      return b.kind === "parameter" && a.index === b.index;
    case "closure":
      return b.kind === "closure";
    case "captured":
      return b.kind === "captured" && a.offset === b.offset;
    case "result":
      return b.kind === "result" && a.returnAddress === b.returnAddress;
    case "raised":
      return b.kind === "raised" && a.handler === b.handler;
    case "allocated":
      return b.kind === "allocated" && a.point === b.point && a.offset === b.offset;
    case "field":
      return b.kind === "field" && a.offset === b.offset && isSameOrigin(a.of, b.of);
    case "stackPointer":
      return b.kind === "stackPointer" && a.depth === b.depth;
    case "address":
    case "tableEntry":
      return b.kind === a.kind && a.address === b.address;
  }
}

/** How deep a field may be in a value. */
const maxFieldDepth = 6;

/** Whether an offset can be that of a field of a value. */
function isInValue(base: ValueOrigin, offset: number): boolean {
  let depth = 0;
  let root = base;
  for (; root.kind === "field"; root = root.of) depth++;
  const isValue = ["parameter", "captured", "result", "raised"].includes(root.kind);
  return isValue && depth < maxFieldDepth && offset >= 0 && offset % 8 === 0;
}

/** Thrown when something may happen that this analysis does not follow. Nothing is known then. */
export class NotFollowed extends Error {}

/** Whether an operand is a register, whole or a part of it. */
export const isRegister = (operand: InstructionOperand | undefined, name: string): boolean =>
  operand?.kind === "register" && operand.name === name;

/** Instructions that write nothing but flags. */
const readers = /^(?:cmp|test|ucomis|comis|nop|endbr|prefetch|bt$|btq$|pause|mfence|lfence)/;
/** Instructions whose last operand, if any, is the only place that they write. */
const writers =
  /^(?:mov|cmov|lea|add|sub|and|or|xor|shl|shr|sar|sal|rol|ror|inc|dec|neg|not|imul|set|bswap|popcnt|lzcnt|tzcnt|bsf|bsr|cvt|sqrt|mul[sp]|div[sp]|unpck|pxor|round|min[sp]|max[sp]|punpck|shuf|pand|por|adc|sbb)/;

/** The state after an instruction that neither jumps nor calls. */
export function applyInstruction({ name, operands }: ParsedInstruction, state: FlowState): FlowState {
  const [first, second] = operands;
  const last = operands.at(-1);
  const values = new Map(state.values);
  const place = (operand: InstructionOperand | undefined, depth = state.depth): string | undefined => {
    if (operand?.kind === "register") return operand.name;
    return operand?.kind === "stack" && depth !== undefined ? slotAt(operand.offset, depth) : undefined;
  };
  const read = (operand: InstructionOperand | undefined): ValueOrigin | undefined => {
    if (operand?.kind === "register" && !operand.whole) return undefined;
    if (operand?.kind === "stack" && operand.offset % 8 !== 0) return undefined;
    if (isRegister(operand, "rsp") && state.depth !== undefined)
      return { kind: "stackPointer", depth: state.depth };
    if (operand?.kind === "memory" && operand.index === "") {
      const base = state.values.get(operand.base);
      if (base?.kind === "closure") return { kind: "captured", offset: operand.offset };
      return base && isInValue(base, operand.offset)
        ? { kind: "field", of: base, offset: operand.offset }
        : undefined;
    }
    return state.values.get(place(operand) ?? "");
  };
  const write = (
    operand: InstructionOperand | undefined,
    origin?: ValueOrigin,
    depth = state.depth,
  ): void => {
    if (operand?.kind === "anyStack")
      for (const each of values.keys()) if (each[0] === "@") values.delete(each);
    const at = place(operand, depth);
    if (at === undefined) return;
    if (origin && at !== "rsp") values.set(at, origin);
    else values.delete(at);
  };

  if (name.startsWith("push") || name.startsWith("pop"))
    return pushOrPop(name, first, state, read, write, values);
  if (readers.test(name)) return state;
  if (name.startsWith("xchg")) {
    const [a, b] = [read(first), read(second)];
    write(first, b);
    write(second, a);
    return { ...state, values };
  }
  if (isRegister(last, "rsp")) return { ...moveStack(name, first, state, read), values };
  if (name === "cqto" || name === "cltq" || name === "cltd" || name === "cqo") {
    values.delete("rax");
    values.delete("rdx");
    return { ...state, values };
  }
  if (/^i?(?:mul|div)[bwlq]?$/.test(name) && operands.length === 1) {
    values.delete("rax");
    values.delete("rdx");
    return { ...state, values };
  }
  if (!writers.test(name)) return { ...state, values: new Map() };
  // In a program with a fixed address, an address is loaded as a constant.
  if (name === "mov" && first?.kind === "constant" && Number.isSafeInteger(first.value)) {
    write(second, { kind: "address", address: BigInt(first.value) });
    return { ...state, values };
  }
  if (/^mov(?:q|absq?)?$/.test(name) && operands.length === 2) {
    if (isRegister(first, "rsp") && second?.kind === "memory" && second.base === "r14")
      return installed(state);
    const wholeWrite = second?.kind !== "register" || second.whole;
    write(
      second,
      wholeWrite && !(second?.kind === "stack" && second.offset % 8 !== 0) ? read(first) : undefined,
    );
    return { ...state, values };
  }
  if (name.startsWith("lea") && first?.kind === "address") {
    write(second, { kind: "address", address: first.address });
    return { ...state, values };
  }
  write(last, tableOrigin(name, operands, state) ?? otherBlock(name, operands, state));
  return { ...state, values };
}

/** The name of the eight bytes on the stack that contain an offset from the current stack pointer. */
const slotAt = (offset: number, depth: number): string => `@${Math.floor((offset - depth) / 8) * 8}`;

/** `movslq (%rdx,%rax,4),%rax` and `add` of both registers, into either, compute the target of a jump by a table at `%rdx`. */
function tableOrigin(
  name: string,
  [first, second]: readonly InstructionOperand[],
  state: FlowState,
): ValueOrigin | undefined {
  if (name === "movslq" && first?.kind === "memory" && first.index !== "" && first.offset === 0) {
    const base = state.values.get(first.base);
    return base?.kind === "address" ? { kind: "tableEntry", address: base.address } : undefined;
  }
  if (name === "add" && first?.kind === "register" && second?.kind === "register") {
    const added = [state.values.get(first.name), state.values.get(second.name)];
    const base = added.find((each) => each?.kind === "address");
    const entry = added.find((each) => each?.kind === "tableEntry");
    if (base?.kind === "address" && entry?.kind === "tableEntry" && base.address === entry.address)
      return entry;
  }
  return undefined;
}

/** `lea -0x18(%rdi),%rsi` or `add $0x20,%rdi` computes the address of another block that was allocated with one. */
function otherBlock(
  name: string,
  [first, second]: readonly InstructionOperand[],
  state: FlowState,
): ValueOrigin | undefined {
  const isSum = name === "add" && first?.kind === "constant" && second?.kind === "register" && second.whole;
  const isAddress = name === "lea" && first?.kind === "memory" && first.index === "";
  if (!isSum && !isAddress) return undefined;
  const origin = state.values.get(isSum ? second.name : first.kind === "memory" ? first.base : "");
  const distance = first.kind === "constant" ? first.value : first.kind === "memory" ? first.offset : 0;
  return origin?.kind === "allocated" && origin.isFresh === true
    ? { ...origin, offset: origin.offset + distance }
    : undefined;
}

/** `mov %rsp,…(%r14)` installs the handler whose address was pushed before. */
function installed(state: FlowState): FlowState {
  if (state.depth === undefined) return state;
  const handler = state.values.get(`@${8 - state.depth}`);
  if (handler?.kind !== "address") return state;
  const handlers = [...state.handlers, { address: handler.address, depth: state.depth - 16 }];
  return { ...state, handlers };
}

function pushOrPop(
  name: string,
  operand: InstructionOperand | undefined,
  state: FlowState,
  read: (operand: InstructionOperand | undefined) => ValueOrigin | undefined,
  write: (operand: InstructionOperand | undefined, origin?: ValueOrigin, depth?: number) => void,
  values: Map<string, ValueOrigin>,
): FlowState {
  if (state.depth === undefined) {
    if (name.startsWith("pop")) write(operand);
    return { ...state, values };
  }
  if (name.startsWith("push")) {
    const depth = state.depth + 8;
    write({ kind: "stack", offset: 0 }, read(operand), depth);
    return { ...state, depth, values };
  }
  const origin = state.values.get(`@${-state.depth}`);
  const depth = state.depth - 8;
  // `pop …(%r14)` removes the innermost handler.
  const removes = operand?.kind === "memory" && operand.base === "r14";
  if (operand?.kind === "register" && operand.name === "rsp") throw new NotFollowed();
  write(operand, origin, depth);
  values.delete(`@${-state.depth}`);
  return { depth, values, handlers: removes ? state.handlers.slice(0, -1) : state.handlers };
}

/** The depth of the stack after an instruction that writes its pointer. */
function moveStack(
  name: string,
  from: InstructionOperand | undefined,
  state: FlowState,
  read: (operand: InstructionOperand | undefined) => ValueOrigin | undefined,
): FlowState {
  const { depth } = state;
  if (from?.kind === "constant" && depth !== undefined && /^(?:add|sub)q?$/.test(name)) {
    return { ...state, depth: name.startsWith("sub") ? depth + from.value : depth - from.value };
  }
  if (name.startsWith("lea") && from?.kind === "stack" && depth !== undefined) {
    return { ...state, depth: depth - from.offset };
  }
  if (name.startsWith("mov")) {
    const origin = read(from);
    if (origin?.kind === "stackPointer") return { ...state, depth: origin.depth };
    if (from?.kind === "memory" && from.base === "r14") return { ...state, depth: undefined };
  }
  throw new NotFollowed();
}
