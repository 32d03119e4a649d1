/** A value of an opam file. A word is an identifier, a number or an operator such as `&` or `>=`. */
export type OpamValue = (
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "word"; readonly value: string }
  /** `[ … ]` or `( … )` */
  | { readonly kind: "list"; readonly items: readonly OpamValue[] }
) & {
  /** What `{ … }` behind the value contains, such as a version constraint. */
  readonly filter?: readonly OpamValue[];
};

/** The fields of an opam file, by name. Sections such as `url { … }` are not read. */
export interface OpamFile {
  readonly fields: ReadonlyMap<string, readonly OpamValue[]>;
  /** False if a string or a bracket is not closed, as in a file that is half written. */
  readonly complete: boolean;
}

type Container = { readonly opener: string; readonly items: OpamValue[] };

/** In order: blanks, comments, strings of three and of one quote, brackets, words, operators. */
const token =
  /(\s+|#[^\n]*|\(\*[^]*?\*\))|"""([^]*?)"""|"((?:[^"\\]|\\[^])*)"|([[\](){}])|([\w+?/.-][\w+/:.-]*)|([<>=!&|?:]+)|[^]/y;
const partners: Readonly<Record<string, string>> = { "]": "[", ")": "(", "}": "{" };

/**
 * Reads the fields of an opam file (format 2.0, https://opam.ocaml.org/doc/Manual.html#opam). Never fails: what a
 * half-written file has is read. Linear in the length of the text.
 */
export function readOpamFile(text: string): OpamFile {
  const fields = new Map<string, OpamValue[]>();
  let open: Container[] = [{ opener: "", items: [] }];
  let complete = true;
  let section = 0;
  const add = (value: OpamValue): void => {
    open.at(-1)?.items.push(value);
  };
  const startField = (name: string): void => {
    const items: OpamValue[] = [];
    if (open.length > 1) complete = false;
    open = [{ opener: "", items }];
    if (section === 0 && !fields.has(name)) fields.set(name, items);
  };
  const close = (sign: string): void => {
    const container = open.at(-1);
    if (!container || container.opener !== partners[sign]) {
      if (sign === "}" && section > 0) section--;
      else complete = false;
      return;
    }
    open.pop();
    const outer = open.at(-1)?.items;
    if (sign !== "}") outer?.push({ kind: "list", items: container.items });
    else {
      const filtered = outer?.pop();
      if (filtered) outer?.push({ ...filtered, filter: container.items });
    }
  };
  token.lastIndex = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [whole, blank, long, short, bracket, word, operator] = found;
    if (blank !== undefined) continue;
    if (long !== undefined) add({ kind: "string", value: long });
    else if (short !== undefined) add({ kind: "string", value: unescaped(short) });
    else if (bracket !== undefined) {
      const isSection = bracket === "{" && open.length === 1 && open[0]?.items.length === 0;
      if (isSection) section++;
      else if (bracket in partners) close(bracket);
      else open.push({ opener: bracket, items: [] });
    } else if (word !== undefined) {
      const name = /^([A-Za-z_][\w+-]*):$/.exec(word)?.[1];
      const isOutside = open.length === 1 || isLineStart(text, found.index);
      if (name !== undefined && isOutside) startField(name);
      else if (
        isOutside &&
        /^[ \t]*(?:"[^"\n]*"[ \t]*)?\{/.test(text.slice(token.lastIndex, token.lastIndex + 200))
      )
        startField(`${word} section`);
      else add({ kind: "word", value: word });
    } else if (operator === undefined) complete &&= whole !== '"';
    else add({ kind: "word", value: operator });
  }
  return { fields, complete: complete && open.length === 1 && section === 0 };
}

const isLineStart = (text: string, at: number): boolean => at === 0 || text[at - 1] === "\n";

const unescaped = (text: string): string =>
  text.replace(/\\(\r?\n[ \t]*|[^])/g, (_, sign: string) =>
    sign === "n" ? "\n" : sign === "t" ? "\t" : sign.includes("\n") ? "" : sign,
  );

/** The text of a field that is one string; undefined if it is absent or something else. */
export function textOf({ fields }: OpamFile, name: string): string | undefined {
  const [value] = fields.get(name) ?? [];
  return value?.kind === "string" ? value.value : undefined;
}

/** The values of a field that is a list, or one value without brackets. */
export function listOf({ fields }: OpamFile, name: string): readonly OpamValue[] {
  const values = fields.get(name) ?? [];
  const [first] = values;
  return values.length === 1 && first?.kind === "list" && first.filter === undefined ? first.items : values;
}

/** The strings of a field that is a list of strings or one string. */
export const textsOf = (file: OpamFile, name: string): readonly string[] =>
  listOf(file, name).flatMap((each) => (each.kind === "string" ? [each.value] : []));
