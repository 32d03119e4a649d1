import type fc from "fast-check";

/** A parser as its caller sees it, what it is given, and the shapes that make careless ones slow. */
export interface Fuzzed {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Buffer>;
  /** Reads one input to its end. Throws only what the parser promises to throw. */
  readonly read: (bytes: Buffer) => unknown;
  /** Texts to be repeated: begin, and what is repeated after it. */
  readonly shapes: readonly (readonly [begin: string, repeated: string])[];
}

/** A reader of text, given bytes. */
export const text =
  (read: (input: string) => unknown): Fuzzed["read"] =>
  (bytes) =>
    read(bytes.toString("utf8"));

/** What the protocol says of rubbish: a SyntaxError. Anything else is a mistake. */
export function orSyntaxError(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
