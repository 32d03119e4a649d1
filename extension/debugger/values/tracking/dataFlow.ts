import type { FrameTable } from "../frameTable.ts";
import { allocationPoints, type AllocationPoint } from "./allocations.ts";
import {
  applyInstruction,
  isRegister,
  isSameOrigin,
  NotFollowed,
  type FlowState,
  type ValueOrigin,
} from "./flowState.ts";
import {
  parseInstruction,
  type Instruction,
  type InstructionOperand,
  type ParsedInstruction,
} from "./operands.ts";

export interface Flow {
  /** Undefined for an instruction that is not reached. */
  readonly before: (address: bigint) => FlowState | undefined;
}

/** The register in which OCaml and C return a result on x86-64. */
const resultRegister = "rax";
/** Registers of the arguments in order (`asmcomp/amd64/proc.ml`). */
export const argumentRegisters = ["rax", "rbx", "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r12", "r13"];
/** Registers by their number in a frame descriptor. */
const numberedRegisters = [...argumentRegisters, "r10", "r11", "rbp"];

export interface FlowInput {
  readonly instructions: readonly Instruction[];
  readonly frames: FrameTable;
  readonly parameters: number;
  /** Whether the closure is passed after the parameters. */
  readonly hasClosure: boolean;
  /** Whether a jump back to the beginning is a call of the function by itself, which passes new parameters. */
  readonly tailRecursive: boolean;
  /** Targets of the table of jumps at an address; undefined if they are not known. */
  readonly jumpTable: (address: bigint) => readonly bigint[] | undefined;
}

/**
 * Follows parameters and results of calls through the registers and the stack of one function, on all paths. A place is
 * known before an instruction only if it holds the same thing on all of them. Undefined if the code contains something
 * that is not understood.
 */
export function followData(input: FlowInput): Flow | undefined {
  try {
    const analysis = new Analysis(input);
    analysis.run();
    return { before: (address) => analysis.states.get(address) };
  } catch (error) {
    if (error instanceof NotFollowed) return undefined;
    throw error;
  }
}

const maxSteps = 200_000;

class Analysis {
  readonly states = new Map<bigint, FlowState>();
  readonly #input: FlowInput;
  readonly #parsed: ReadonlyMap<bigint, ParsedInstruction | undefined>;
  readonly #texts: ReadonlyMap<bigint, string>;
  readonly #next = new Map<bigint, bigint>();
  readonly #waiting: bigint[] = [];
  readonly #body: bigint;
  readonly #allocations: ReadonlyMap<bigint, AllocationPoint>;
  /** The points whose blocks are complete before an instruction. */
  readonly #ready: ReadonlyMap<bigint, readonly AllocationPoint[]>;

  constructor(input: FlowInput) {
    this.#input = input;
    const { instructions } = input;
    this.#texts = new Map(instructions.map(({ address, text }) => [address, text]));
    this.#parsed = new Map(instructions.map(({ address, text }) => [address, parseInstruction(text)]));
    for (const [index, { address }] of instructions.entries()) {
      const following = instructions[index + 1];
      if (following) this.#next.set(address, following.address);
    }
    this.#allocations = allocationPoints(instructions, (address) => this.#parsed.get(address), input.frames);
    this.#ready = Map.groupBy(this.#allocations.values(), ({ readyAt }) => readyAt);
    const first = instructions[0]?.address ?? 0n;
    const prologue = this.#parsed.get(first);
    const grows = prologue?.name === "sub" && isRegister(prologue.operands[1], "rsp");
    this.#body = grows ? (this.#next.get(first) ?? first) : first;
  }

  run(): void {
    const first = this.#input.instructions[0];
    if (!first) return;
    this.#enter(first.address, { depth: 0, values: this.#parameters(), handlers: [] });
    for (let step = 0; ; step++) {
      const address = this.#waiting.pop();
      if (address === undefined) return;
      if (step > maxSteps) throw new NotFollowed();
      const state = this.states.get(address);
      if (state) this.#execute(address, state);
    }
  }

  #parameters(): Map<string, ValueOrigin> {
    const { parameters, hasClosure } = this.#input;
    const found = new Map(
      argumentRegisters
        .slice(0, parameters)
        .map((name, index): [string, ValueOrigin] => [name, { kind: "parameter", index }]),
    );
    const last = argumentRegisters[parameters];
    if (hasClosure && last !== undefined) found.set(last, { kind: "closure" });
    return found;
  }

  /** Merges what is known on one more path to an instruction. */
  #enter(address: bigint, state: FlowState): void {
    const known = this.states.get(address);
    if (!known) {
      if (!this.#parsed.has(address)) throw new NotFollowed();
      this.states.set(address, state);
      this.#waiting.push(address);
      return;
    }
    const sameStack =
      known.depth === state.depth &&
      known.handlers.length === state.handlers.length &&
      known.handlers.every(({ address: each }, index) => each === state.handlers[index]?.address);
    if (!sameStack) throw new NotFollowed();
    let isSame = true;
    const common = [...known.values].flatMap(([place, origin]): [string, ValueOrigin][] => {
      const other = state.values.get(place);
      if (!other || !isSameOrigin(other, origin)) {
        isSame = false;
        return [];
      }
      const isFresh = (each: ValueOrigin) => each.kind === "allocated" && each.isFresh === true;
      const moves = mayHaveMoved(other) && !mayHaveMoved(origin);
      const freshens = isFresh(other) && !isFresh(origin);
      if (!moves && !freshens) return [[place, origin]];
      isSame = false;
      const both = { ...origin, ...(moves && { mayHaveMoved: true }), ...(freshens && { isFresh: true }) };
      return [[place, both as ValueOrigin]];
    });
    if (isSame) return;
    this.states.set(address, { ...known, values: new Map(common) });
    this.#waiting.push(address);
  }

  #continue(address: bigint, state: FlowState): void {
    const next = this.#next.get(address);
    if (next !== undefined) this.#enter(next, state);
  }

  #execute(address: bigint, before: FlowState): void {
    const instruction = this.#parsed.get(address);
    if (!instruction) throw new NotFollowed();
    const state = this.#settled(address, before);
    const { name, operands } = instruction;
    if (name === "call" || name === "callq") return this.#call(address, state, instruction);
    if (name === "ret" || name === "retq" || name === "hlt" || name === "ud2") return;
    if (name === "jmp" || name === "jmpq") return this.#jump(state, instruction);
    if (/^j[a-z]+$/.test(name)) {
      this.#jump(state, instruction);
      return this.#continue(address, state);
    }
    if (isRaise(name, operands)) this.#toHandler(state);
    const after = applyInstruction(instruction, state);
    const allocation = this.#allocations.get(address);
    this.#continue(address, allocation ? allocated(after, allocation, operands) : after);
  }

  /** The blocks that an instruction finds complete are not fresh any more. */
  #settled(address: bigint, state: FlowState): FlowState {
    const ready = this.#ready.get(address);
    if (!ready) return state;
    const values = [...state.values].map(([place, origin]): [string, ValueOrigin] => {
      const isReady = origin.kind === "allocated" && ready.some(({ point }) => point === origin.point);
      return [place, isReady ? { ...origin, isFresh: false } : origin];
    });
    const settled = { ...state, values: new Map(values) };
    this.states.set(address, settled);
    return settled;
  }

  #isInside(address: bigint): boolean {
    return this.#parsed.has(address);
  }

  #jump(state: FlowState, { operands, indirect }: ParsedInstruction): void {
    const [target] = operands;
    if (indirect) return this.#indirectJump(state, target);
    if (target?.kind !== "address") throw new NotFollowed();
    if (target.address === this.#body && this.#input.tailRecursive) {
      // The function calls itself: the registers have new arguments, and older ones are of no use.
      const handlers = state.handlers;
      return this.#enter(target.address, { depth: state.depth, handlers, values: this.#parameters() });
    }
    // A jump out of the function is its last call.
    if (this.#isInside(target.address)) this.#enter(target.address, state);
  }

  #indirectJump(state: FlowState, target: InstructionOperand | undefined): void {
    const origin = target?.kind === "register" ? state.values.get(target.name) : undefined;
    if (origin?.kind !== "tableEntry") {
      // A function that is called last has no frame left. Everything else may go anywhere.
      if (state.depth === 0 || state.depth === undefined) return;
      throw new NotFollowed();
    }
    const targets = this.#input.jumpTable(origin.address);
    if (!targets) throw new NotFollowed();
    for (const each of targets) if (this.#isInside(each)) this.#enter(each, state);
  }

  #call(address: bigint, state: FlowState, { operands, indirect }: ParsedInstruction): void {
    const after = this.#next.get(address);
    if (after === undefined) return;
    const [target] = operands;
    const text = this.#texts.get(address) ?? "";
    const symbol =
      indirect || target?.kind !== "address" ? "" : (/<([^>+]+)(?:\+\d+)?>/.exec(text)?.[1] ?? "");
    if (symbol.startsWith("caml_call_realloc_stack")) return this.#enter(after, state);
    if (state.depth === undefined) {
      // A function of C on its own stack keeps these registers and the stack of OCaml, and the collector cannot run in it.
      const values = kept(state.values, (place) => place.startsWith("@") || savedByC.has(place));
      return this.#enter(after, { ...state, values });
    }
    const isC = symbol !== "" && !/^caml(?:[A-Z]|_(?:apply|curry|tuplify|send)\d)/.test(symbol);
    if (isC && !this.#input.frames.find(after)) {
      // The collector cannot run in a function whose return address it does not know, so nothing moves.
      const values = kept(state.values, (place) => place.startsWith("@") || savedByC.has(place));
      return this.#enter(after, { ...state, values });
    }
    const keepsRegisters = /^caml_(?:call_gc|alloc[123N])/.test(symbol);
    const values = this.#live(state.values, after, state.depth, keepsRegisters);
    this.#toHandler({ ...state, values });
    if (/^caml_(?:raise_exn|raise_exception|ml_array_bound_error)/.test(symbol)) return;
    const result = new Map([...values].filter(([, each]) => !isResultOf(each, after)));
    if (!isC) result.set(resultRegister, { kind: "result", returnAddress: after });
    this.#enter(after, { ...state, values: result });
  }

  /**
   * What a call keeps: the places that the garbage collector updates. Other places of the frame keep their words, which
   * are still right unless they point to values that have moved in the meantime.
   */
  #live(
    values: ReadonlyMap<string, ValueOrigin>,
    returnAddress: bigint,
    depth: number,
    keepsRegisters: boolean,
  ): ReadonlyMap<string, ValueOrigin> {
    const descriptor = this.#input.frames.find(returnAddress);
    const live = new Set(
      descriptor?.live.map((slot) =>
        slot.kind === "stack"
          ? `@${slot.offset - depth}`
          : keepsRegisters
            ? (numberedRegisters[slot.index] ?? "")
            : "",
      ),
    );
    const found = new Map<string, ValueOrigin>();
    for (const [place, origin] of values) {
      const isKept = place.startsWith("@") || (keepsRegisters && numberedRegisters.includes(place));
      if (!isKept) continue;
      found.set(place, isValue(origin) && !live.has(place) ? { ...origin, mayHaveMoved: true } : origin);
    }
    return found;
  }

  /** An exception may be raised here: the innermost handler continues with the values on the stack. */
  #toHandler(state: FlowState): void {
    const handler = state.handlers.at(-1);
    if (!handler) return;
    // What an earlier exception at this handler was is another value.
    const values = new Map(
      kept(state.values, (place, origin) => place.startsWith("@") && !isRaisedTo(origin, handler.address)),
    );
    values.set(resultRegister, { kind: "raised", handler: handler.address });
    this.#enter(handler.address, { depth: handler.depth, values, handlers: state.handlers.slice(0, -1) });
  }
}

/** The state after the address of the first block has been computed; what an earlier allocation at the point returned is older. */
function allocated(
  state: FlowState,
  { point }: AllocationPoint,
  [, register]: readonly InstructionOperand[],
): FlowState {
  const values = new Map([...state.values].filter(([, origin]) => !isAllocatedAt(origin, point)));
  if (register?.kind === "register")
    values.set(register.name, { kind: "allocated", point, offset: 0, isFresh: true });
  return { ...state, values };
}

const isRaisedTo = (origin: ValueOrigin, handler: bigint): boolean =>
  origin.kind === "field"
    ? isRaisedTo(origin.of, handler)
    : origin.kind === "raised" && origin.handler === handler;

const isAllocatedAt = (origin: ValueOrigin, point: bigint): boolean =>
  origin.kind === "field"
    ? isAllocatedAt(origin.of, point)
    : origin.kind === "allocated" && origin.point === point;

/** Whether it is a value of OCaml, which the garbage collector may move. */
const isValue = (
  origin: ValueOrigin,
): origin is Exclude<ValueOrigin, { kind: "address" | "tableEntry" | "stackPointer" }> =>
  ["parameter", "closure", "captured", "result", "raised", "allocated", "field"].includes(origin.kind);
const savedByC: ReadonlySet<string> = new Set(["rbx", "rbp", "r12", "r13", "r14", "r15"]);

function kept(
  values: ReadonlyMap<string, ValueOrigin>,
  keep: (place: string, origin: ValueOrigin) => boolean,
): ReadonlyMap<string, ValueOrigin> {
  return new Map([...values].filter(([place, origin]) => keep(place, origin)));
}

const isResultOf = (origin: ValueOrigin, returnAddress: bigint): boolean =>
  origin.kind === "field"
    ? isResultOf(origin.of, returnAddress)
    : origin.kind === "result" && origin.returnAddress === returnAddress;

export const mayHaveMoved = (origin: ValueOrigin): boolean => "mayHaveMoved" in origin;

/** A raise without a backtrace takes the stack pointer of the innermost handler. */
const isRaise = (name: string, [from, to]: readonly InstructionOperand[]): boolean =>
  name.startsWith("mov") && from?.kind === "memory" && from.base === "r14" && isRegister(to, "rsp");
