import { variantHash } from "../values/heap/literals.ts";
import type { HeapSnapshot } from "../values/heap/snapshot.ts";
import type { PathExpression } from "../values/paths/parsePath.ts";
import { resolveType, type Layout } from "../values/types/resolveType.ts";
import { asScopedType, partOf, type ScopedType } from "../values/types/scopedType.ts";

/** Where a variable is at the address of a breakpoint, at every stop there. */
export type StaticPlace = { readonly register: string } | { readonly stackOffset: bigint };

/** A variable at the address of a breakpoint. */
export interface PlacedVariable {
  readonly place: StaticPlace;
  readonly type: string | undefined;
}

/** A value that gdb can read at each stop at an address. */
export interface GdbValue {
  /** The expression of gdb, in the language C, that reads its word. */
  readonly word: string;
  /** What the value is compared with; `undefined` if its type is not known. */
  readonly type: "int" | "char" | "bool" | { readonly constructors: ReadonlyMap<string, bigint> } | undefined;
}

/**
 * Finds where gdb reads a variable, a field of a record or the content of a `ref`; `undefined` if it cannot, or if the
 * value is nothing that gdb can compare. Throws `Missing` while a declaration has not been read.
 */
export function gdbValue(
  snapshot: HeapSnapshot,
  expression: PathExpression,
  variable: (name: string) => PlacedVariable | undefined,
): GdbValue | undefined {
  const found = wordOf(snapshot, expression, variable);
  if (!found) return undefined;
  const { word, type } = found;
  if (!type) return expression.kind === "name" && !found.isTyped ? { word, type: undefined } : undefined;
  const compared = comparedType(resolveType(snapshot, type));
  return compared && { word, type: compared };
}

interface TypedWord {
  readonly word: string;
  readonly type: ScopedType | undefined;
  /** Whether it has a type, even if that is not understood. */
  readonly isTyped: boolean;
}

function wordOf(
  snapshot: HeapSnapshot,
  expression: PathExpression,
  variable: (name: string) => PlacedVariable | undefined,
): TypedWord | undefined {
  if (expression.kind === "name") {
    const found = variable(expression.name);
    if (!found) return undefined;
    const { place, type } = found;
    const word =
      "register" in place ? `(long)$${place.register}` : `*(long*)((char*)$sp+${place.stackOffset})`;
    return {
      word,
      type: asScopedType(type, snapshot.context.scope ?? ""),
      isTyped: type !== undefined,
    };
  }
  const isRef = expression.kind === "unary" && expression.operator === "!";
  const outer = isRef ? expression.operand : expression.kind === "field" ? expression.of : undefined;
  const of = outer && wordOf(snapshot, outer, variable);
  if (!of?.type) return undefined;
  const layout = resolveType(snapshot, of.type);
  const read = (index: number, type: ScopedType | undefined) =>
    type && { word: `*(long*)((char*)(${of.word})+${8 * index})`, type, isTyped: true };
  if (isRef)
    return layout.kind === "known" && layout.name === "ref" ? read(0, layout.arguments[0]) : undefined;
  // Fields of a record of floats are not words, but nothing compares floats here.
  if (expression.kind !== "field" || layout.kind !== "record" || layout.unboxed) return undefined;
  const index = layout.fields.findIndex(({ name }) => name === expression.name);
  const field = layout.fields[index];
  return field && read(index, partOf(layout.within, field.type));
}

function comparedType(layout: Layout): GdbValue["type"] {
  if (layout.kind === "known") {
    const { name } = layout;
    if (name === "int" || name === "char" || name === "bool") return name;
    const constant = { option: "None", list: "[]" }[name as string];
    return constant === undefined ? undefined : { constructors: new Map([[constant, 0n]]) };
  }
  if (layout.kind === "polymorphicVariant") {
    const constants = layout.tags.filter(({ argument }) => !argument);
    return { constructors: new Map(constants.map(({ name }) => [`\`${name}`, variantHash(name)])) };
  }
  if (layout.kind !== "variant" || layout.declaration.unboxed) return undefined;
  const constants = layout.declaration.definition.constructors.filter(
    (each) => each.arguments.length === 0 && !each.fields,
  );
  return { constructors: new Map(constants.map(({ name }, index) => [name, BigInt(index)])) };
}
