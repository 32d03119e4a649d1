import { readBrackets, type Span } from "../../ocaml/brackets.ts";

/** A use of a module that an OCaml file does not define. */
export interface ModuleUse {
  /** The first name of its path: `Dns` of `Dns.Packet.decode`. */
  readonly name: string;
  readonly span: Span;
}

/** The modules that an OCaml file uses. */
export interface ModuleUses {
  /** The first use of each, in the order of the text. */
  readonly uses: readonly ModuleUse[];
  /** Whether the file opens a module, so that a name can be a module inside that one. */
  readonly opens: boolean;
}

/** Modules of operators, which contain no modules. */
const operators: ReadonlySet<string> = new Set(["Infix", "Syntax", "O"]);

/**
 * Finds the modules of other files that a text uses: in paths of values and types, with `open` and `include`, and as
 * alias. A name that the file binds somewhere is left out everywhere. Linear in the length of the text.
 */
export function readModuleUses(text: string): ModuleUses {
  const { tokens, is } = readBrackets(text);
  const bound = new Set<string>();
  const uses = new Map<string, ModuleUse>();
  let opens = false;
  for (const [at, { kind, text: name, start, end }] of tokens.entries()) {
    if (kind !== "name" || !/^\p{Lu}/u.test(name) || is(at - 1, ".") || is(at - 1, "`")) continue;
    const isOpened = is(at - 1, "open") || is(at - 1, "include") || (is(at - 1, "!") && is(at - 2, "open"));
    const isBound =
      (is(at - 1, "module") || is(at - 1, "rec") || is(at - 1, "and") || is(at - 1, "(")) && !is(at + 1, ".");
    if (isBound) bound.add(name);
    else if (isOpened || is(at + 1, ".") || (is(at - 1, "=") && is(at - 3, "module")))
      uses.set(name, uses.get(name) ?? { name, span: { start, end } });
    if (isOpened) {
      let last = at;
      while (is(last + 1, ".") && /^\p{Lu}/u.test(tokens[last + 2]?.text ?? "")) last += 2;
      opens ||= !operators.has(tokens[last]?.text ?? "");
    }
  }
  return { uses: [...uses.values()].filter(({ name }) => !bound.has(name)), opens };
}
