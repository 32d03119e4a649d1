import { array, number, object, string } from "../../../extension/protocol/validators.ts";
import type { VisibleSubgraph } from "../model/visibleSubgraph.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The positions of nodes and edges, in pixels from the upper left. */
export interface Placement extends Size {
  /** The centres of the nodes in the order of the request: x, y, x, y, … */
  readonly nodes: readonly number[];
  /** For each edge of the request: the points of a Bézier curve, then the tip of the arrow; empty if Graphviz drew none. */
  readonly edges: readonly (readonly number[])[];
}

const inch = 72;
/** If a node has more leaves than this, they are stacked, because side by side they would make a long row. */
const inRow = 4;

/**
 * The input for Graphviz: sizes and edges, without any name of the user's. `narrow` means a window that is
 * higher than wide. https://graphviz.org/doc/info/lang.html
 */
export function graphvizRequest(shown: VisibleSubgraph, sizes: readonly Size[], narrow = false): string {
  const numbers = new Map(shown.nodes.map(({ view }, index) => [view.key, index]));
  const large = shown.nodes.length > 600;
  const lines = [
    `graph[ranksep=${large ? 0.6 : 0.5},nodesep=0.22,pad=0${haste(shown.nodes.length)}]`,
    'node[shape=box,fixedsize=true,label=""]',
    "edge[arrowsize=0.6]",
  ];
  const ordered = new Set(shown.edges.filter(({ kind }) => kind === "argument").map(({ from }) => from));
  shown.nodes.forEach(({ view }, index) => {
    const size = sizes[index] ?? { width: 0, height: 0 };
    const inches = `width=${(size.width / inch).toFixed(3)},height=${(size.height / inch).toFixed(3)}`;
    lines.push(`n${index}[${inches}${ordered.has(view.key) && !large ? ",ordering=out" : ""}]`);
  });
  const depth = stacked(shown, narrow ? 2.5 : 0.7);
  shown.edges.forEach((edge, index) => {
    const from = numbers.get(edge.from);
    const to = numbers.get(edge.to);
    if (from === undefined || to === undefined) return;
    const length = depth.get(index) ?? 1;
    lines.push(
      `n${from}->n${to}[id=${index}${length > 1 ? `,minlen=${length}` : ""}${edge.kind === "argument" ? ",weight=2" : ""}]`,
    );
  });
  return `digraph{${lines.join(";")}}`;
}

/**
 * Attributes that limit the effort of Graphviz for large graphs: a slightly better order is not worth the wait,
 * and curves are of no use in a drawing of thousands. https://graphviz.org/docs/attrs/mclimit/
 */
function haste(nodes: number): string {
  if (nodes <= 600) return "";
  if (nodes <= 1500) return ",nslimit=2,nslimit1=2,mclimit=0.4";
  return ",nslimit=0.02,nslimit1=0.02,mclimit=0.01,searchsize=5,splines=line";
}

/** The ranks that edges to stacked leaves span, by index of the edge; `ratio` is that of rows to columns. */
function stacked(shown: VisibleSubgraph, ratio: number): Map<number, number> {
  const inner = new Set(shown.edges.map(({ from }) => from));
  const uses = new Map<string, number>();
  for (const { to } of shown.edges) uses.set(to, (uses.get(to) ?? 0) + 1);
  const leaves = new Map<string, number[]>();
  shown.edges.forEach(({ from, to, kind }, index) => {
    if (inner.has(to) || uses.get(to) !== 1 || kind === "argument") return;
    leaves.set(from, [...(leaves.get(from) ?? []), index]);
  });
  const depth = new Map<number, number>();
  for (const edges of leaves.values()) {
    if (edges.length <= inRow) continue;
    const rows = Math.ceil(Math.sqrt(edges.length * ratio));
    edges.forEach((edge, place) => depth.set(edge, 1 + (place % rows)));
  }
  return depth;
}

const isAnswer = object({ bb: string });
const isObjects = object({ objects: array(object({ name: string, pos: string })) });
const isEdges = object({ edges: array(object({ id: string, pos: string })) });

/**
 * Reads the `json` output of Graphviz, in which y grows upwards and positions are `x,y` in points; of an edge
 * `s,x,y e,x,y x,y x,y …`. https://graphviz.org/docs/outputs/json/ https://graphviz.org/docs/attr-types/splineType/
 * Throws if it is anything else.
 */
export function placementOf(json: string, nodes: number, edges: number): Placement {
  const answer: unknown = JSON.parse(json);
  if (!isAnswer(answer)) throw new Error(t("Graphviz returned no drawing."));
  const [left = 0, bottom = 0, right = 0, top = 0] = answer.bb.split(",").map(Number);
  const middles: number[] = Array.from({ length: nodes * 2 }, () => 0);
  for (const { name, pos } of isObjects(answer) ? answer.objects : []) {
    const [x = 0, y = 0] = pos.split(",").map(Number);
    const index = Number(name.slice(1));
    middles[index * 2] = x - left;
    middles[index * 2 + 1] = top - y;
  }
  const lines: number[][] = Array.from({ length: edges }, () => []);
  for (const { id, pos } of isEdges(answer) ? answer.edges : []) lines[Number(id)] = lineOf(pos, left, top);
  return { width: right - left, height: top - bottom, nodes: middles, edges: lines };
}

const isNumber = number;

function lineOf(pos: string, left: number, top: number): number[] {
  const points: number[] = [];
  let end: readonly number[] = [];
  // The request asks for no concentrated edges, so there is one spline.
  for (const part of (pos.split(";")[0] ?? "").trim().split(/[\s\\]+/)) {
    const arrow = part.startsWith("e,");
    const [x, y] = (arrow || part.startsWith("s,") ? part.slice(2) : part).split(",").map(Number);
    if (!isNumber(x) || !isNumber(y)) continue;
    if (arrow) end = [x - left, top - y];
    else if (!part.startsWith("s,")) points.push(x - left, top - y);
  }
  return [...points, ...(end.length > 0 ? end : points.slice(-2))];
}

/** Validates a placement from the worker. */
export const isPlacement = object({
  width: number,
  height: number,
  nodes: array(number),
  edges: array(array(number)),
});
