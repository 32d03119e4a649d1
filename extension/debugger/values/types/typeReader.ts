import { ocamlTokens, type Token } from "../../../ocaml/lexer.ts";
import type { OcamlType, PolymorphicTag } from "./typeTree.ts";

/** Nesting beyond this is refused, because hostile text would otherwise overflow the stack. */
const maxDepth = 100;

/** Reads types from a position of a text on. All positions are indices of tokens. */
export interface TypeReader {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
  readonly is: (sign: string, ahead?: number) => boolean;
  /** Steps over a sign or word if it is the next one. */
  readonly take: (sign: string) => boolean;
  readonly name: () => string | undefined;
  /** A whole type expression. */
  readonly type: () => OcamlType | undefined;
  /** A type without `->`, `*` and `as` outside of parentheses. */
  readonly simple: () => OcamlType | undefined;
}

const symbols = /^[&|>]$/;

/** Makes a reader of type expressions, whose grammar is that of the OCaml manual ("Type expressions"). */
export function typeReader(text: string): TypeReader {
  const tokens = ocamlTokens(text);
  let depth = 0;

  const word = (ahead = 0): string => {
    const token = tokens[reader.at + ahead];
    return token === undefined || token.kind === "string" ? "" : token.text;
  };
  const is = (sign: string, ahead = 0) => word(ahead) === sign;
  const take = (sign: string) => {
    if (!is(sign)) return false;
    reader.at++;
    return true;
  };
  const arrow = () => is("-") && is(">", 1);
  const isName = (ahead = 0) => tokens[reader.at + ahead]?.kind === "name";
  const name = () => (isName() ? tokens[reader.at++]?.text : undefined);
  const nested = <T>(read: () => T | undefined): T | undefined => {
    if (depth >= maxDepth) return undefined;
    depth++;
    const result = read();
    depth--;
    return result;
  };

  const type = (): OcamlType | undefined => nested(readType);
  const simple = (): OcamlType | undefined => nested(readSimple);

  function readType(): OcamlType | undefined {
    const polymorphic = skipQuantifier();
    if (!polymorphic) return undefined;
    let found = readArrow();
    while (found && take("as")) {
      if (!take("'")) return undefined;
      const variable = name();
      if (variable === undefined) return undefined;
      found = { kind: "alias", type: found, name: variable };
    }
    return found;
  }

  /** Steps over `'a 'b.`; false if the text ends in it. */
  function skipQuantifier(): boolean {
    let ahead = 0;
    while (is("'", ahead) && isName(ahead + 1)) ahead += 2;
    if (ahead > 0 && is(".", ahead)) reader.at += ahead + 1;
    return true;
  }

  function readArrow(): OcamlType | undefined {
    // A loop instead of a recursion, because a function may have many parameters.
    const parameters: { label: string; from: OcamlType }[] = [];
    for (;;) {
      const label = readLabel();
      const first = simple();
      if (!first) return undefined;
      const items = [first];
      const labels = [""];
      while (take("*")) {
        labels.push(readLabel());
        const item = simple();
        if (!item) return undefined;
        items.push(item);
      }
      const isFunction = arrow();
      if (items.length > 1 && !isFunction) labels[0] = label;
      const single: OcamlType = items.length === 1 ? first : { kind: "tuple", items, labels };
      if (!isFunction) {
        return parameters.reduceRight<OcamlType>((to, each) => ({ kind: "function", ...each, to }), single);
      }
      reader.at += 2;
      parameters.push({ label, from: single });
    }
  }

  /** `x:` or `?x:`, without the colon. */
  function readLabel(): string {
    const optional = is("?") ? 1 : 0;
    if (!isName(optional) || !is(":", optional + 1)) return "";
    const label = `${optional ? "?" : ""}${word(optional)}`;
    reader.at += optional + 2;
    return label;
  }

  function readSimple(): OcamlType | undefined {
    let found = readBase();
    while (found && isName() && !reserved.has(word())) {
      const path = readPath();
      if (path === undefined) return undefined;
      const previous: readonly OcamlType[] =
        found.kind === "tuple" && found.items.length === 0 ? [] : [found];
      found = { kind: "constructor", path, arguments: previous };
    }
    return found;
  }

  function readBase(): OcamlType | undefined {
    if (take("'")) {
      const variable = name();
      return variable === undefined ? undefined : { kind: "variable", name: variable };
    }
    if (is("(")) return readParentheses();
    if (is("[")) return readVariant();
    if (is("<")) return readObject();
    if (take("#")) {
      const path = readPath();
      return path === undefined ? undefined : { kind: "object", text: `#${path}` };
    }
    if (!isName() || reserved.has(word())) return undefined;
    if (is("_")) {
      reader.at++;
      return { kind: "variable", name: "_" };
    }
    const path = readPath();
    return path === undefined ? undefined : { kind: "constructor", path, arguments: [] };
  }

  function readParentheses(): OcamlType | undefined {
    const start = reader.at++;
    if (is("module")) return skipBrackets(start, "(", ")", "module");
    const first = type();
    if (!first) return undefined;
    const items = [first];
    while (take(",")) {
      const item = type();
      if (!item) return undefined;
      items.push(item);
    }
    if (!take(")")) return undefined;
    if (items.length === 1) return first;
    const path = is("#") ? undefined : readPath();
    return path === undefined ? undefined : { kind: "constructor", path, arguments: items };
  }

  function skipBrackets(
    start: number,
    open: string,
    close: string,
    kind: "module" | "object",
  ): OcamlType | undefined {
    let level = 1;
    while (level > 0 && reader.at < tokens.length) {
      // The arrow of a method's type is not a bracket.
      if (is(open)) level++;
      else if (is(close) && !(close === ">" && is("-", -1))) level--;
      reader.at++;
    }
    if (level > 0) return undefined;
    const end = tokens[reader.at - 1]?.end ?? text.length;
    return { kind, text: text.slice(tokens[start]?.start, end).replace(/\s+/g, " ") };
  }

  function readObject(): OcamlType | undefined {
    const start = reader.at++;
    return skipBrackets(start, "<", ">", "object");
  }

  function readVariant(): OcamlType | undefined {
    reader.at++;
    if (is(">") || is("<")) reader.at++;
    const tags: PolymorphicTag[] = [];
    const included: OcamlType[] = [];
    take("|");
    while (!is("]")) {
      if (take("`")) {
        const tag = name();
        if (tag === undefined) return undefined;
        let argument: OcamlType | undefined;
        if (take("of")) {
          take("&");
          argument = type();
          if (!argument) return undefined;
          while (take("&")) if (!type()) return undefined;
        }
        tags.push({ name: tag, argument });
      } else {
        const other = type();
        if (!other) return undefined;
        included.push(other);
      }
      if (is(">")) {
        while (reader.at < tokens.length && !is("]")) reader.at++;
      }
      if (!is("]") && !symbols.test(word())) return undefined;
      take("|");
    }
    reader.at++;
    return { kind: "polymorphicVariant", tags, included };
  }

  /** A path such as `Map.Make(String).t`, or `t/2` for a name that another one hides. */
  function readPath(): string | undefined {
    let path = name();
    if (path === undefined) return undefined;
    while (reader.at < tokens.length) {
      if (is(".") && isName(1)) {
        path += `.${word(1)}`;
        reader.at += 2;
      } else if (is("(") && /(?:^|[.)])[A-Z][\w']*$|\)$/.test(path)) {
        reader.at++;
        const argument = nested(readPath);
        if (argument === undefined || !take(")")) return undefined;
        path += `(${argument})`;
      } else if (is("/") && tokens[reader.at + 1]?.kind === "other") {
        path += `/${word(1)}`;
        reader.at += 2;
      } else {
        break;
      }
    }
    return path;
  }

  const reader: TypeReader = { text, tokens, at: 0, is, take, name, type, simple };
  return reader;
}

/** Words that end a type. */
const reserved: ReadonlySet<string> = new Set([
  "as",
  "and",
  "of",
  "type",
  "val",
  "module",
  "exception",
  "external",
  "constraint",
  "mutable",
  "private",
  "end",
  "class",
  "include",
  "open",
  "sig",
  "with",
]);
