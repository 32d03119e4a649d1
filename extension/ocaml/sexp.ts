/** An s-expression of dune: an atom or quoted string as its text, or a list. */
export type Sexp = string | readonly Sexp[];

/** Deeper lists are read as part of the list around them; no dune file nests as deep. */
const maxDepth = 200;

/** A comment to the end of the line, a block comment, a quoted string, a parenthesis, or an atom. */
const token = /;[^\n]*|#\|[^]*?(?:\|#|$)|"(?:[^"\\]|\\[^])*(?:"|$)|[()]|[^\s()";]+/g;

/**
 * Parses the s-expressions of a dune file (dune's manual, "Lexical conventions"). Never fails: a
 * parenthesis that closes nothing is ignored, and the end of the text closes what is open. The time is
 * linear in the length of the text.
 */
export function parseSexps(text: string): readonly Sexp[] {
  const top: Sexp[] = [];
  const open: Sexp[][] = [top];
  for (const [found] of text.matchAll(token)) {
    const current = open.at(-1) ?? top;
    if (found.startsWith(";") || found.startsWith("#|")) continue;
    if (found === "(") {
      if (open.length > maxDepth) continue;
      const list: Sexp[] = [];
      current.push(list);
      open.push(list);
    } else if (found === ")") {
      if (open.length > 1) open.pop();
    } else current.push(found.startsWith('"') ? unquoted(found) : found);
  }
  return top;
}

/** The items of the first list `(NAME item …)` among the expressions; undefined if there is none. */
export function sexpField(expressions: readonly Sexp[], name: string): readonly Sexp[] | undefined {
  const found = expressions.find((each) => Array.isArray(each) && each[0] === name);
  return Array.isArray(found) ? found.slice(1) : undefined;
}

/** The atoms of a list, those of the lists in it included. */
export function sexpAtoms(expressions: readonly Sexp[]): readonly string[] {
  const atoms: string[] = [];
  const collect = (items: readonly Sexp[]): void => {
    for (const item of items) {
      if (typeof item === "string") atoms.push(item);
      else collect(item);
    }
  };
  collect(expressions);
  return atoms;
}

function unquoted(literal: string): string {
  const inside = literal.slice(1, literal.length > 1 && literal.endsWith('"') ? -1 : undefined);
  return inside.replace(/\\(?:\r?\n[ \t]*|[^])/g, (escape) => {
    const character = escape[1] ?? "";
    return { n: "\n", t: "\t", r: "\r", b: "\b", "\n": "", "\r": "" }[character] ?? character;
  });
}
