import { resolveType, type Layout } from "../types/resolveType.ts";
import { bindResult, partOf, type ScopedType } from "../types/scopedType.ts";
import type { Constructor, RecordField } from "../types/declaration.ts";
import {
  blockAt,
  doubleAt,
  fieldAddress,
  fieldOf,
  immediate,
  isImmediate,
  blockTags,
  type Block,
} from "../heap/blocks.ts";
import { blockOf, fieldPart } from "./parts.ts";
import { exceptionView, knownView } from "./knownView.ts";
import { variantHash } from "../heap/literals.ts";
import { codeView, objectView, shapeView } from "./shapeView.ts";
import { Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import { indexedView, textView, type View } from "./view.ts";

/**
 * The view of a word with its type, or by its shape if nothing is known about the type. Throws `Missing`, and `Unreadable`
 * if the word cannot be a value of the type.
 */
export function viewOfWord(snapshot: HeapSnapshot, word: bigint, type: ScopedType | undefined): View {
  if (!type) return shapeView(snapshot, word);
  const layout = resolveType(snapshot, type);
  switch (layout.kind) {
    case "known":
      return knownView(snapshot, word, layout);
    case "tuple":
      return tupleView(snapshot, word, layout.items, layout.labels);
    case "record":
      return recordView(snapshot, word, layout);
    case "variant":
      return variantView(snapshot, word, layout);
    case "polymorphicVariant":
      return polymorphicView(snapshot, word, layout);
    case "function":
      return codeView(snapshot, word);
    case "object":
      return objectView(snapshot, word);
    case "module":
      return moduleView(snapshot, word, layout);
    case "extensible":
      return exceptionView(snapshot, word);
    case "unknown":
      return shapeView(snapshot, word);
  }
}

/** A module with its fields, or by its shape if it does not have those of its signature. */
function moduleView(
  snapshot: HeapSnapshot,
  word: bigint,
  { name, items }: Layout & { readonly kind: "module" },
): View {
  const block = blockAt(snapshot, word);
  const text = name === "" ? "module" : `module ${name}`;
  if (block.tag !== 0 || items?.length !== block.size) return { ...shapeView(snapshot, word), text };
  return indexedView({ text, style: "record", count: items.length, address: block.address }, (index) => {
    const item = items[index];
    return fieldPart(snapshot, block, index, {
      name: item?.name ?? "",
      type: item?.type && partOf(item.within, item.type),
    });
  });
}

function tupleView(
  snapshot: HeapSnapshot,
  word: bigint,
  items: readonly ScopedType[],
  labels: readonly string[],
): View {
  const block = blockOf(snapshot, word, 0, items.length);
  const accessor = (index: number) => (items.length === 2 ? { accessor: index === 0 ? "fst" : "snd" } : {});
  return indexedView({ text: "", style: "tuple", count: items.length, address: block.address }, (index) =>
    fieldPart(snapshot, block, index, {
      name: labels[index] || `${index}`,
      ...accessor(index),
      type: items[index],
    }),
  );
}

function recordView(
  snapshot: HeapSnapshot,
  word: bigint,
  layout: Layout & { readonly kind: "record" },
): View {
  const { fields, within, unboxed } = layout;
  const [only] = fields;
  if (unboxed && only) {
    // The field is stored in place of the record.
    return indexedView({ text: "", style: "record", count: 1, address: undefined }, () => ({
      name: only.name,
      accessor: `.${only.name}`,
      slot: { kind: "word", word, address: undefined },
      type: partOf(within, only.type),
    }));
  }
  const block = blockAt(snapshot, word);
  if (block.size !== fields.length || (block.tag !== 0 && block.tag !== blockTags.doubleArray))
    throw new Unreadable();
  return fieldsView(snapshot, block, "", fields, within);
}

/** A block with named fields: a record, or a constructor with an inline record. */
function fieldsView(
  snapshot: HeapSnapshot,
  block: Block,
  text: string,
  fields: readonly RecordField[],
  within: ScopedType,
): View {
  return indexedView({ text, style: "record", count: fields.length, address: block.address }, (index) => {
    const field = fields[index];
    if (!field) throw new Unreadable();
    const part = { name: field.name, accessor: `.${field.name}`, type: partOf(within, field.type) };
    if (block.tag !== blockTags.doubleArray) return fieldPart(snapshot, block, index, part);
    const address = fieldAddress(block, index);
    return { ...part, slot: { kind: "float", value: doubleAt(snapshot, address), address } };
  });
}

function variantView(
  snapshot: HeapSnapshot,
  word: bigint,
  layout: Layout & { readonly kind: "variant" },
): View {
  const { declaration, within } = layout;
  const { constructors } = declaration.definition;
  const [only] = constructors;
  if (declaration.unboxed && only) return unboxedView(word, only, layout);
  const isConstant = (each: Constructor) => each.arguments.length === 0 && each.fields === undefined;
  if (isImmediate(word)) {
    const constant = constructors.filter(isConstant)[Number(immediate(word))];
    if (!constant) throw new Unreadable();
    return textView(constant.name);
  }
  const block = blockAt(snapshot, word);
  const constructor = constructors.filter((each) => !isConstant(each))[block.tag];
  const fields = constructor?.fields;
  const types = constructor?.arguments ?? [];
  if (!constructor || block.size !== (fields ?? types).length) throw new Unreadable();
  const scope = constructorScope(constructor, layout);
  if (fields) return fieldsView(snapshot, block, constructor.name, fields, scope);
  return indexedView(
    {
      text: constructor.name,
      style: types.length === 1 ? "argument" : "tuple",
      count: types.length,
      address: block.address,
    },
    (index) => {
      const type = types[index];
      return fieldPart(snapshot, block, index, {
        name: `${index}`,
        type: type && partOf(within, type) && partOf(scope, type),
      });
    },
  );
}

/** The meaning of type variables in a constructor's arguments. */
function constructorScope(
  constructor: Constructor,
  { within, arguments: values }: Layout & { readonly kind: "variant" },
): ScopedType {
  return constructor.result ? { ...within, variables: bindResult(constructor.result, values) } : within;
}

function unboxedView(word: bigint, only: Constructor, layout: Layout & { readonly kind: "variant" }): View {
  const [field] = only.fields ?? [];
  const type = field?.type ?? only.arguments[0];
  if (!type) throw new Unreadable();
  return indexedView(
    { text: only.name, style: field ? "record" : "argument", count: 1, address: undefined },
    () => ({
      name: field?.name ?? "0",
      slot: { kind: "word", word, address: undefined },
      type: partOf(constructorScope(only, layout), type),
    }),
  );
}

function polymorphicView(
  snapshot: HeapSnapshot,
  word: bigint,
  { tags: known }: Layout & { readonly kind: "polymorphicVariant" },
): View {
  const find = (hash: bigint, hasArgument: boolean) =>
    known.find(
      ({ name, argument }) => variantHash(name) === hash && (argument !== undefined) === hasArgument,
    );
  if (isImmediate(word)) {
    const hash = immediate(word);
    const tag = find(hash, false);
    // A type that is open, as in `[> `A ]`, has tags that are not listed.
    return tag ? textView(`\`${tag.name}`) : textView(`\`<${hash}>`, false);
  }
  const block = blockOf(snapshot, word, 0, 2);
  const hash = immediate(fieldOf(snapshot, block, 0));
  const tag = find(hash, true);
  return indexedView(
    { text: tag ? `\`${tag.name}` : `\`<${hash}>`, style: "argument", count: 1, address: block.address },
    () =>
      fieldPart(snapshot, block, 1, { name: "0", type: tag?.argument && partOf(tag.within, tag.argument) }),
  );
}
