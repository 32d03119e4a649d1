import fc from "fast-check";

/**
 * Any text, lone surrogates and control characters among it. fast-check's own `unit: "binary"` first
 * lists all code points, for which a run of one test takes two seconds longer.
 */
export const anyText = (constraints: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ unit: fc.nat(0xff_ff).map((code) => String.fromCharCode(code)), ...constraints });
