import type fc from "fast-check";

/** A parser, its random inputs, and the shapes of inputs that are slow to parse without care. */
export interface Fuzzed {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Buffer>;
  /** Parses one input completely. Throws only errors that are not part of the parser's contract. */
  readonly read: (bytes: Buffer) => unknown;
  /** Inputs that can have any length: a start, and a string that is repeated after it. */
  readonly shapes: readonly (readonly [begin: string, repeated: string])[];
}

/** Adapts a parser of text to bytes. */
export const text =
  (read: (input: string) => unknown): Fuzzed["read"] =>
  (bytes) =>
    read(bytes.toString("utf8"));

/** Ignores a SyntaxError, which parsers may throw on invalid input. All other errors are bugs. */
export function orSyntaxError(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
