import type { SizeNode } from "./sizeTree.ts";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A node's place in the treemap, in pixels. */
export interface TreemapBox extends Rectangle {
  readonly node: SizeNode;
  /** The height of the strip with the node's name above its children; 0 if it has none. */
  readonly strip: number;
  /** Whether its children are drawn inside. */
  readonly divided: boolean;
}

const stripHeight = 16;
const gap = 1;
/** Boxes with less space are not divided further; a large image would have thousands of boxes that nobody can tell apart. */
const smallest = { side: 10, area: 400, areaOfPart: 8000, stripWidth: 40, stripHeight: 28 };
/** Children with less space are left out, in square pixels: such a box would consist of its border. */
const invisible = 9;

/**
 * Divides a rectangle among a node and all below it, in proportion to their bytes, as far as there is room. Boxes come after
 * those that contain them.
 */
export function treemap(root: SizeNode, area: Rectangle): readonly TreemapBox[] {
  const boxes: TreemapBox[] = [];
  const place = (
    node: SizeNode,
    { x, y, width, height }: Rectangle,
    depth: number,
    isOnly: boolean,
  ): void => {
    const least = node.kind === "part" ? smallest.areaOfPart : smallest.area;
    const fits = Math.min(width, height) >= smallest.side && width * height >= least;
    const children = fits ? node.children.filter(({ bytes }) => bytes > 0) : [];
    const divided = children.length > 0;
    // The colours tell the parts of modules, and an only child has the place of its parent, whose name is enough.
    const isNamed = depth > 0 && (!isOnly || depth === 1) && (node.kind !== "part" || depth === 1);
    const hasRoom = height >= smallest.stripHeight && width >= smallest.stripWidth;
    const strip = isNamed && divided && hasRoom ? stripHeight : 0;
    boxes.push({ node, x, y, width, height, strip, divided });
    if (!divided) return;
    const inset = depth === 0 || strip === 0 ? 0 : gap;
    const inside = {
      x: x + inset,
      y: y + inset + strip,
      width: Math.max(0, width - 2 * inset),
      height: Math.max(0, height - 2 * inset - strip),
    };
    // The bytes that are in no child leave an empty place at the end.
    const rest =
      node.bytes -
      sum(
        children.map(({ bytes }) => bytes),
        0,
      );
    const sorted = children.toSorted((a, b) => b.bytes - a.bytes);
    const sizes = sorted.map(({ bytes }) => bytes);
    const places = squarify(rest > 0 ? [...sizes, rest] : sizes, inside);
    sorted.forEach((each, index) => {
      const at = places[index];
      if (at && at.width * at.height >= invisible) place(each, at, depth + 1, places.length === 1);
    });
  };
  place(root, area, 0, false);
  return boxes;
}

/**
 * Divides a rectangle in proportion to sizes, so that the parts are nearly square: rows of parts are added along the shorter
 * side as long as that improves their proportions. Bruls, Huizing and van Wijk, "Squarified Treemaps", 2000.
 */
export function squarify(sizes: readonly number[], area: Rectangle): readonly Rectangle[] {
  const total = sum(sizes, 0);
  if (total <= 0) return [];
  const scale = (area.width * area.height) / total;
  const placed: Rectangle[] = [];
  let { x, y, width, height } = area;
  for (let from = 0; from < sizes.length;) {
    const side = Math.min(width, height);
    let to = from + 1;
    let row = (sizes[from] ?? 0) * scale;
    let [largest, least] = [row, row];
    let worst = proportion(largest, least, row, side);
    for (; to < sizes.length; to++) {
      const next = (sizes[to] ?? 0) * scale;
      const wider = row + next;
      [largest, least] = [Math.max(largest, next), Math.min(least, next)];
      const changed = proportion(largest, least, wider, side);
      if (changed > worst) break;
      [row, worst] = [wider, changed];
    }
    const thickness = side === 0 ? 0 : row / side;
    let along = 0;
    for (const size of sizes.slice(from, to)) {
      const length = row === 0 ? 0 : (size * scale * side) / row;
      placed.push(
        width >= height
          ? { x, y: y + along, width: thickness, height: length }
          : { x: x + along, y, width: length, height: thickness },
      );
      along += length;
    }
    if (width >= height) [x, width] = [x + thickness, Math.max(0, width - thickness)];
    else [y, height] = [y + thickness, Math.max(0, height - thickness)];
    from = to;
  }
  return placed;
}

/** The worst ratio of the sides of a row's parts, given the largest and smallest part and the sum of all. */
function proportion(largest: number, smallestPart: number, row: number, side: number): number {
  if (row === 0 || side === 0 || smallestPart === 0) return Infinity;
  return Math.max((side * side * largest) / (row * row), (row * row) / (side * side * smallestPart));
}

function sum(numbers: readonly number[], start: number): number {
  return numbers.reduce((total, each) => total + each, start);
}
