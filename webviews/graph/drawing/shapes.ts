import type { NodeView } from "../../../extension/protocol/graph.ts";
import type { Size } from "../layout/graphvizRequest.ts";
import { shortenTo, nodeName, nodeSubtitle } from "../model/nodeText.ts";
import { singleLine } from "../../../extension/protocol/visibleText.ts";

/** The texts in the box of a node, and the size of the box in pixels. */
export interface NodeBox extends Size {
  readonly name: string;
  readonly subtitle: string;
  /** Whether the name or the subtitle is truncated. */
  readonly truncated: boolean;
}

/** The width of the longest text in a box; longer ones are shortened. */
const widest = 160;
const padding: Readonly<Record<NodeView["kind"], number>> = {
  application: 18,
  functor: 16,
  module: 12,
  service: 13,
  if: 20,
  apply: 14,
};

/** Returns a function that measures the box of a node in the font of the page. */
export function createMeasure(): (node: NodeView) => NodeBox {
  const pen = document.createElement("canvas").getContext("2d");
  const { fontFamily } = getComputedStyle(document.body);
  const fonts = {
    strong: `600 13px ${fontFamily}`,
    plain: `13px ${fontFamily}`,
    small: `11px ${fontFamily}`,
  };
  const known = new Map<string, number>();
  const widthOf = (text: string, font: keyof typeof fonts): number => {
    if (!pen) return text.length * 7;
    const id = `${font} ${text}`;
    let width = known.get(id);
    if (width === undefined) {
      pen.font = fonts[font];
      width = pen.measureText(text).width;
      known.set(id, width);
    }
    return width;
  };
  return (node) => {
    const font = node.kind === "application" ? "strong" : node.kind === "service" ? "small" : "plain";
    const [whole, wholeNote] = [singleLine(nodeName(node)), singleLine(nodeSubtitle(node))];
    const name = shortenTo(whole, (text) => widthOf(text, font) <= widest);
    const note = shortenTo(wholeNote, (text) => widthOf(text, "small") <= widest);
    const text = Math.max(widthOf(name, font), note === "" ? 0 : widthOf(note, "small"));
    const line = node.kind === "service" ? 22 : node.kind === "application" ? 34 : 30;
    return {
      name,
      subtitle: note,
      truncated: name !== whole || note !== wholeNote,
      width: Math.ceil(Math.max(34, text + 2 * padding[node.kind])),
      height: line + (note === "" ? 0 : 14),
    };
  };
}

/** The outline of a node around its centre as SVG path data, enlarged by `grow` pixels on every side. */
export function outline(kind: NodeView["kind"], { width, height }: Size, grow = 0): string {
  const [x, y] = [width / 2 + grow, height / 2 + grow];
  const radius =
    { application: 8, functor: 5, module: 2, service: y, if: 0, apply: 0 }[kind] +
    (grow > 0 && kind !== "service" ? grow : 0);
  if (kind === "if") {
    const point = Math.min(12, x);
    return `M${-x} 0L${point - x} ${-y}H${x - point}L${x} 0L${x - point} ${y}H${point - x}Z`;
  }
  if (kind === "apply") return `M0 ${-y}L${x} 0L0 ${y}L${-x} 0Z`;
  const r = Math.min(radius, x, y);
  const arc = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${r - x} ${-y}H${x - r}${arc(r, r)}V${y - r}${arc(-r, r)}H${r - x}${arc(-r, -r)}V${r - y}${arc(r, -r)}Z`;
}

/** SVG path data of an edge: a Bézier curve with an open arrow; `points` as in `Placement`. */
export function edgePath(points: readonly number[]): string {
  if (points.length < 6) return "";
  const one = (value: number): string => String(Math.round(value * 10) / 10);
  const at = (index: number): string => `${one(points[index] ?? 0)} ${one(points[index + 1] ?? 0)}`;
  let path = `M${at(0)}C`;
  const tip = points.length - 2;
  for (let index = 2; index < tip; index += 2) path += `${at(index)} `;
  const [x = 0, y = 0] = points.slice(tip);
  // The direction of the arrow: from the last control point that is not the tip itself.
  let from = tip - 2;
  while (from > 0 && Math.hypot(x - (points[from] ?? 0), y - (points[from + 1] ?? 0)) < 2) from -= 2;
  const angle = Math.atan2(y - (points[from + 1] ?? 0), x - (points[from] ?? 0));
  const barb = (turn: number): string =>
    `${one(x - 7 * Math.cos(angle + turn))} ${one(y - 7 * Math.sin(angle + turn))}`;
  return `${path.trimEnd()}L${at(tip)}M${barb(0.45)}L${at(tip)}L${barb(-0.45)}`;
}
