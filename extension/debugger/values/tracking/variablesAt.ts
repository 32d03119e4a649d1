import type { Outline } from "../declarations.ts";
import type { FrameTable } from "../frameTable.ts";
import type { Memory } from "../memory.ts";

/** One instruction as gdb prints it in AT&T syntax: `mov    %rax,0x8(%rsp)`. */
export interface Instruction {
  readonly address: bigint;
  readonly text: string;
}

/** A function of an OCaml program in which a frame is. */
export interface TrackedFunction {
  /** The whole function from its first instruction, in order. */
  readonly instructions: readonly Instruction[];
  /** The name of the symbol, such as `camlDune__exe__Unikernel__start_376`. */
  readonly symbol: string;
  /** Line of the first instruction, from the line table. */
  readonly line: number | undefined;
}

export interface TrackingContext {
  readonly memory: Memory;
  /** With addresses of the process, as those of the instructions. */
  readonly frames: FrameTable;
  readonly code: TrackedFunction;
  /** The text of the source file as it was built. */
  readonly source: string;
  /** Empty if no types are known. */
  readonly outline: Outline;
}

/** A frame of the stack. */
export interface TrackedFrame {
  /** The next instruction: for a frame that waits for a call, the return address. */
  readonly pc: bigint;
  /** The stack pointer at `pc`: for a frame that waits for a call, as it will be after the return. */
  readonly stackPointer: bigint;
  /** The registers of the innermost frame, by names such as `rax`. Undefined for every other frame. */
  readonly registers: ReadonlyMap<string, bigint> | undefined;
  /** Line of the stop, from the line table. */
  readonly line: number;
}

/** A variable that the source has in scope. */
export interface TrackedVariable {
  readonly name: string;
  readonly kind: "argument" | "local";
  /** As printed; undefined if it is not known. */
  readonly type: string | undefined;
  /** Undefined if the program does not keep the value at this point, or if it is not certain where. */
  readonly value:
    | { readonly word: bigint; readonly place: { readonly register: string } | { readonly address: bigint } }
    | undefined;
}

/**
 * Finds the parameters and `let` variables of an OCaml function on x86-64. A value is present only if data flow from the
 * function's entry and the frame table prove where it is. Never rejects.
 */
export async function variablesAt(
  context: TrackingContext,
  frame: TrackedFrame,
): Promise<readonly TrackedVariable[]> {
  void [context, frame];
  return [];
}
