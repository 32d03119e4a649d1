import { element } from "../../kit/dom.ts";
import { toDrawing } from "./camera.ts";
import type { Size } from "../layout/graphvizRequest.ts";
import type { Scene } from "./scene.ts";
import type { Viewport } from "./viewport.ts";

export interface Minimap {
  readonly element: HTMLElement;
  /** Redraws the map for another graph or theme. */
  readonly show: (scene: Scene | undefined) => void;
  /** Moves the frame to the visible part. */
  readonly update: () => void;
}

const maxSize = { width: 190, height: 130 };
/** Graphs with fewer nodes have no minimap. */
const minNodes = 40;

/** A small map of the drawing with a frame around the visible part; a click or drag moves the viewport. */
export function createMinimap(viewport: Viewport): Minimap {
  const canvas = document.createElement("canvas");
  const frame = element("div", { class: "frame" });
  // Keyboards and screen readers use the drawing itself.
  const host = element("div", { class: "minimap", "aria-hidden": "true", hidden: "" }, canvas, frame);
  let scale = 0;
  let map: Size = { width: 0, height: 0 };

  const update = (): void => {
    if (scale === 0) return;
    const { width, height } = viewport.size();
    const camera = viewport.camera();
    const from = toDrawing(camera, { x: 0, y: 0 });
    const to = toDrawing(camera, { x: width, y: height });
    const [left, top] = [Math.max(0, from.x * scale), Math.max(0, from.y * scale)];
    const right = Math.min(map.width, to.x * scale);
    const bottom = Math.min(map.height, to.y * scale);
    // No map is needed while the whole drawing is visible.
    const whole = right - left >= map.width - 1 && bottom - top >= map.height - 1;
    host.classList.toggle("idle", whole);
    frame.style.transform = `translate(${left}px, ${top}px)`;
    frame.style.width = `${Math.max(4, right - left)}px`;
    frame.style.height = `${Math.max(4, bottom - top)}px`;
  };

  const moveTo = (event: PointerEvent): void => {
    if (event.buttons === 0 || scale === 0) return;
    const box = canvas.getBoundingClientRect();
    viewport.centerOn({ x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale });
  };
  host.addEventListener("pointerdown", (event) => {
    host.setPointerCapture(event.pointerId);
    moveTo(event);
  });
  host.addEventListener("pointermove", moveTo);

  return {
    element: host,
    update,
    show: (scene) => {
      const shown = scene !== undefined && scene.keys.length >= minNodes;
      host.hidden = !shown;
      scale = 0;
      if (!shown) return;
      scale = Math.min(maxSize.width / scene.width, maxSize.height / scene.height);
      const [width, height] = [Math.ceil(scene.width * scale), Math.ceil(scene.height * scale)];
      map = { width, height };
      const ratio = window.devicePixelRatio;
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      paint(canvas, scene, scale * ratio);
      update();
    },
  };
}

function paint(canvas: HTMLCanvasElement, scene: Scene, scale: number): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const colours = new Map<string, string>();
  for (const { view } of scene.subgraph.nodes) {
    const style = `${view.kind} ${view.change}`;
    const place = scene.bounds(view.key);
    if (!place) continue;
    let colour = colours.get(style);
    if (colour === undefined) {
      const shape = scene.node(view.key)?.querySelector(".shape");
      colour = shape ? getComputedStyle(shape).stroke : "gray";
      colours.set(style, colour);
    }
    pen.fillStyle = colour;
    const [width, height] = [Math.max(2, place.width * scale), Math.max(2, place.height * scale)];
    pen.fillRect(place.x * scale - width / 2, place.y * scale - height / 2, width, height);
  }
}
