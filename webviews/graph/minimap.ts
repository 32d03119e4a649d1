import { element } from "../kit/dom.ts";
import { within } from "./camera.ts";
import type { Size } from "./request.ts";
import type { Scene } from "./scene.ts";
import type { Surface } from "./surface.ts";

export interface Minimap {
  readonly element: HTMLElement;
  /** Draws the graph anew, after another one came or the theme changed. */
  readonly show: (scene: Scene | undefined) => void;
  /** Moves the frame to what is seen now. */
  readonly follow: () => void;
}

const room = { width: 190, height: 130 };
/** Smaller graphs are seen whole. */
const worthwhile = 40;

/** The whole drawing in a corner, with a frame around what is seen; a click or drag goes there. */
export function createMinimap(surface: Surface): Minimap {
  const canvas = document.createElement("canvas");
  const frame = element("div", { class: "frame" });
  // For the eye and the mouse: the keyboard has the drawing itself.
  const host = element("div", { class: "minimap", "aria-hidden": "true", hidden: "" }, canvas, frame);
  let scale = 0;
  let map: Size = { width: 0, height: 0 };

  const follow = (): void => {
    if (scale === 0) return;
    const { width, height } = surface.size();
    const camera = surface.camera();
    const from = within(camera, { x: 0, y: 0 });
    const to = within(camera, { x: width, y: height });
    const [left, top] = [Math.max(0, from.x * scale), Math.max(0, from.y * scale)];
    const right = Math.min(map.width, to.x * scale);
    const bottom = Math.min(map.height, to.y * scale);
    // What is seen whole needs no map.
    const whole = right - left >= map.width - 1 && bottom - top >= map.height - 1;
    host.classList.toggle("idle", whole);
    frame.style.transform = `translate(${left}px, ${top}px)`;
    frame.style.width = `${Math.max(4, right - left)}px`;
    frame.style.height = `${Math.max(4, bottom - top)}px`;
  };

  const go = (event: PointerEvent): void => {
    if (event.buttons === 0 || scale === 0) return;
    const box = canvas.getBoundingClientRect();
    surface.centre({ x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale });
  };
  host.addEventListener("pointerdown", (event) => {
    host.setPointerCapture(event.pointerId);
    go(event);
  });
  host.addEventListener("pointermove", go);

  return {
    element: host,
    follow,
    show: (scene) => {
      const shown = scene !== undefined && scene.keys.length >= worthwhile;
      host.hidden = !shown;
      scale = 0;
      if (!shown) return;
      scale = Math.min(room.width / scene.width, room.height / scene.height);
      const [width, height] = [Math.ceil(scene.width * scale), Math.ceil(scene.height * scale)];
      map = { width, height };
      const ratio = window.devicePixelRatio;
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      paint(canvas, scene, scale * ratio);
      follow();
    },
  };
}

function paint(canvas: HTMLCanvasElement, scene: Scene, scale: number): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const colours = new Map<string, string>();
  for (const { view } of scene.shown.nodes) {
    const look = `${view.kind} ${view.change}`;
    const place = scene.place(view.key);
    if (!place) continue;
    let colour = colours.get(look);
    if (colour === undefined) {
      const shape = scene.node(view.key)?.querySelector(".shape");
      colour = shape ? getComputedStyle(shape).stroke : "gray";
      colours.set(look, colour);
    }
    pen.fillStyle = colour;
    const [width, height] = [Math.max(2, place.width * scale), Math.max(2, place.height * scale)];
    pen.fillRect(place.x * scale - width / 2, place.y * scale - height / 2, width, height);
  }
}
