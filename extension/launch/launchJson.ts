/** A value in a JSON text with comments, as far as it has been typed; offsets count UTF-16 units. */
type Node =
  | {
      readonly kind: "object";
      readonly start: number;
      readonly end: number;
      readonly fields: readonly Field[];
    }
  | { readonly kind: "array"; readonly start: number; readonly end: number; readonly items: readonly Node[] }
  | { readonly kind: "string"; readonly start: number; readonly end: number; readonly value: string }
  | { readonly kind: "other"; readonly start: number; readonly end: number };

interface Field {
  readonly key: Token;
  /** Where its colon is. */
  readonly colon: number | undefined;
  readonly value: Node | undefined;
}

interface Token {
  readonly kind: "string" | "mark" | "word" | "comment";
  readonly start: number;
  readonly end: number;
  /** Of a string what it means, else what stands there. */
  readonly text: string;
}

/** Where something can be typed into a configuration of type `mirage`. */
export interface LaunchPlace {
  readonly at: "key" | "value";
  /** From the configuration: `["net", "service"]`; of a key that of the object it stands in. */
  readonly path: readonly (string | number)[];
  /** What is replaced: the string under the cursor with its quotation marks, or nothing. */
  readonly start: number;
  readonly end: number;
  /** The text of that string up to the cursor. */
  readonly typed: string;
  /** The keys, or texts of the list, that stand beside it. */
  readonly others: readonly string[];
  /** In a list: the text before it. */
  readonly previous: string | undefined;
  /** The texts of the configuration's own fields, such as `unikernel` and `target`. */
  readonly fields: Readonly<Partial<Record<string, string>>>;
}

/** Deeper nesting is not read: launch.json has six levels. */
const maxDepth = 50;

/**
 * The place of an offset in a launch.json, or a `.code-workspace` with `launch` in it, where that lies
 * within a configuration whose `type` is `mirage`. The text may be half typed.
 */
export function launchPlace(text: string, offset: number): LaunchPlace | undefined {
  const all = tokensOf(text);
  const inComment = all.some(
    ({ kind, start, end, text: words }) =>
      kind === "comment" && start < offset && (offset < end || (offset === end && !words.endsWith("*/"))),
  );
  if (inComment) return undefined;
  const tree = parse(all.filter(({ kind }) => kind !== "comment"));
  const launch = fieldOf(tree, "launch") ?? tree;
  const configurations = fieldOf(launch, "configurations");
  if (configurations?.kind !== "array") return undefined;
  const configuration = configurations.items.find(({ start, end }) => start < offset && offset <= end);
  if (!configuration || textOf(fieldOf(configuration, "type")) !== "mirage") return undefined;
  return placeIn(configuration, offset, [], configuration);
}

function placeIn(
  node: Node,
  offset: number,
  path: readonly (string | number)[],
  configuration: Node,
): LaunchPlace | undefined {
  const fields = textsOf(configuration);
  if (node.kind === "object") {
    const others = (but?: Field) => node.fields.filter((field) => field !== but).map(({ key }) => key.text);
    const field = node.fields.findLast(({ key }) => key.start < offset);
    if (field && offset <= field.key.end) {
      return {
        at: "key",
        path,
        ...spanOf(field.key, offset),
        others: others(field),
        previous: undefined,
        fields,
      };
    }
    if (field?.colon !== undefined && offset > field.colon && (!field.value || offset <= field.value.end)) {
      const inside = [...path, field.key.text];
      const { value } = field;
      if (value && value.kind !== "string" && value.start < offset)
        return value.kind === "other" ? undefined : placeIn(value, offset, inside, configuration);
      if (value?.kind === "other" || (value && value.kind !== "string")) return undefined;
      const span = value && value.start <= offset ? spanOf(value, offset) : emptyAt(offset);
      return { at: "value", path: inside, ...span, others: [], previous: undefined, fields };
    }
    return { at: "key", path, ...emptyAt(offset), others: others(), previous: undefined, fields };
  }
  if (node.kind !== "array") return undefined;
  const index = node.items.filter(({ end }) => end < offset).length;
  const item = node.items[index];
  const inside = [...path, index];
  if (item && item.start < offset && item.kind !== "string")
    return placeIn(item, offset, inside, configuration);
  const here = item?.kind === "string" && item.start <= offset ? item : undefined;
  return {
    at: "value",
    path: inside,
    ...(here ? spanOf(here, offset) : emptyAt(offset)),
    others: node.items.flatMap((other) => (other.kind === "string" && other !== here ? [other.value] : [])),
    previous: textOf(node.items[index - 1]),
    fields,
  };
}

function spanOf({ start, end, ...of }: Token | (Node & { kind: "string" }), offset: number) {
  const text = "value" in of ? of.value : of.text;
  return { start, end, typed: text.slice(0, Math.max(0, offset - start - 1)) };
}

const emptyAt = (offset: number) => ({ start: offset, end: offset, typed: "" });

function fieldOf(node: Node | undefined, name: string): Node | undefined {
  return node?.kind === "object" ? node.fields.find(({ key }) => key.text === name)?.value : undefined;
}

const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === "string" ? node.value : undefined;

function textsOf(node: Node): Readonly<Partial<Record<string, string>>> {
  const fields = node.kind === "object" ? node.fields : [];
  return Object.fromEntries(
    fields.flatMap(({ key, value }) => (value?.kind === "string" ? [[key.text, value.value]] : [])),
  );
}

const tokenPattern = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"?|[{}[\]:,]|[^\s{}[\]:,"/]+|\//g;

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(tokenPattern)].map(({ 0: found, index }): Token => {
    const kind = found.startsWith('"')
      ? "string"
      : /^\/[/*]/.test(found)
        ? "comment"
        : /^[{}[\]:,]$/.test(found)
          ? "mark"
          : "word";
    return {
      kind,
      start: index,
      end: index + found.length,
      text: kind === "string" ? meaning(found) : found,
    };
  });
}

function meaning(quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    if (typeof value === "string") return value;
  } catch {
    // Half typed.
  }
  return quoted.replace(/^"|"$/g, "");
}

function parse(tokens: readonly Token[]): Node | undefined {
  let at = 0;
  const isMark = (mark: string, token = tokens[at]) => token?.kind === "mark" && token.text === mark;

  const value = (depth: number): Node | undefined => {
    const token = tokens[at];
    if (!token) return undefined;
    if ((isMark("{") || isMark("[")) && depth < maxDepth) {
      at++;
      return isMark("{", token) ? object(token.start, depth) : array(token.start, depth);
    }
    if (token.kind === "mark") return undefined;
    at++;
    const { start, end, text } = token;
    return token.kind === "string"
      ? { kind: "string", start, end, value: text }
      : { kind: "other", start, end };
  };

  /** The end of an object or a list: its mark, or what comes where that is missing. */
  const endOf = (mark: string): number => {
    const token = tokens[at];
    if (!token) return Infinity;
    if (!isMark(mark)) return token.start;
    at++;
    // The place after the mark is outside.
    return token.start;
  };

  const object = (start: number, depth: number): Node => {
    const fields: Field[] = [];
    while (tokens[at] && !isMark("}") && !isMark("]")) {
      const key = tokens[at++];
      if (key?.kind !== "string") continue;
      const colon = isMark(":") ? tokens[at++]?.start : undefined;
      // A string with a colon after it is the next key: the value has not been typed yet.
      const missing = colon === undefined || (tokens[at]?.kind === "string" && isMark(":", tokens[at + 1]));
      fields.push({ key, colon, value: missing ? undefined : value(depth + 1) });
    }
    return { kind: "object", start, end: endOf("}"), fields };
  };

  const array = (start: number, depth: number): Node => {
    const items: Node[] = [];
    while (tokens[at] && !isMark("}") && !isMark("]")) {
      const item = value(depth + 1);
      if (item) items.push(item);
      else at++;
    }
    return { kind: "array", start, end: endOf("]"), items };
  };

  return value(0);
}
