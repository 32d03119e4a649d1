import type { KnownType, Layout } from "../types/resolveType.ts";
import { modulePathOf, scopedType, type ScopedType } from "../types/scopedType.ts";
import {
  bufferView,
  cstructView,
  hashtblView,
  lwtView,
  mapView,
  queueView,
  setView,
  stackView,
} from "./containers.ts";
import { customView } from "./customView.ts";
import { exceptionParts } from "../heap/exceptionName.ts";
import {
  blockAt,
  doubleAt,
  fieldOf,
  immediate,
  immediateWord,
  isImmediate,
  blockTags,
} from "../heap/blocks.ts";
import { charLiteral, floatLiteral } from "../heap/literals.ts";
import { listCells } from "../heap/lists.ts";
import { blockOf, fieldPart } from "./parts.ts";
import { floatsView, shapeView } from "./shapeView.ts";
import { Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import { textOfString } from "../heap/strings.ts";
import { indexedView, textView, type View } from "./view.ts";

type Known = Layout & { readonly kind: "known" };
type Reader = (snapshot: HeapSnapshot, word: bigint, type: Known) => View;

/** Shows a value of a built-in type or of an abstract type of a library. Throws `Missing` or `Unreadable`. */
export function knownView(snapshot: HeapSnapshot, word: bigint, type: Known): View {
  return readers[type.name](snapshot, word, type);
}

const integer = (word: bigint): bigint => {
  if (!isImmediate(word)) throw new Unreadable();
  return immediate(word);
};

/** An immediate value that is one of a few. */
const oneOf =
  (...texts: readonly string[]): Reader =>
  (_, word) => {
    const text = texts[Number(integer(word))];
    if (text === undefined) throw new Unreadable();
    return textView(text);
  };

const custom =
  (suffix: RegExp): Reader =>
  (snapshot, word) => {
    const view = customView(snapshot, blockAt(snapshot, word));
    if (!suffix.test(view.text)) throw new Unreadable();
    return view;
  };

const stringReader: Reader = (snapshot, word) => {
  const block = blockAt(snapshot, word);
  return textView(textOfString(snapshot, block), true, block.address);
};

const arrayReader: Reader = (snapshot, word, { arguments: [item] }) => {
  const block = blockAt(snapshot, word);
  if (block.tag === blockTags.doubleArray) return floatsView(snapshot, block, true);
  if (block.tag !== 0) throw new Unreadable();
  return indexedView({ text: "", style: "array", count: block.size, address: block.address }, (index) =>
    fieldPart(snapshot, block, index, { name: `[${index}]`, accessor: `.(${index})`, type: item }),
  );
};

const listReader: Reader = (snapshot, word, { arguments: [item] }) => ({
  text: "",
  style: "list",
  typed: true,
  count: word === immediateWord(0n) ? 0 : undefined,
  address: isImmediate(word) ? undefined : word,
  *parts(from) {
    let index = from;
    for (const cell of listCells(snapshot, word, from)) {
      const accessor = `.(${index})`;
      yield fieldPart(snapshot, cell, 0, { name: `[${index++}]`, accessor, type: item });
    }
  },
  rest: (from) => {
    for (const { address } of listCells(snapshot, word, from)) return address;
    return undefined;
  },
});

const readers: Readonly<Record<KnownType, Reader>> = {
  int: (_, word) => textView(String(integer(word))),
  char: (_, word) => {
    const code = integer(word);
    if (code < 0n || code > 255n) throw new Unreadable();
    return textView(charLiteral(Number(code)));
  },
  bool: oneOf("false", "true"),
  unit: oneOf("()"),
  float: (snapshot, word) => {
    const block = blockOf(snapshot, word, blockTags.double, 1);
    return textView(floatLiteral(doubleAt(snapshot, block.address)), true, block.address);
  },
  string: stringReader,
  bytes: stringReader,
  int32: custom(/l$/),
  int64: custom(/L$/),
  nativeint: custom(/n$/),
  exn: exceptionView,
  extension_constructor: shapeView,
  list: listReader,
  array: arrayReader,
  iarray: arrayReader,
  floatarray: (snapshot, word) => {
    const block = blockAt(snapshot, word);
    if (block.tag !== blockTags.doubleArray && block.size > 0) throw new Unreadable();
    return floatsView(snapshot, block, true);
  },
  option: (snapshot, word, { arguments: [item] }) => {
    if (isImmediate(word)) return oneOf("None")(snapshot, word, emptyKnown);
    return oneArgument(snapshot, word, 0, "Some", item);
  },
  result: (snapshot, word, { arguments: [ok, error] }) => {
    const isError = blockAt(snapshot, word).tag === 1;
    return oneArgument(snapshot, word, isError ? 1 : 0, isError ? "Error" : "Ok", isError ? error : ok);
  },
  ref: (snapshot, word, { arguments: [item] }) => contentsView(snapshot, word, "ref", item),
  Atomic: (snapshot, word, { arguments: [item] }) => contentsView(snapshot, word, "Atomic", item),
  lazy_t: lazyView,
  Hashtbl: (snapshot, word, { arguments: [key, value] }) => hashtblView(snapshot, word, key, value),
  HashtblMake: (snapshot, word, { arguments: [value], key }) => hashtblView(snapshot, word, key, value),
  Map: (snapshot, word, { arguments: [value], key }) => mapView(snapshot, word, key, value),
  Set: (snapshot, word, { key }) => setView(snapshot, word, key),
  Queue: (snapshot, word, { arguments: [item] }) => queueView(snapshot, word, item),
  Stack: (snapshot, word, { arguments: [item] }) => stackView(snapshot, word, item),
  Buffer: bufferView,
  Lwt: (snapshot, word, { arguments: [item] }) => lwtView(snapshot, word, item),
  Cstruct: cstructView,
  Bigarray: (snapshot, word) => customView(snapshot, blockAt(snapshot, word)),
};

const emptyKnown: Known = { kind: "known", name: "unit", arguments: [], key: undefined };

/** A block with one field that can change. */
function contentsView(
  snapshot: HeapSnapshot,
  word: bigint,
  text: string,
  type: ScopedType | undefined,
): View {
  const block = blockOf(snapshot, word, 0, 1);
  return indexedView({ text, style: "argument", count: 1, address: block.address }, () =>
    fieldPart(snapshot, block, 0, { name: "contents", accessor: ".contents", type }),
  );
}

function oneArgument(
  snapshot: HeapSnapshot,
  word: bigint,
  tag: number,
  text: string,
  type: ScopedType | undefined,
): View {
  const block = blockOf(snapshot, word, tag, 1);
  return indexedView({ text, style: "argument", count: 1, address: block.address }, () =>
    fieldPart(snapshot, block, 0, { name: "0", type }),
  );
}

/** A lazy value that was forced is stored as a forwarding block, or as the value itself. */
function lazyView(snapshot: HeapSnapshot, word: bigint, { arguments: [item] }: Known): View {
  const part = (value: bigint, address: bigint | undefined): View =>
    indexedView({ text: "lazy", style: "argument", count: 1, address }, () => ({
      name: "0",
      slot: { kind: "word", word: value, address: undefined },
      type: item,
    }));
  if (isImmediate(word)) return part(word, undefined);
  const block = blockAt(snapshot, word);
  if (block.tag === blockTags.lazy) return textView("<lazy, not forced>", true, word);
  if (block.tag === blockTags.forcing) return textView("<lazy, being forced>", true, word);
  return block.tag === blockTags.forward ? part(fieldOf(snapshot, block, 0), word) : part(word, word);
}

/** An exception, or a value of another extensible type. Its name leads to its declaration, which has the types of its arguments. */
export function exceptionView(snapshot: HeapSnapshot, word: bigint): View {
  const parts = exceptionParts(snapshot, word);
  if (!parts) throw new Unreadable();
  const { name, path, block } = parts;
  if (!block) return textView(name, true, word);
  const count = block.size - 1;
  const { definition } = snapshot.declaration(path) ?? {};
  const declared = definition?.kind === "variant" ? definition.constructors[0] : undefined;
  const fields = declared?.fields?.length === count ? declared.fields : undefined;
  const types = declared?.arguments.length === count ? declared.arguments : undefined;
  const scope = modulePathOf(path);
  const style = fields ? "record" : count === 1 ? "argument" : "tuple";
  return indexedView({ text: name, style, count, address: block.address }, (index) => {
    const type = fields?.[index]?.type ?? types?.[index];
    return fieldPart(snapshot, block, index + 1, {
      name: fields?.[index]?.name ?? `${index}`,
      type: type && scopedType(type, scope),
    });
  });
}
