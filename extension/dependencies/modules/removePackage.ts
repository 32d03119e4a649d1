import type { Span } from "../../ocaml/brackets.ts";

/** The part of config.ml to delete so that a list loses one of its packages, with the separator beside it. */
export function packageRemoval(text: string, { start, end }: Span): Span {
  const after = /[ \t]*;[ \t]*(?:\r?\n[ \t]*)?/y;
  after.lastIndex = end;
  if (after.test(text)) return { start, end: after.lastIndex };
  const [before = ""] = /\s*;\s*$/.exec(text.slice(0, start)) ?? [];
  return { start: start - before.length, end };
}
