import { parseType } from "../types/ocamlType.ts";
import { scopedType, type ScopedType } from "../types/scopedType.ts";
import { bytesText, readBigarray } from "./customView.ts";
import {
  blockAt,
  fieldOf,
  immediate,
  immediateWord,
  isImmediate,
  stringLength,
  blockTags,
  type Block,
} from "../heap/blocks.ts";
import { listCells } from "../heap/lists.ts";
import { escapeBytes } from "../heap/literals.ts";
import { blockOf, fieldPart } from "./parts.ts";
import { Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import { indexedView, textView, walkedView, type Part, type View } from "./view.ts";

type Type = ScopedType | undefined;
const empty = immediateWord(0n);

function integerField(snapshot: HeapSnapshot, block: Block, index: number): number {
  const word = fieldOf(snapshot, block, index);
  if (!isImmediate(word)) throw new Unreadable();
  return Number(immediate(word));
}

/** Two parts for each binding: the key and the value. */
function* bindingParts(
  snapshot: HeapSnapshot,
  block: Block,
  at: { readonly key: number; readonly value: number },
  index: number,
  types: { readonly key: Type; readonly value: Type },
): Iterable<Part> {
  yield fieldPart(snapshot, block, at.key, { name: `[${index}].key`, type: types.key });
  yield fieldPart(snapshot, block, at.value, { name: `[${index}]`, type: types.value });
}

/** `Hashtbl.t`: size, buckets, seed and initial size; a bucket is empty or has a key, a value and the next one. */
export function hashtblView(snapshot: HeapSnapshot, word: bigint, key: Type, value: Type): View {
  const table = blockOf(snapshot, word, 0, 4);
  const size = integerField(snapshot, table, 0);
  const buckets = blockAt(snapshot, fieldOf(snapshot, table, 1));
  if (size < 0 || buckets.tag !== 0) throw new Unreadable();
  return walkedView({ text: "Hashtbl", style: "map", count: size * 2, address: word }, function* () {
    let index = 0;
    for (let bucket = 0; bucket < buckets.size && index < size; bucket++) {
      let at = fieldOf(snapshot, buckets, bucket);
      while (!isImmediate(at) && index < size) {
        const cell = blockOf(snapshot, at, 0, 3);
        yield* bindingParts(snapshot, cell, { key: 0, value: 1 }, index++, { key, value });
        at = fieldOf(snapshot, cell, 2);
      }
    }
  });
}

/** The nodes of a balanced tree in order. Deeper trees than those of `Map` and `Set` are damaged. */
function* treeNodes(snapshot: HeapSnapshot, root: bigint, size: number): Iterable<Block> {
  const waiting: Block[] = [];
  let at = root;
  for (;;) {
    while (at !== empty) {
      const node = blockAt(snapshot, at);
      if (node.tag !== 0 || node.size !== size || waiting.length > 100) throw new Unreadable();
      waiting.push(node);
      at = fieldOf(snapshot, node, 0);
    }
    const node = waiting.pop();
    if (!node) return;
    yield node;
    at = fieldOf(snapshot, node, size - 2);
  }
}

/** `Map.Make(…).t`: left, key, value, right and height. */
export function mapView(snapshot: HeapSnapshot, word: bigint, key: Type, value: Type): View {
  const address = isImmediate(word) ? undefined : word;
  return walkedView(
    { text: "Map", style: "map", count: word === empty ? 0 : undefined, address },
    function* () {
      let index = 0;
      for (const node of treeNodes(snapshot, word, 5)) {
        yield* bindingParts(snapshot, node, { key: 1, value: 2 }, index++, { key, value });
      }
    },
  );
}

/** `Set.Make(…).t`: left, element, right and height. */
export function setView(snapshot: HeapSnapshot, word: bigint, item: Type): View {
  const address = isImmediate(word) ? undefined : word;
  return walkedView(
    { text: "Set", style: "set", count: word === empty ? 0 : undefined, address },
    function* () {
      let index = 0;
      for (const node of treeNodes(snapshot, word, 4)) {
        yield fieldPart(snapshot, node, 1, { name: `[${index++}]`, type: item });
      }
    },
  );
}

/** `Queue.t`: length, first and last cell; a cell has its content and the next one. */
export function queueView(snapshot: HeapSnapshot, word: bigint, item: Type): View {
  const queue = blockOf(snapshot, word, 0, 3);
  const count = integerField(snapshot, queue, 0);
  if (count < 0) throw new Unreadable();
  const first = fieldOf(snapshot, queue, 1);
  return walkedView({ text: "Queue", style: "list", count, address: word }, function* () {
    let index = 0;
    for (const cell of listCells(snapshot, first)) {
      if (index >= count) return;
      yield fieldPart(snapshot, cell, 0, { name: `[${index++}]`, type: item });
    }
  });
}

/** `Stack.t`: a list and its length; the top is the first item. */
export function stackView(snapshot: HeapSnapshot, word: bigint, item: Type): View {
  const stack = blockOf(snapshot, word, 0, 2);
  const count = integerField(snapshot, stack, 1);
  if (count < 0) throw new Unreadable();
  const list = fieldOf(snapshot, stack, 0);
  return walkedView({ text: "Stack", style: "list", count, address: word }, function* () {
    let index = 0;
    for (const cell of listCells(snapshot, list)) {
      if (index >= count) return;
      yield fieldPart(snapshot, cell, 0, { name: `[${index++}]`, type: item });
    }
  });
}

/** `Buffer.t`: up to OCaml 5.1 the bytes, position and length; later the first and third are in a record of their own. */
export function bufferView(snapshot: HeapSnapshot, word: bigint): View {
  const buffer = blockAt(snapshot, word);
  if (buffer.tag !== 0 || (buffer.size !== 4 && buffer.size !== 3)) throw new Unreadable();
  const length = integerField(snapshot, buffer, 1);
  const first = blockAt(snapshot, fieldOf(snapshot, buffer, 0));
  const content = first.tag === blockTags.string ? first : blockAt(snapshot, fieldOf(snapshot, first, 0));
  if (length < 0 || length > stringLength(snapshot, content)) throw new Unreadable();
  const limit = snapshot.context.textLimit ?? 200;
  const text = escapeBytes(snapshot.bytes(content.address, Math.min(length, limit)));
  return textView(`Buffer "${text}${length > limit ? "…" : ""}" (${length} bytes)`, true, word);
}

/** `Lwt.t`: a promise has a state, which is fulfilled, failed, pending or that of another promise. */
export function lwtView(snapshot: HeapSnapshot, word: bigint, item: Type): View {
  let promise = blockOf(snapshot, word, 0, 1);
  for (let step = 0; step < 1000; step++) {
    const state = blockAt(snapshot, fieldOf(snapshot, promise, 0));
    if (state.tag === 2) return textView("<pending>", true, word);
    if (state.size !== 1 || state.tag > 3) throw new Unreadable();
    if (state.tag === 3) {
      promise = blockOf(snapshot, fieldOf(snapshot, state, 0), 0, 1);
      continue;
    }
    const failed = state.tag === 1;
    return indexedView(
      { text: failed ? "<failed>" : "<resolved>", style: "argument", count: 1, address: word },
      () =>
        fieldPart(snapshot, state, 0, {
          name: failed ? "exception" : "value",
          type: failed ? exception : item,
        }),
    );
  }
  throw new Unreadable();
}

const exception = scopedType(parseType("exn") ?? { kind: "variable", name: "_" }, "");

/** `Cstruct.t`: a bigarray of characters, an offset and a length. */
export function cstructView(snapshot: HeapSnapshot, word: bigint): View {
  const cstruct = blockOf(snapshot, word, 0, 3);
  const [offset, length] = [integerField(snapshot, cstruct, 1), integerField(snapshot, cstruct, 2)];
  const { data, dimensions } = readBigarray(snapshot, blockAt(snapshot, fieldOf(snapshot, cstruct, 0)));
  if (offset < 0 || length < 0 || offset + length > (dimensions[0] ?? 0)) throw new Unreadable();
  return textView(bytesText(snapshot, data + BigInt(offset), length), true, word);
}
