import type { Outline } from "../declarations.ts";
import type { FrameTable } from "../frameTable.ts";
import type { Memory } from "../memory.ts";
import type { Instruction } from "./operands.ts";
import type { PatternLayout } from "../patterns/patternLayout.ts";

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
  /** The types of the names that the source binds, by their offset in bytes. */
  readonly bindings?: ReadonlyMap<number, string>;
  /** How values of a type are stored; without it, the names in most patterns have no values. */
  readonly layoutOf?: (type: string) => Promise<PatternLayout | undefined>;
  /** The functions of the same source whose code has the address of a function, for example to allocate its closure. */
  readonly functionsWith?: (address: bigint) => Promise<readonly TrackedFunction[]>;
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
  /** Offset of the name in the source, at which a language server knows its type. */
  readonly at: number;
  /** Undefined if the program does not keep the value at this point, or if it is not certain where. */
  readonly value: { readonly word: bigint; readonly place: VariablePlace } | undefined;
}

/**
 * Where a variable is: in a register, on the stack, in the closure of its function, which is in the heap, or in a block
 * that other values may share.
 */
export type VariablePlace =
  | { readonly register: string }
  | { readonly address: bigint; readonly isInClosure?: true; readonly isInBlock?: true };
