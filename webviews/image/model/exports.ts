import { pathTo, type SizeNode } from "./sizeTree.ts";
import type { TreemapBox } from "./treemap.ts";

/** The tree as CSV (RFC 4180): a line for each node that has no children, with the names of those above it. */
export function csvText(root: SizeNode, compared: boolean): string {
  const header = ["package", "library", "module", "part", "symbol", "bytes", ...(compared ? ["before"] : [])];
  const lines = leaves(root).map((leaf) => {
    const path = pathTo(leaf);
    const nameOf = (kind: SizeNode["kind"]) => path.find((node) => node.kind === kind)?.name ?? "";
    const others = path.filter(({ kind }) => kind === "other").map(({ name }) => name);
    const [place, what] = [nameOf("package") || (others[0] ?? ""), nameOf("symbol") || (others[1] ?? "")];
    const fields = [place, nameOf("library"), nameOf("module"), nameOf("part"), what, String(leaf.bytes)];
    return [...fields, ...(compared ? [String(leaf.before)] : [])];
  });
  return [header, ...lines].map((fields) => `${fields.map(csvField).join(",")}\r\n`).join("");
}

/** The tree as JSON: `name`, `kind`, `bytes`, `before` if images are compared, and `children`. */
export function sizeTreeJson(root: SizeNode, compared: boolean): string {
  const plain = ({ name, kind, bytes, before, children }: SizeNode): object => ({
    name,
    kind,
    bytes,
    ...(compared && { before }),
    ...(children.length > 0 && { children: children.map(plain) }),
  });
  return `${JSON.stringify(plain(root), undefined, 1)}\n`;
}

/** How a drawing looks, as CSS colours. */
export interface Paint {
  readonly fill: (box: TreemapBox) => string;
  readonly label: (box: TreemapBox) => string;
  readonly paper: string;
  readonly ink: string;
  readonly font: string;
}

/** The treemap as an SVG file that needs no style sheet. */
export function treemapSvg(
  boxes: readonly TreemapBox[],
  { fill, label: labelOf, paper, ink, font }: Paint,
): string {
  const { width = 0, height = 0 } = boxes[0] ?? {};
  const drawn = boxes.map((box) => {
    const { x, y, width: w, height: h, node } = box;
    const place = [x, y, w, h].map((each) => each.toFixed(1));
    const frame = `<rect x="${place[0]}" y="${place[1]}" width="${place[2]}" height="${place[3]}" fill="${escaped(fill(box))}" stroke="${escaped(paper)}" stroke-width="0.5"><title>${escaped(`${node.name}: ${node.bytes}`)}</title></rect>`;
    const label = labelOf(box);
    if (label === "") return frame;
    return `${frame}<text x="${(x + 3).toFixed(1)}" y="${(y + 12).toFixed(1)}" fill="${escaped(ink)}">${escaped(label)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(font)}" font-size="11">${drawn.join("\n")}</svg>\n`;
}

function leaves(node: SizeNode): readonly SizeNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leaves);
}

/** A spreadsheet would take a field that begins with one of these characters for a formula. */
function csvField(text: string): string {
  const plain = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  // oxlint-disable-next-line no-control-regex -- XML 1.0 has no such characters.
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"]/g, (each) => entities[each] ?? each);
}
