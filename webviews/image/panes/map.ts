import { element, svgElement } from "../../kit/dom.ts";
import { singleLine } from "../../../extension/protocol/visibleText.ts";
import { boxLabel } from "../model/boxLabel.ts";
import { treemap, type TreemapBox } from "../model/treemap.ts";
import { sizeText } from "../../../extension/protocol/sizeText.ts";
import { changeText, shareText } from "../model/sizeText.ts";
import { pathTo, type SizeNode } from "../model/sizeTree.ts";

export interface TreeMap {
  readonly element: HTMLElement;
  /** Draws a node and what is below it; dims what is not among `lit`, if that is given. */
  readonly show: (root: SizeNode, compared: boolean, lit: ReadonlySet<SizeNode> | undefined) => void;
  /** Draws a frame around a node, or around what contains it if it is too small to be drawn. */
  readonly select: (node: SizeNode | undefined) => void;
  /** What is drawn, in its order. */
  readonly boxes: () => readonly TreemapBox[];
  /** The class of a box, which gives it its colour. */
  readonly classOf: (box: TreemapBox) => string;
  readonly labelOf: (box: TreemapBox) => string;
}

export interface TreeMapActions {
  readonly select: (node: SizeNode) => void;
  readonly zoom: (node: SizeNode) => void;
}

/** Pixels of the letters, as in the style sheet, and of an average letter. */
const [labelSize, letterWidth] = [11, 6.6];
/** The share of its earlier size by which a part has changed little. */
const slightChange = 0.05;

/**
 * A picture of the parts of an image, for the mouse: the table beside it offers the same to the keyboard and to screen
 * readers, which do not see the picture.
 */
export function createTreeMap(act: TreeMapActions): TreeMap {
  const layer = svgElement("svg", { focusable: "false" });
  // Elements above the drawing: if they were part of it, all of it would be laid out again at each move of the mouse.
  const hovered = element("div", { class: "hovered", hidden: "" });
  const frame = element("div", { class: "frame", hidden: "" });
  const host = element("div", { class: "map", "aria-hidden": "true" }, layer, hovered, frame);
  let shown: { readonly root: SizeNode; readonly lit: ReadonlySet<SizeNode> | undefined } | undefined;
  let compared = false;
  let boxes: readonly TreemapBox[] = [];
  let chosen: SizeNode | undefined;
  const boxOf = new Map<Element, TreemapBox>();
  let drawnSize = "";
  let drawn: ReadonlyMap<SizeNode, TreemapBox> = new Map();

  const classOf = ({ node, divided }: TreemapBox): string => {
    if (divided) return "divided";
    if (!compared) return largestPart(node) ?? "none";
    const change = node.bytes - node.before;
    if (change === 0) return "none";
    const slight = Math.abs(change) < slightChange * node.before ? " slight" : "";
    return `${change > 0 ? "grown" : "shrunk"}${slight}`;
  };

  const pen = document.createElement("canvas").getContext("2d");
  const widthOf = (text: string): number => pen?.measureText(text).width ?? text.length * letterWidth;
  const labelOf = (box: TreemapBox): string => (box === boxes[0] ? "" : boxLabel(box, widthOf));

  const draw = (): void => {
    if (!shown) return;
    const { width, height } = host.getBoundingClientRect();
    drawnSize = `${width} ${height}`;
    boxes = width > 0 && height > 0 ? treemap(shown.root, { x: 0, y: 0, width, height }) : [];
    boxOf.clear();
    drawn = new Map(boxes.map((box) => [box.node, box]));
    hover(undefined);
    if (pen) pen.font = `${labelSize}px ${getComputedStyle(document.body).fontFamily}`;
    const isDimmed = ({ node }: TreemapBox): boolean => shown?.lit !== undefined && !shown.lit.has(node);
    const rectangles = boxes.map((box) => {
      const dimmed = isDimmed(box) ? " dimmed" : "";
      const made = svgElement("rect", {
        class: `box ${classOf(box)}${dimmed}`,
        x: box.x.toFixed(1),
        y: box.y.toFixed(1),
        width: box.width.toFixed(1),
        height: box.height.toFixed(1),
      });
      boxOf.set(made, box);
      return made;
    });
    const labels = boxes.flatMap((box) => {
      const text = labelOf(box);
      if (text === "") return [];
      const place = { x: (box.x + 4).toFixed(1), y: (box.y + 12).toFixed(1) };
      return [svgElement("text", { class: `label${isDimmed(box) ? " dimmed" : ""}`, ...place }, text)];
    });
    layer.replaceChildren(...rectangles, ...labels);
    drawFrame();
  };

  const drawFrame = (): void => {
    let at = chosen;
    while (at && !drawn.has(at)) at = at.parent;
    const box = at && drawn.get(at);
    frame.toggleAttribute("hidden", !box || at === shown?.root);
    if (box) placeOver(frame, box);
  };

  const hover = (box: TreemapBox | undefined): void => {
    hovered.toggleAttribute("hidden", !box);
    host.title = box ? tooltipOf(box.node) : "";
    if (box) placeOver(hovered, box);
  };
  const tooltipOf = (node: SizeNode): string => {
    const names = pathTo(node)
      .slice(1)
      .map(({ name }) => singleLine(name));
    if (names.length === 0) return "";
    const text = `${names.join(" › ")}\n${sizeText(node.bytes)}, ${shareText(node.bytes, shown?.root.bytes ?? 0)}`;
    return compared ? `${text}\n${changeText(node.bytes - node.before)}` : text;
  };

  const at = (event: Event): TreemapBox | undefined =>
    event.target instanceof Element ? boxOf.get(event.target) : undefined;
  host.addEventListener("pointerover", (event) => hover(at(event)));
  host.addEventListener("pointerleave", () => hover(undefined));
  host.addEventListener("click", (event) => {
    const node = at(event)?.node;
    if (node) act.select(node);
  });
  host.addEventListener("dblclick", (event) => {
    const node = at(event)?.node;
    if (node) act.zoom(node);
  });
  // It also reports the first size, in which the picture may have been drawn already.
  new ResizeObserver(() => {
    const { width, height } = host.getBoundingClientRect();
    if (`${width} ${height}` !== drawnSize) draw();
  }).observe(host);

  return {
    element: host,
    show: (root, isCompared, lit) => {
      shown = { root, lit };
      compared = isCompared;
      draw();
    },
    select: (node) => {
      chosen = node;
      drawFrame();
    },
    boxes: () => boxes,
    classOf,
    labelOf,
  };
}

/** Moves an element, without a new layout of what is below it. */
function placeOver({ style }: HTMLElement, { x, y, width, height }: TreemapBox): void {
  style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  style.width = `${width.toFixed(1)}px`;
  style.height = `${height.toFixed(1)}px`;
}

/** What most of a node's bytes are for. */
function largestPart(node: SizeNode): string | undefined {
  if (node.part !== undefined) return node.part;
  const sums = new Map<string, number>();
  const add = (each: SizeNode): void => {
    if (each.part === undefined) each.children.forEach(add);
    else sums.set(each.part, (sums.get(each.part) ?? 0) + each.bytes);
  };
  add(node);
  return [...sums].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
