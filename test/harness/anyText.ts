import fc from "fast-check";

/**
 * Generates any text, including lone surrogates and control characters. The option `unit: "binary"` of
 * fast-check would first list all code points, which takes two seconds even for a single test.
 */
export const anyText = (constraints: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ unit: fc.nat(0xff_ff).map((code) => String.fromCharCode(code)), ...constraints });
