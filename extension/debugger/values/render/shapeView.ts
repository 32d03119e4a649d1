import {
  blockAt,
  doubleAt,
  fieldAddress,
  fieldOf,
  immediate,
  isImmediate,
  stringLength,
  blockTags,
  type Block,
} from "../heap/blocks.ts";
import { exceptionName } from "../heap/exceptionName.ts";
import { floatLiteral } from "../heap/literals.ts";
import { customView } from "./customView.ts";
import { textOfString } from "../heap/strings.ts";
import { Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import { indexedView, textView, type View } from "./view.ts";

/** Shows a value by the tag and size of its block only. Throws `Missing` or `Unreadable`. */
export function shapeView(snapshot: HeapSnapshot, word: bigint): View {
  if (isImmediate(word)) return textView(String(immediate(word)), false);
  const block = blockAt(snapshot, word);
  const { address } = block;
  switch (block.tag) {
    case blockTags.string:
      stringLength(snapshot, block);
      return textView(textOfString(snapshot, block), false, address);
    case blockTags.double:
      if (block.size !== 1) throw new Unreadable();
      return textView(floatLiteral(doubleAt(snapshot, address)), false, address);
    case blockTags.doubleArray:
      return floatsView(snapshot, block, false);
    case blockTags.closure:
    case blockTags.infix:
      return { ...codeView(snapshot, word), typed: false };
    case blockTags.object:
      return { ...objectView(snapshot, word), typed: false };
    case blockTags.custom:
      return { ...customView(snapshot, block), typed: false };
    case blockTags.lazy:
    case blockTags.forcing:
      return textView("<lazy, not forced>", false, address);
    case blockTags.continuation:
      return textView("<continuation>", false, address);
    case blockTags.abstract:
      return textView(`<abstract, ${block.size} words>`, false, address);
    default:
      return blockView(snapshot, block);
  }
}

/** A block whose fields are values: a tuple, record, constructor, array or list; the shape does not say which. */
function blockView(snapshot: HeapSnapshot, block: Block): View {
  const text = block.tag === 0 ? "" : block.tag === blockTags.forward ? "forward" : `tag ${block.tag}`;
  const { address, size: count } = block;
  return indexedView({ text, style: "tuple", count, address, typed: false }, (index) => ({
    name: `${index}`,
    slot: { kind: "word", word: fieldOf(snapshot, block, index), address: fieldAddress(block, index) },
    type: undefined,
  }));
}

/** An array of floats, which are stored without blocks of their own. */
export function floatsView(snapshot: HeapSnapshot, block: Block, typed: boolean): View {
  const { address, size: count } = block;
  return indexedView({ text: "", style: "array", count, address, typed }, (index) => ({
    name: `[${index}]`,
    accessor: `.(${index})`,
    slot: {
      kind: "float",
      value: doubleAt(snapshot, fieldAddress(block, index)),
      address: fieldAddress(block, index),
    },
    type: undefined,
  }));
}

/** A function, by the place of its code. */
export function codeView(snapshot: HeapSnapshot, word: bigint): View {
  const block = blockAt(snapshot, word);
  if (block.tag !== blockTags.closure && block.tag !== blockTags.infix) throw new Unreadable();
  // The closure of a function with several parameters begins with the code that applies it to one of them.
  const information = snapshot.word(word + 8n);
  const arity = BigInt.asIntN(8, information >> 56n);
  const code = snapshot.word(arity === 0n || arity === 1n ? word : word + 16n);
  const place = snapshot.context.functionAt?.(code);
  if (!place) return textView("<fun>", true, word);
  const at = place.file === undefined ? "" : ` (${place.file}${place.line ? `:${place.line}` : ""})`;
  return textView(`<fun ${place.name}${at}>`, true, word);
}

/** An object, by its number; an exception's constructor has the same tag. */
export function objectView(snapshot: HeapSnapshot, word: bigint): View {
  const block = blockAt(snapshot, word);
  if (block.tag !== blockTags.object || block.size < 2) throw new Unreadable();
  const name = exceptionName(snapshot, block)?.replace(/^Dune__exe__/, "");
  if (name !== undefined) return textView(name, true, word);
  return textView(`<object #${immediate(fieldOf(snapshot, block, 1))}>`, true, word);
}
