import type { ScopedType } from "../types/scopedType.ts";
import { floatLiteral } from "../heap/literals.ts";
import { Missing, Unreadable, type HeapSnapshot } from "../heap/snapshot.ts";
import { viewOfWord } from "./typedView.ts";
import type { Part, Slot, View } from "./view.ts";

/** What is shown in place of a value that cannot be read or is not of its type. */
export const unreadable = "<unreadable>";
const maxDepth = 200;

interface State {
  /** Characters that may still be printed. */
  left: number;
  /** Addresses of the blocks around the current value. */
  readonly around: bigint[];
}

/** The one-line text of a value. Never throws; what has not been read yet is `…`, and the snapshot notes it. */
export function renderText(snapshot: HeapSnapshot, slot: Slot, type: ScopedType | undefined): string {
  return show(snapshot, slot, type, { left: snapshot.context.textLimit ?? 200, around: [] }, false);
}

/** `nested` values are in parentheses if they have several words. */
function show(
  snapshot: HeapSnapshot,
  slot: Slot,
  type: ScopedType | undefined,
  state: State,
  nested: boolean,
): string {
  if (state.left <= 0 || state.around.length > maxDepth) return "…";
  const atom = (text: string): string => {
    const negative = nested && text.startsWith("-");
    state.left -= text.length;
    return negative ? `(${text})` : text;
  };
  if (slot.kind === "float") return atom(floatLiteral(slot.value));
  if (slot.kind === "text") return atom(slot.text);
  let view: View;
  try {
    view = viewOfWord(snapshot, slot.word, type);
  } catch (error) {
    return atom(unreadableText(error));
  }
  if (view.style === "text") return atom(view.text);
  if (view.address !== undefined && state.around.includes(view.address)) return atom("<cycle>");
  if (view.address !== undefined) state.around.push(view.address);
  state.left -= view.text.length + 2;
  const inside = parts(snapshot, view, state);
  if (view.address !== undefined) state.around.pop();
  const [open, close] = brackets[view.style];
  const text = view.text === "" ? `${open}${inside}${close}` : `${view.text} ${open}${inside}${close}`;
  return nested && view.text !== "" ? `(${text})` : text;
}

const brackets: Readonly<Record<View["style"], readonly [open: string, close: string]>> = {
  record: ["{", "}"],
  tuple: ["(", ")"],
  list: ["[", "]"],
  array: ["[|", "|]"],
  map: ["{", "}"],
  set: ["{", "}"],
  argument: ["", ""],
  text: ["", ""],
};

/** The texts of the parts, as many as there is room for. */
function parts(snapshot: HeapSnapshot, view: View, state: State): string {
  const separator = view.style === "tuple" ? ", " : "; ";
  const texts: string[] = [];
  let key: string | undefined;
  try {
    for (const part of view.parts(0)) {
      if (state.left <= 0) {
        texts.push("…");
        break;
      }
      const text = `${label(view, part)}${show(snapshot, part.slot, part.type, state, view.style === "argument")}`;
      if (view.style === "map" && key === undefined) {
        key = text;
        continue;
      }
      texts.push(key === undefined ? text : `${key} → ${text}`);
      key = undefined;
      state.left -= separator.length;
    }
  } catch (error) {
    texts.push(unreadableText(error));
  }
  return texts.join(separator);
}

function label({ style, text }: View, { name }: Part): string {
  if (style === "record") return `${name} = `;
  return style === "tuple" && text === "" && !/^\d/.test(name) ? `~${name}:` : "";
}

/** The text for a value that could not be read. Throws every other error. */
export function unreadableText(error: unknown): string {
  if (error instanceof Missing) return "…";
  if (error instanceof Unreadable || error instanceof RangeError) return unreadable;
  throw error;
}
