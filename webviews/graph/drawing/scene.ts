import { svgElement } from "../../kit/dom.ts";
import type { Adjacency } from "../model/adjacency.ts";
import type { NodeView } from "../../../extension/protocol/graph.ts";
import type { Placement } from "../layout/graphvizRequest.ts";
import { edgePath, outline, type NodeBox } from "./shapes.ts";
import type { VisibleSubgraph, VisibleEdge } from "../model/visibleSubgraph.ts";
import { nodeName, nodeSubtitle, changeSigns, nodeAriaLabel } from "../model/nodeText.ts";

/** A drawn graph. */
export interface Scene extends Pick<Placement, "width" | "height"> {
  readonly element: SVGElement;
  readonly subgraph: VisibleSubgraph;
  readonly node: (key: string) => SVGElement | undefined;
  /** The centre and size of a node, in pixels of the drawing. */
  readonly bounds: (key: string) => NodeBounds | undefined;
  readonly keys: readonly string[];
  /** Highlights a node and its edges. */
  readonly select: (key: string | undefined) => void;
  /** Adds a class to these nodes and removes it from all others. */
  readonly mark: (name: string, keys: readonly string[]) => void;
}

export interface NodeBounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SceneOptions {
  readonly subgraph: VisibleSubgraph;
  readonly placement: Placement;
  readonly boxes: readonly NodeBox[];
  readonly adjacency: Adjacency;
  readonly comparing: boolean;
}

/** How many elements are added in one frame if there are thousands; more would block the page. */
const elementsPerFrame = 500;
const thousands = 3000;

/** Draws a laid-out graph as SVG. Colours come from the style sheet. */
export function drawScene({ subgraph, placement, boxes, adjacency, comparing }: SceneOptions): Scene {
  const { width, height } = placement;
  const drawing = svgElement("svg", {
    class: `scene${comparing ? " comparing" : ""}`,
    width: String(Math.ceil(width)),
    height: String(Math.ceil(height)),
    role: "presentation",
  });
  const lines = subgraph.edges.map((edge, index) => edgeElement(edge, placement.edges[index] ?? []));
  const nodes = new Map<string, SVGElement>();
  const bounds = new Map<string, NodeBounds>();
  subgraph.nodes.forEach(({ view, hiddenCount }, index) => {
    const box = boxes[index];
    if (!box) return;
    const [x, y] = [placement.nodes[index * 2] ?? 0, placement.nodes[index * 2 + 1] ?? 0];
    bounds.set(view.key, { x, y, width: box.width, height: box.height });
    const label = nodeAriaLabel(
      view,
      adjacency.outgoing(view.key).length,
      adjacency.incoming(view.key).length,
      hiddenCount,
    );
    // The button to collapse a node appears on hover; with thousands of nodes only the key and the pane offer it.
    const collapsible = subgraph.nodes.length < thousands && adjacency.outgoing(view.key).length > 0;
    const made = nodeElement(view, box, hiddenCount, collapsible, label);
    made.setAttribute("transform", `translate(${Math.round(x)} ${Math.round(y)})`);
    made.dataset["index"] = String(index);
    nodes.set(view.key, made);
  });
  const layers = [
    svgElement("g", { class: "edges", "aria-hidden": "true" }),
    svgElement("g", { class: "nodes" }),
  ];
  drawing.append(...layers);
  fill(layers, [lines, [...nodes.values()]]);

  const edgesOf = new Map<string, number[]>();
  subgraph.edges.forEach(({ from, to }, index) => {
    for (const key of new Set([from, to])) {
      const found = edgesOf.get(key);
      if (found) found.push(index);
      else edgesOf.set(key, [index]);
    }
  });
  const marked = new Map<string, readonly string[]>();
  const mark = (name: string, keys: readonly string[]): void => {
    for (const key of marked.get(name) ?? []) nodes.get(key)?.classList.remove(name);
    for (const key of keys) nodes.get(key)?.classList.add(name);
    marked.set(name, keys);
  };
  let highlighted: readonly number[] = [];
  let numbers: SVGElement | undefined;

  return {
    element: drawing,
    subgraph,
    width,
    height,
    node: (key) => nodes.get(key),
    bounds: (key) => bounds.get(key),
    keys: [...nodes.keys()],
    mark,
    select: (key) => {
      mark("selected", key === undefined ? [] : [key]);
      for (const index of highlighted) lines[index]?.classList.remove("lit");
      numbers?.remove();
      highlighted = key === undefined ? [] : (edgesOf.get(key) ?? []);
      for (const index of highlighted) lines[index]?.classList.add("lit");
      const made = highlighted.flatMap((index) =>
        numberElements(subgraph.edges[index], placement.edges[index], key),
      );
      numbers = svgElement("g", { class: "orders", "aria-hidden": "true" }, ...made);
      drawing.append(numbers);
    },
  };
}

/** Adds the elements to their layers: all at once, or a few in each frame if there are thousands. */
function fill(layers: readonly SVGElement[], elements: readonly (readonly SVGElement[])[]): void {
  const total = elements.reduce((sum, { length }) => sum + length, 0);
  const step = total < thousands ? total : elementsPerFrame;
  let at = 0;
  const more = (): void => {
    layers.forEach((layer, index) => layer.append(...(elements[index] ?? []).slice(at, at + step)));
    at += step;
    // Stop if another drawing has replaced this one.
    if (elements.some(({ length }) => length > at))
      requestAnimationFrame(() => layers[0]?.isConnected && more());
  };
  more();
}

function edgeElement(edge: VisibleEdge, points: readonly number[]): SVGElement {
  return svgElement("path", { class: `edge ${edge.kind} ${edge.change}`, d: edgePath(points) });
}

/** The argument numbers on the edges that leave the selected node. */
function numberElements(
  edge: VisibleEdge | undefined,
  points: readonly number[] | undefined,
  selected: string | undefined,
): SVGElement[] {
  if (!edge || !points || edge.from !== selected || edge.argumentNumbers.length === 0) return [];
  const along = bezierPoint(points.slice(0, 8), 0.45);
  const text = svgElement("text", { "text-anchor": "middle", dy: "3.5" });
  text.textContent = edge.argumentNumbers.join(", ");
  const group = svgElement(
    "g",
    {},
    svgElement("circle", { r: edge.argumentNumbers.length > 1 ? "12" : "8" }),
    text,
  );
  group.setAttribute("transform", `translate(${along.x} ${along.y})`);
  return [group];
}

function bezierPoint(points: readonly number[], t: number): { x: number; y: number } {
  const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
  const sum = (offset: number): number =>
    weights.reduce((total, weight, index) => total + weight * (points[index * 2 + offset] ?? 0), 0);
  return { x: sum(0), y: sum(1) };
}

function nodeElement(
  view: NodeView,
  box: NodeBox,
  hiddenCount: number,
  collapsible: boolean,
  label: string,
): SVGElement {
  const group = svgElement("g", {
    class: `node ${view.kind} ${view.change}`,
    role: "button",
    tabindex: "-1",
    "aria-roledescription": "node",
    "aria-label": label,
  });
  const shape = svgElement("path", { class: "shape", d: outline(view.kind, box) });
  group.append(svgElement("path", { class: "halo", d: outline(view.kind, box, 4) }), shape);
  if (view.change === "added" || view.kind === "application") {
    group.append(svgElement("path", { class: "second", d: outline(view.kind, box, -3) }));
  }
  const name = svgElement("text", {
    class: "name",
    "text-anchor": "middle",
    y: box.subtitle === "" ? "4.5" : "-2",
  });
  name.textContent = box.name;
  group.append(name);
  if (box.subtitle !== "") {
    const note = svgElement("text", { class: "keys", "text-anchor": "middle", y: "13" });
    note.textContent = box.subtitle;
    group.append(note);
  }
  const hint = [
    box.truncated ? nodeName(view) : "",
    box.truncated ? nodeSubtitle(view) : "",
    view.changeDescription,
  ].filter((part) => part !== "");
  if (hint.length > 0) {
    const title = svgElement("title", {});
    title.textContent = hint.join("\n");
    group.append(title);
  }
  if (view.change !== "same")
    group.append(badge("sign", changeSigns[view.change], -box.width / 2, -box.height / 2));
  if (hiddenCount > 0) group.append(badge("fold", `+${hiddenCount}`, 0, box.height / 2));
  else if (collapsible) group.append(badge("fold idle", "\u2212", 0, box.height / 2));
  return group;
}

/** A small rounded label at the edge of a node. */
function badge(name: string, label: string, x: number, y: number): SVGElement {
  const width = Math.max(16, label.length * 7 + 8);
  const text = svgElement("text", { "text-anchor": "middle", dy: "4" });
  text.textContent = label;
  const group = svgElement(
    "g",
    { class: name, transform: `translate(${x} ${y})`, "aria-hidden": "true" },
    svgElement("rect", { x: String(-width / 2), y: "-8", width: String(width), height: "16", rx: "8" }),
    text,
  );
  if (name.startsWith("fold")) group.dataset["act"] = "fold";
  return group;
}
