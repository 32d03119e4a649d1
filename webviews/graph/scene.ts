import { svgElement } from "../kit/dom.ts";
import type { Links } from "./links.ts";
import type { NodeView } from "./messages.ts";
import type { Placement } from "./request.ts";
import { edgePath, outline, type Box } from "./shapes.ts";
import type { Shown, ShownEdge } from "./shown.ts";
import { nameOf, noteOf, signs, spokenOf } from "./words.ts";

/** A drawn graph. */
export interface Scene extends Pick<Placement, "width" | "height"> {
  readonly element: SVGElement;
  readonly shown: Shown;
  readonly node: (key: string) => SVGElement | undefined;
  /** The middle of a node and its size, in pixels of the drawing. */
  readonly place: (key: string) => Place | undefined;
  readonly keys: readonly string[];
  /** Shows which node is selected, with its edges. */
  readonly select: (key: string | undefined) => void;
  /** Puts a class on these nodes and takes it from all others. */
  readonly mark: (name: string, keys: readonly string[]) => void;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SceneOptions {
  readonly shown: Shown;
  readonly placement: Placement;
  readonly boxes: readonly Box[];
  readonly links: Links;
  readonly comparing: boolean;
}

/** What is put into the page in one frame where there are thousands: more would make it stand still. */
const atOnce = 500;
const thousands = 3000;

/** Draws with what the layout says; colours come from the style sheet, every text is text. */
export function drawScene({ shown, placement, boxes, links, comparing }: SceneOptions): Scene {
  const { width, height } = placement;
  const drawing = svgElement("svg", {
    class: `scene${comparing ? " comparing" : ""}`,
    width: String(Math.ceil(width)),
    height: String(Math.ceil(height)),
    role: "presentation",
  });
  const lines = shown.edges.map((edge, index) => edgeElement(edge, placement.edges[index] ?? []));
  const nodes = new Map<string, SVGElement>();
  const places = new Map<string, Place>();
  shown.nodes.forEach(({ view, hides }, index) => {
    const box = boxes[index];
    if (!box) return;
    const [x, y] = [placement.nodes[index * 2] ?? 0, placement.nodes[index * 2 + 1] ?? 0];
    places.set(view.key, { x, y, width: box.width, height: box.height });
    const spoken = spokenOf(view, links.out(view.key).length, links.into(view.key).length, hides);
    // Its sign to collapse it shows when the mouse is over it; among thousands the key and the pane do.
    const opens = shown.nodes.length < thousands && links.out(view.key).length > 0;
    const made = nodeElement(view, box, hides, opens, spoken);
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

  const touching = new Map<string, number[]>();
  shown.edges.forEach(({ from, to }, index) => {
    for (const key of new Set([from, to])) {
      const found = touching.get(key);
      if (found) found.push(index);
      else touching.set(key, [index]);
    }
  });
  const marked = new Map<string, readonly string[]>();
  const mark = (name: string, keys: readonly string[]): void => {
    for (const key of marked.get(name) ?? []) nodes.get(key)?.classList.remove(name);
    for (const key of keys) nodes.get(key)?.classList.add(name);
    marked.set(name, keys);
  };
  let lit: readonly number[] = [];
  let orders: SVGElement | undefined;

  return {
    element: drawing,
    shown,
    width,
    height,
    node: (key) => nodes.get(key),
    place: (key) => places.get(key),
    keys: [...nodes.keys()],
    mark,
    select: (key) => {
      mark("selected", key === undefined ? [] : [key]);
      for (const index of lit) lines[index]?.classList.remove("lit");
      orders?.remove();
      lit = key === undefined ? [] : (touching.get(key) ?? []);
      for (const index of lit) lines[index]?.classList.add("lit");
      const made = lit.flatMap((index) => orderElements(shown.edges[index], placement.edges[index], key));
      orders = svgElement("g", { class: "orders", "aria-hidden": "true" }, ...made);
      drawing.append(orders);
    },
  };
}

/** Fills layers with their elements: at once, or a few a frame where there are thousands. */
function fill(layers: readonly SVGElement[], elements: readonly (readonly SVGElement[])[]): void {
  const total = elements.reduce((sum, { length }) => sum + length, 0);
  const step = total < thousands ? total : atOnce;
  let at = 0;
  const more = (): void => {
    layers.forEach((layer, index) => layer.append(...(elements[index] ?? []).slice(at, at + step)));
    at += step;
    // Another drawing may have taken its place.
    if (elements.some(({ length }) => length > at))
      requestAnimationFrame(() => layers[0]?.isConnected && more());
  };
  more();
}

function edgeElement(edge: ShownEdge, points: readonly number[]): SVGElement {
  return svgElement("path", { class: `edge ${edge.kind} ${edge.change}`, d: edgePath(points) });
}

/** The places of arguments beside the edges that leave the selected node. */
function orderElements(
  edge: ShownEdge | undefined,
  points: readonly number[] | undefined,
  selected: string | undefined,
): SVGElement[] {
  if (!edge || !points || edge.from !== selected || edge.places.length === 0) return [];
  const along = bezierPoint(points.slice(0, 8), 0.45);
  const text = svgElement("text", { "text-anchor": "middle", dy: "3.5" });
  text.textContent = edge.places.join(", ");
  const group = svgElement("g", {}, svgElement("circle", { r: edge.places.length > 1 ? "12" : "8" }), text);
  group.setAttribute("transform", `translate(${along.x} ${along.y})`);
  return [group];
}

function bezierPoint(points: readonly number[], t: number): { x: number; y: number } {
  const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
  const sum = (offset: number): number =>
    weights.reduce((total, weight, index) => total + weight * (points[index * 2 + offset] ?? 0), 0);
  return { x: sum(0), y: sum(1) };
}

function nodeElement(view: NodeView, box: Box, hides: number, opens: boolean, spoken: string): SVGElement {
  const group = svgElement("g", {
    class: `node ${view.kind} ${view.change}`,
    role: "button",
    tabindex: "-1",
    "aria-roledescription": "node",
    "aria-label": spoken,
  });
  const shape = svgElement("path", { class: "shape", d: outline(view.kind, box) });
  group.append(svgElement("path", { class: "halo", d: outline(view.kind, box, 4) }), shape);
  if (view.change === "added" || view.kind === "application") {
    group.append(svgElement("path", { class: "second", d: outline(view.kind, box, -3) }));
  }
  const name = svgElement("text", {
    class: "name",
    "text-anchor": "middle",
    y: box.note === "" ? "4.5" : "-2",
  });
  name.textContent = box.name;
  group.append(name);
  if (box.note !== "") {
    const note = svgElement("text", { class: "keys", "text-anchor": "middle", y: "13" });
    note.textContent = box.note;
    group.append(note);
  }
  const hint = [box.cut ? nameOf(view) : "", box.cut ? noteOf(view) : "", view.changeWords].filter(
    (part) => part !== "",
  );
  if (hint.length > 0) {
    const title = svgElement("title", {});
    title.textContent = hint.join("\n");
    group.append(title);
  }
  if (view.change !== "same")
    group.append(badge("sign", signs[view.change], -box.width / 2, -box.height / 2));
  if (hides > 0) group.append(badge("fold", `+${hides}`, 0, box.height / 2));
  else if (opens) group.append(badge("fold idle", "\u2212", 0, box.height / 2));
  return group;
}

/** A small round word at the edge of a node. */
function badge(name: string, words: string, x: number, y: number): SVGElement {
  const width = Math.max(16, words.length * 7 + 8);
  const text = svgElement("text", { "text-anchor": "middle", dy: "4" });
  text.textContent = words;
  const group = svgElement(
    "g",
    { class: name, transform: `translate(${x} ${y})`, "aria-hidden": "true" },
    svgElement("rect", { x: String(-width / 2), y: "-8", width: String(width), height: "16", rx: "8" }),
    text,
  );
  if (name.startsWith("fold")) group.dataset["act"] = "fold";
  return group;
}
