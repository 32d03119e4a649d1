import { t } from "../../../protocol/l10n.ts";
import type { ValueContext } from "../declarations.ts";
import { blockAt, immediateWord, isImmediate, blockTags } from "../heap/blocks.ts";
import { computeFromSnapshot, type HeapSnapshot } from "../heap/snapshot.ts";
import { resolveType, type Layout } from "../types/resolveType.ts";
import { asScopedType, type ValueType } from "../types/scopedType.ts";
import { parsePath, type PathLiteral } from "./parsePath.ts";
import { isReadError } from "./scalar.ts";

/** Where and what to write, or a sentence that says why the value cannot be changed. */
export type MemoryEdit =
  /** Replaces the word where the variable is: its register, stack slot or field. */
  | { readonly kind: "word"; readonly word: bigint }
  /** Replaces bytes in memory: the content of a float, also for other variables that share the float. */
  | { readonly kind: "memory"; readonly address: bigint; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly reason: string };

/** A value that is edited. `word` is undefined for an unboxed float at `address`. */
export interface EditedValue {
  readonly word: bigint | undefined;
  readonly address: bigint | undefined;
  readonly type: ValueType | undefined;
}

const refused = (reason: string): MemoryEdit => ({ kind: "refused", reason });
const [minInt, maxInt] = [-(1n << 62n), (1n << 62n) - 1n];

/**
 * Says what to write to set an `int`, `bool`, `char`, `float` or a constant constructor to what the user typed. A
 * value in a block of its own is not replaced, because the garbage collector would have to know. Never rejects.
 */
export async function editValue(
  context: ValueContext,
  value: EditedValue,
  text: string,
): Promise<MemoryEdit> {
  const parsed = parsePath(text);
  if (parsed.kind === "invalid") return refused(parsed.reason);
  if (parsed.expression.kind !== "literal") return refused(t("Type a literal value, such as 42 or true."));
  const literal = parsed.expression.value;
  const { word, address } = value;
  if (word === undefined) {
    return address === undefined ? refused(unsupported()) : floatAt(address, literal);
  }
  try {
    return await computeFromSnapshot(context, (snapshot) => {
      const type = asScopedType(value.type, context.scope ?? "");
      const layout = type && resolveType(snapshot, type);
      return isImmediate(word) ? immediateEdit(layout, literal) : floatEdit(snapshot, word, layout, literal);
    });
  } catch (error) {
    if (isReadError(error)) return refused(t("The value cannot be read."));
    throw error;
  }
}

const unsupported = () => t("Only an int, bool, char, float or constant constructor can be changed.");

function immediateEdit(layout: Layout | undefined, literal: PathLiteral): MemoryEdit {
  const name = layout?.kind === "known" ? layout.name : layout === undefined ? "int" : undefined;
  if (layout?.kind === "variant" && literal.kind === "constructor") {
    const constants = layout.declaration.definition.constructors.filter(
      (each) => each.arguments.length === 0 && each.fields === undefined,
    );
    const index = constants.findIndex((each) => each.name === literal.value);
    return index < 0
      ? refused(t("The type has no constant constructor {0}.", literal.value))
      : { kind: "word", word: immediateWord(BigInt(index)) };
  }
  if (name !== "int" && name !== "bool" && name !== "char") return refused(unsupported());
  if (literal.kind !== name) return refused(t("The value must be of type {0}.", name));
  if (literal.kind === "bool") return { kind: "word", word: immediateWord(literal.value ? 1n : 0n) };
  if (literal.kind === "char") return { kind: "word", word: immediateWord(BigInt(literal.value)) };
  if (literal.kind !== "int" || literal.value < minInt || literal.value > maxInt) {
    return refused(t("An int must be between {0} and {1}.", String(minInt), String(maxInt)));
  }
  return { kind: "word", word: immediateWord(literal.value) };
}

/** The bits of a header that mark a constant of the program, which all its uses share. */
const staticColor = 3n << 8n;

function floatEdit(
  snapshot: HeapSnapshot,
  word: bigint,
  layout: Layout | undefined,
  literal: PathLiteral,
): MemoryEdit {
  const block = blockAt(snapshot, word);
  const isFloat = layout === undefined || (layout.kind === "known" && layout.name === "float");
  if (!isFloat || block.tag !== blockTags.double || block.size !== 1) return refused(unsupported());
  if ((snapshot.word(word - 8n) & staticColor) === staticColor) {
    return refused(t("This float is shared with the program's constants, so it cannot be changed."));
  }
  return floatAt(word, literal);
}

function floatAt(address: bigint, literal: PathLiteral): MemoryEdit {
  if (literal.kind !== "float" && literal.kind !== "int")
    return refused(t("The value must be of type {0}.", "float"));
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(Number(literal.value));
  return { kind: "memory", address, bytes };
}
