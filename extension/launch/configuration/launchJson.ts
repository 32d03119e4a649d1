import { createScanner, findNodeAtLocation, getLocation, parseTree, type Node } from "jsonc-parser";

/** Where something can be typed into a launch configuration of type `mirage`. */
export interface LaunchJsonLocation {
  readonly kind: "key" | "value";
  /** Relative to the configuration: `["net", "service"]` for a value; for a key the path of its object. */
  readonly path: readonly (string | number)[];
  /** The range to replace, in UTF-16 units: the string at the cursor with its quotes, or an empty range. */
  readonly start: number;
  readonly end: number;
  /** The part of that string before the cursor. */
  readonly typed: string;
  /** The other keys of the object, or the other strings of the array. */
  readonly siblings: readonly string[];
  /** In an array, the string before this item. */
  readonly previous: string | undefined;
  /** The configuration's own properties that are strings, such as `unikernel` and `target`. */
  readonly properties: Readonly<Partial<Record<string, string>>>;
}

/** The parser is recursive, so deeper texts are not parsed; launch.json has six levels. */
const maxDepth = 50;

/**
 * The location of an offset in a launch.json, or in the `launch` property of a `.code-workspace` file.
 * `undefined` outside of configurations whose `type` is `mirage`, in comments and in numbers. The text may
 * be incomplete.
 */
export function launchJsonLocation(text: string, offset: number): LaunchJsonLocation | undefined {
  if (!isParsable(text) || isInComment(text, offset)) return undefined;
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const depth = path[0] === "launch" ? 3 : 2;
  if (path[depth - 2] !== "configurations" || path.length <= depth) return undefined;
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const configuration = tree && findNodeAtLocation(tree, path.slice(0, depth));
  const properties = stringProperties(configuration);
  if (!tree || properties["type"] !== "mirage") return undefined;

  const value = findNodeAtLocation(tree, path);
  const isAfterValue = !isAtPropertyKey && value !== undefined && value.offset + value.length < offset;
  const atCursor =
    !isAfterValue && previousNode && previousNode.offset <= offset && offset <= endOf(previousNode)
      ? previousNode
      : undefined;
  if (atCursor && atCursor.type !== "string" && atCursor.type !== "property") return undefined;
  const range = atCursor
    ? {
        start: atCursor.offset,
        end: endOf(atCursor),
        typed: String(atCursor.value).slice(0, Math.max(0, offset - atCursor.offset - 1)),
      }
    : { start: offset, end: offset, typed: "" };

  const container = findNodeAtLocation(tree, path.slice(0, -1));
  const children = container?.children ?? [];
  const containerPath = path.slice(depth, -1);
  const last = path.at(-1);
  if (typeof last === "number") {
    const index = isAfterValue ? last + 1 : last;
    return {
      kind: "value",
      path: [...containerPath, index],
      ...range,
      siblings: children.filter((item) => item.offset !== atCursor?.offset).flatMap(stringIn),
      previous: stringIn(children[index - 1])[0],
      properties,
    };
  }
  if (isAtPropertyKey || isAfterValue) {
    const keys = children.flatMap((property) => property.children?.slice(0, 1) ?? []);
    return {
      kind: "key",
      path: containerPath,
      ...range,
      siblings: keys.filter((key) => key.offset !== atCursor?.offset).flatMap(stringIn),
      previous: undefined,
      properties,
    };
  }
  return {
    kind: "value",
    path: path.slice(depth),
    ...range,
    siblings: [],
    previous: undefined,
    properties,
  };
}

const endOf = ({ offset, length }: Pick<Node, "offset" | "length">): number => offset + length;

const stringIn = (node: Node | undefined): string[] => (typeof node?.value === "string" ? [node.value] : []);

function stringProperties(node: Node | undefined): Readonly<Partial<Record<string, string>>> {
  const properties = node?.type === "object" ? (node.children ?? []) : [];
  return Object.fromEntries(
    properties.flatMap(({ children: [key, value] = [] }) =>
      stringIn(value).map((text) => [String(key?.value), text]),
    ),
  );
}

/** The first character and the range of each token, comments included. */
function* tokens(
  text: string,
): Generator<{ readonly first: string; readonly start: number; readonly end: number }> {
  const scanner = createScanner(text);
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    yield { first: text.charAt(start), start, end: start + scanner.getTokenLength() };
  }
}

function isParsable(text: string): boolean {
  let depth = 0;
  for (const { first } of tokens(text)) {
    if (first === "{" || first === "[") depth++;
    if (first === "}" || first === "]") depth--;
    if (depth > maxDepth) return false;
  }
  return true;
}

function isInComment(text: string, offset: number): boolean {
  for (const { first, start, end } of tokens(text)) {
    if (start >= offset) return false;
    // A line comment continues at its end, a block comment does not.
    const isOpen = offset < end || (offset === end && !text.slice(start, end).endsWith("*/"));
    if (first === "/" && isOpen) return true;
  }
  return false;
}
