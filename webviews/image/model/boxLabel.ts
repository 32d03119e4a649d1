import type { SizeNode } from "./sizeTree.ts";
import type { TreemapBox } from "./treemap.ts";

/** Pixels of a box beside and above its label. */
const margin = { sides: 8, height: 15 };
/** A label with fewer letters before its ellipsis says nothing. A strip without any would look like a fault. */
const shortestLabel = { box: 4, strip: 2 };

/**
 * The name of a box, or as much of it as fits; empty if that says nothing. `widthOf` measures a text in pixels. A module may
 * lose what its name has in common with its library: `List` for `Stdlib.List`, `…arg` for `Cmdliner_arg`.
 */
export function boxLabel(
  { node, width, height, strip, divided }: TreemapBox,
  widthOf: (text: string) => number,
): string {
  if (divided ? strip === 0 : height < margin.height) return "";
  // The colours tell the parts, unless only one module is shown.
  if (node.kind === "part" && !divided && width * height < largePart) return "";
  const room = width - margin.sides;
  const names = [node.name, ...shortNames(node)];
  const fitting = names.find((name) => widthOf(name) <= room);
  if (fitting !== undefined) return fitting;
  const shortest = names.at(-1) ?? "";
  const fewest = divided ? shortestLabel.strip : shortestLabel.box;
  for (let end = shortest.length - 1; end >= fewest; end--) {
    const cut = `${shortest.slice(0, end)}…`;
    if (widthOf(cut) <= room) return cut;
  }
  return "";
}

/** Square pixels from which on the part of a module has a label. */
const largePart = 12_000;

function shortNames({ name, kind, parent }: SizeNode): readonly string[] {
  if (kind !== "module" || !parent) return [];
  const common = parent.name.toLowerCase();
  if (!name.toLowerCase().startsWith(common)) return [];
  const rest = name.slice(common.length);
  if (rest.startsWith(".")) return [rest.slice(1)];
  return rest.startsWith("_") ? [`…${rest.slice(1)}`] : [];
}
