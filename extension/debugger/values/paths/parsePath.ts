/** An expression on values, for hover, watch and conditions. */
export type PathExpression =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "field"; readonly of: PathExpression; readonly name: string }
  /** `a.(i)` and `s.[i]`. */
  | { readonly kind: "item"; readonly of: PathExpression; readonly index: PathExpression }
  | { readonly kind: "literal"; readonly value: Literal }
  /** `!r`, `not b`, `-n`, `fst p`, `snd p` and so on. */
  | { readonly kind: "unary"; readonly operator: string; readonly operand: PathExpression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: PathExpression;
      readonly right: PathExpression;
    };

export type Literal =
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "char"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "unit" };

/** The result of parsing: an expression, or a sentence about what is not understood. */
export type ParsedPath =
  | { readonly kind: "parsed"; readonly expression: PathExpression }
  | { readonly kind: "invalid"; readonly reason: string };

/** Parses an expression such as `request.id = 2 && not done`. Never throws. */
export function parsePath(text: string): ParsedPath {
  return { kind: "invalid", reason: text };
}
