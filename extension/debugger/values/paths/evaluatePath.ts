import type { ValueContext } from "../declarations.ts";
import type { RenderedValue } from "../render/renderValue.ts";
import type { ScopedType, ValueType } from "../types/scopedType.ts";
import type { PathExpression } from "./parsePath.ts";

/** A variable of the frame: its word and its type, if that is known. */
export interface NamedWord {
  readonly word: bigint;
  readonly type: ValueType | undefined;
}

export interface EvaluationContext extends ValueContext {
  /** Undefined if the variable does not exist or its value is not known here. */
  readonly variable: (name: string) => NamedWord | undefined;
}

/** What an expression evaluates to, or a sentence that says why it does not. */
export type Evaluated =
  | {
      readonly kind: "value";
      /** Undefined for an unboxed float and for the result of an operator. */
      readonly word: bigint | undefined;
      /** Address of the field that contains the value. */
      readonly address: bigint | undefined;
      readonly rendered: RenderedValue;
      /** For conditions; undefined if the value is not a `bool`. */
      readonly boolean: boolean | undefined;
      readonly valueType: ScopedType | undefined;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** Evaluates a parsed expression. Never rejects. */
export async function evaluatePath(
  context: EvaluationContext,
  expression: PathExpression,
): Promise<Evaluated> {
  void context;
  return { kind: "failed", reason: expression.kind };
}
