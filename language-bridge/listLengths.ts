import type { LabelledArgument } from "./calls.ts";
import { elementsOf } from "./calls.ts";
import type { Brackets } from "./tokens.ts";

/** Words behind which a list that a `let` binds is all of its value. */
const ends: ReadonlySet<string> = new Set(["in", "let", "and", "open", "type", "module", "include"]);

/**
 * How long the lists are that names stand for, while a file is read from its beginning. A name is sure
 * where the item that is read binds it to a list, or where it was bound once and this item has not
 * named it otherwise, as a parameter would.
 */
export function listLengths(brackets: Brackets) {
  const { text, tokens, is } = brackets;
  const all = new Map<string, { readonly length: number | undefined; readonly once: boolean }>();
  let here = new Map<string, number | undefined>();
  let named = new Set<string>();

  const lengthAt = (at: number): number | undefined => {
    const close = is(at, "=") && is(at + 1, "[") ? brackets.closing(at + 1) : undefined;
    const next = close === undefined ? undefined : tokens[close + 1];
    const whole =
      close !== undefined && (next === undefined || (next.kind === "name" && ends.has(next.text)));
    return whole ? elementsOf(brackets, at + 1).length : undefined;
  };
  const lengthOf = (name: string): number | undefined => {
    if (here.has(name)) return here.get(name);
    const bound = named.has(name) ? undefined : all.get(name);
    return bound?.once === true ? bound.length : undefined;
  };

  return {
    /** An item of the file begins. */
    item: () => {
      here = new Map();
      named = new Set();
    },
    /** A `let` binds the name; at `at` is what follows it. */
    bound: (name: string, at: number) => {
      const length = lengthAt(at);
      all.set(name, { length, once: !all.has(name) });
      here.set(name, length);
    },
    /** Any name of the text that is read. */
    seen: (name: string) => {
      named.add(name);
    },
    of: (labels: ReadonlyMap<string, LabelledArgument>): ReadonlyMap<string, number> => {
      const lengths = new Map<string, number>();
      for (const [label, { value, elements, span }] of labels) {
        if (text[span.start] !== "~") continue;
        const name = value ? text.slice(value.start, value.end) : label;
        const length = elements?.length ?? lengthOf(name);
        if (length !== undefined) lengths.set(label, length);
      }
      return lengths;
    },
  };
}
