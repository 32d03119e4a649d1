import { t } from "../../../protocol/l10n.ts";
import type { ValueContext } from "../declarations.ts";
import { blockAt, stringLength, blockTags } from "../heap/blocks.ts";
import { charLiteral, escapeBytes, floatLiteral } from "../heap/literals.ts";
import { computeFromSnapshot, type HeapSnapshot } from "../heap/snapshot.ts";
import { renderSlot, type RenderedValue } from "../render/renderValue.ts";
import { viewOfWord } from "../render/typedView.ts";
import type { Part, Slot, View } from "../render/view.ts";
import { asScopedType, type ScopedType, type ValueType } from "../types/scopedType.ts";
import { applyOperator, EvaluationError } from "./operators.ts";
import type { PathLiteral, PathExpression } from "./parsePath.ts";
import { isReadError, scalarOf } from "./scalar.ts";

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

type Value =
  | { readonly kind: "stored"; readonly slot: Slot; readonly type: ScopedType | undefined }
  | { readonly kind: "computed"; readonly value: PathLiteral };

/** Evaluates a parsed expression. Nothing runs in the program. Never rejects. */
export async function evaluatePath(
  context: EvaluationContext,
  expression: PathExpression,
): Promise<Evaluated> {
  try {
    const { value, boolean } = await computeFromSnapshot(context, (snapshot) => {
      const found = evaluate(context, snapshot, expression);
      const scalar =
        found.kind === "computed" ? found.value : attempt(() => scalarOf(snapshot, found.slot, found.type));
      return { value: found, boolean: scalar?.kind === "bool" ? scalar.value : undefined };
    });
    if (value.kind === "computed") {
      const rendered = renderLiteral(value.value);
      return { kind: "value", word: undefined, address: undefined, rendered, boolean, valueType: undefined };
    }
    const { slot, type } = value;
    return {
      kind: "value",
      word: slot.kind === "word" ? slot.word : undefined,
      address: slot.kind === "text" ? undefined : slot.address,
      rendered: await renderSlot(context, slot, type),
      boolean,
      valueType: type,
    };
  } catch (error) {
    if (error instanceof EvaluationError) return { kind: "failed", reason: error.message };
    if (isReadError(error)) return { kind: "failed", reason: t("The value cannot be read.") };
    throw error;
  }
}

/** A value that cannot be read is not a scalar. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isReadError(error)) return undefined;
    throw error;
  }
}

function evaluate(context: EvaluationContext, snapshot: HeapSnapshot, expression: PathExpression): Value {
  switch (expression.kind) {
    case "literal":
      return { kind: "computed", value: expression.value };
    case "name": {
      const found = context.variable(expression.name);
      if (!found) throw new EvaluationError(t("“{0}” is not available here.", expression.name));
      const slot: Slot = { kind: "word", word: found.word, address: undefined };
      return { kind: "stored", slot, type: asScopedType(found.type, context.scope ?? "") };
    }
    case "field": {
      const view = viewOf(snapshot, evaluate(context, snapshot, expression.of));
      return stored(fieldNamed(view, expression.name));
    }
    case "item":
      return item(context, snapshot, expression);
    case "unary":
      return unary(context, snapshot, expression);
    case "binary":
      return binary(context, snapshot, expression);
  }
}

const stored = ({ slot, type }: Part): Value => ({ kind: "stored", slot, type });

function viewOf(snapshot: HeapSnapshot, value: Value): View {
  if (value.kind === "computed" || value.slot.kind !== "word") {
    throw new EvaluationError(t("This value has no parts."));
  }
  return viewOfWord(snapshot, value.slot.word, value.type);
}

function fieldNamed(view: View, name: string): Part {
  for (const part of view.parts(0)) {
    if (part.accessor === `.${name}`) return part;
    if (view.style !== "record" && view.style !== "argument") break;
  }
  throw new EvaluationError(
    view.typed
      ? t("The value has no field “{0}”.", name)
      : t("The type of the value is not known, so its fields have no names."),
  );
}

function item(
  context: EvaluationContext,
  snapshot: HeapSnapshot,
  expression: PathExpression & { readonly kind: "item" },
): Value {
  const index = literalOf(snapshot, evaluate(context, snapshot, expression.index));
  if (index.kind !== "int") throw new EvaluationError(t("An index must be an integer."));
  const value = evaluate(context, snapshot, expression.of);
  if (expression.string) return stringItem(snapshot, value, index.value);
  const view = viewOf(snapshot, value);
  // OCaml itself has no such syntax for lists, but no shorter one either.
  if (view.typed && view.style !== "array" && view.style !== "list")
    throw new EvaluationError(t("The value is not an array or a list."));
  const isInside = index.value >= 0n && index.value < BigInt(view.count ?? listLimit);
  if (isInside) for (const part of view.parts(Number(index.value))) return stored(part);
  throw outOfBounds(index.value, view.count ?? countItems(view));
}

/** Items of a list that are counted or searched at most, because a list can be cyclic. */
const listLimit = 1_000_000;

function countItems(view: View): number {
  let count = 0;
  for (const _ of view.parts(0)) {
    void _;
    if (++count >= listLimit) break;
  }
  return count;
}

function outOfBounds(index: bigint, count: number): EvaluationError {
  return new EvaluationError(t("Index {0} is out of bounds: there are {1} elements.", String(index), count));
}

function stringItem(snapshot: HeapSnapshot, value: Value, index: bigint): Value {
  if (value.kind !== "stored" || value.slot.kind !== "word")
    throw new EvaluationError(t("The value is not a string."));
  const block = blockAt(snapshot, value.slot.word);
  if (block.tag !== blockTags.string) throw new EvaluationError(t("The value is not a string."));
  const length = stringLength(snapshot, block);
  if (index < 0n || index >= BigInt(length)) throw outOfBounds(index, length);
  const [byte = 0] = snapshot.bytes(block.address + index, 1);
  return { kind: "computed", value: { kind: "char", value: byte } };
}

/** The literal that a value is. Throws an `EvaluationError` for one with parts. */
function literalOf(snapshot: HeapSnapshot, value: Value): PathLiteral {
  const found = value.kind === "computed" ? value.value : scalarOf(snapshot, value.slot, value.type);
  if (!found)
    throw new EvaluationError(t("Only numbers, strings and constant constructors can be compared."));
  return found;
}

function unary(
  context: EvaluationContext,
  snapshot: HeapSnapshot,
  { operator, operand }: PathExpression & { readonly kind: "unary" },
): Value {
  const value = evaluate(context, snapshot, operand);
  switch (operator) {
    case "not": {
      const found = literalOf(snapshot, value);
      if (found.kind !== "bool") throw new EvaluationError(t("“not” works on a bool only."));
      return { kind: "computed", value: { kind: "bool", value: !found.value } };
    }
    case "-": {
      const found = literalOf(snapshot, value);
      if (found.kind === "float") return { kind: "computed", value: { kind: "float", value: -found.value } };
      return { kind: "computed", value: applyOperator("-", { kind: "int", value: 0n }, found) };
    }
    case "fst":
    case "snd":
      return pairItem(snapshot, value, operator);
    case "!": {
      const view = viewOf(snapshot, value);
      if (view.count !== 1 || (view.typed && view.text !== "ref"))
        throw new EvaluationError(t("The value is not a ref."));
      for (const part of view.parts(0)) return stored(part);
      throw new EvaluationError(t("The value is not a ref."));
    }
  }
}

function pairItem(snapshot: HeapSnapshot, value: Value, operator: "fst" | "snd"): Value {
  const view = viewOf(snapshot, value);
  if (view.style !== "tuple" || view.text !== "" || view.count !== 2) {
    throw new EvaluationError(t("The value is not a pair."));
  }
  for (const part of view.parts(operator === "fst" ? 0 : 1)) return stored(part);
  throw new EvaluationError(t("The value is not a pair."));
}

function binary(
  context: EvaluationContext,
  snapshot: HeapSnapshot,
  { operator, left, right }: PathExpression & { readonly kind: "binary" },
): Value {
  const first = evaluate(context, snapshot, left);
  if (operator === "&&" || operator === "||") {
    const decided = truth(snapshot, first, operator) === (operator === "||");
    const value = decided ? operator === "||" : truth(snapshot, evaluate(context, snapshot, right), operator);
    return { kind: "computed", value: { kind: "bool", value } };
  }
  const second = evaluate(context, snapshot, right);
  const different = comparedWithConstructor(snapshot, first, second);
  if (different && (operator === "=" || operator === "<>")) {
    return { kind: "computed", value: { kind: "bool", value: operator === "<>" } };
  }
  return {
    kind: "computed",
    value: applyOperator(operator, literalOf(snapshot, first), literalOf(snapshot, second)),
  };
}

function truth(snapshot: HeapSnapshot, value: Value, operator: string): boolean {
  const found = literalOf(snapshot, value);
  if (found.kind !== "bool") throw new EvaluationError(t("“{0}” works on a bool only.", operator));
  return found.value;
}

/** Whether one side is a constant constructor and the other one a constructor with arguments, so that they differ. */
function comparedWithConstructor(snapshot: HeapSnapshot, left: Value, right: Value): boolean {
  const isConstant = (value: Value) => value.kind === "computed" && value.value.kind === "constructor";
  const hasArguments = (value: Value) =>
    value.kind === "stored" &&
    value.type !== undefined &&
    value.slot.kind === "word" &&
    scalarOf(snapshot, value.slot, value.type) === undefined &&
    viewOfWord(snapshot, value.slot.word, value.type).typed;
  return (isConstant(left) && hasArguments(right)) || (isConstant(right) && hasArguments(left));
}

function renderLiteral(literal: PathLiteral): RenderedValue {
  return { text: literalText(literal), type: literalType(literal), childCount: 0, children: async () => [] };
}

function literalType({ kind }: PathLiteral): string {
  return kind === "constructor" ? "?" : kind;
}

function literalText(literal: PathLiteral): string {
  switch (literal.kind) {
    case "int":
      return String(literal.value);
    case "float":
      return floatLiteral(literal.value);
    case "string":
      return `"${escapeBytes(Buffer.from(literal.value, "latin1"))}"`;
    case "char":
      return charLiteral(literal.value);
    case "bool":
      return String(literal.value);
    case "unit":
      return "()";
    case "constructor":
      return literal.value;
  }
}
