import type { Memory } from "./memory.ts";

/**
 * Returns the declaration of a type, exception or module by its path, such as `Dune__exe__Unikernel.Main.request`, or
 * undefined if there is none. The text is what OCaml prints: `type request = { id : int; }`. Names in the text
 * are relative to the module that the path names. Never rejects.
 */
export type Declarations = (path: string) => Promise<string | undefined>;

/** A function of a source file, as an outline of merlin or a signature lists it. */
export interface OutlineFunction {
  /** With its modules inside the file: `Main.start`. */
  readonly path: string;
  /** As printed: `request -> int -> string Lwt.t`. */
  readonly type: string;
  /** Counts from 1; the line of its name. Undefined in a signature of a compiled interface. */
  readonly line?: number;
}

export type Outline = readonly OutlineFunction[];

/** Where the code of a function is. */
export interface FunctionPlace {
  /** As OCaml names it: `Dune__exe__Unikernel.Main.start`. */
  readonly name: string;
  readonly file?: string;
  /** Counts from 1. */
  readonly line?: number;
}

/** What rendering needs; one for each stop, because it contains the cache of memory. */
export interface ValueContext {
  readonly memory: Memory;
  readonly declarations: Declarations;
  /**
   * The module in which type names are resolved first, such as `Dune__exe__Unikernel.Main`. Empty if the names
   * are complete.
   */
  readonly scope?: string;
  /** The function whose code starts at an address or contains it. */
  readonly functionAt?: (address: bigint) => FunctionPlace | undefined;
  /** The length in characters beyond which a text is shortened; default 200. */
  readonly textLimit?: number;
}
