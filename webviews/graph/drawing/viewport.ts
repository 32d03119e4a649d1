import { element } from "../../kit/dom.ts";
import {
  revealed,
  fitted,
  clamped,
  centeredAt,
  readableScale,
  toWindow,
  toDrawing,
  zoomed,
  type Camera,
  type Point,
} from "./camera.ts";
import type { Scene } from "./scene.ts";
import type { Size } from "../layout/graphvizRequest.ts";

/** The window onto the drawing, with pan and zoom. */
export interface Viewport {
  readonly element: HTMLElement;
  readonly scene: () => Scene | undefined;
  /** Shows another drawing. The first visible node of `anchor` that is also in the new drawing keeps its position. */
  readonly show: (scene: Scene | undefined, anchor: readonly string[]) => void;
  /** Fits the drawing into the window, also after later changes of size. */
  readonly fit: () => void;
  /**
   * Runs a change of the page that may resize the window. Nodes keep their position on the screen, unless the
   * node `visible` would be hidden.
   */
  readonly withoutMoving: (change: () => void, visible: string | undefined) => void;
  /** Zooms by a factor around the centre of the window. */
  readonly zoom: (factor: number) => void;
  /** Moves by pixels of the window. */
  readonly pan: (x: number, y: number) => void;
  readonly reveal: (key: string) => void;
  /** Moves a point of the drawing to the centre. */
  readonly centerOn: (point: Point) => void;
  readonly camera: () => Camera;
  /** The camera that the user chose, or undefined while the drawing is fitted. */
  readonly userCamera: () => Camera | undefined;
  readonly setCamera: (camera: Camera | undefined) => void;
  readonly size: () => Size;
  /** The key of the node that an element of the drawing belongs to. */
  readonly nodeKeyAt: (target: EventTarget | null) => string | undefined;
  /** The key of the drawn node nearest to the centre of the window. */
  readonly centralNode: () => string | undefined;
}

export interface ViewportOptions {
  readonly onMove: () => void;
  /** A click, not a drag, on a node, or on the background if the key is undefined. */
  readonly onClick: (key: string | undefined, event: MouseEvent) => void;
}

/** After this long without a movement, the browser repaints the drawing sharply. */
const settleDelayMs = 140;
const minDragPixels = 4;
/** A step of a pinch gesture is smaller than that of a mouse wheel. */
const maxPinchStep = 40;

/**
 * Creates a viewport. The compositor moves and scales the drawing as one layer, and the browser repaints it
 * sharply when it comes to rest; pan and zoom touch no node.
 */
export function createViewport(options: ViewportOptions): Viewport {
  const layer = element("div", { class: "layer" });
  const host = element("div", { class: "viewport" }, layer);
  let scene: Scene | undefined;
  let camera: Camera = { x: 0, y: 0, scale: 1 };
  let isFitted = true;
  let timer = 0;
  let frame = 0;

  // Cached, because reading it in each frame would force a layout of the page.
  let extent: Size = { width: 0, height: 0 };
  const size = (): Size => extent;

  const readSize = (): boolean => {
    const { width, height } = extent;
    extent = { width: host.clientWidth, height: host.clientHeight };
    return width !== extent.width || height !== extent.height;
  };

  const paint = (): void => {
    frame = 0;
    const { x, y, scale } = camera;
    layer.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    layer.classList.toggle("far", scale < readableScale);
    options.onMove();
  };

  const set = (next: Camera, byUser: boolean): void => {
    if (byUser) isFitted = false;
    camera = scene ? clamped(next, scene, size()) : next;
    layer.classList.add("moving");
    window.clearTimeout(timer);
    timer = window.setTimeout(() => layer.classList.remove("moving"), settleDelayMs);
    if (frame === 0) frame = requestAnimationFrame(paint);
  };

  const reset = (): void => {
    if (!scene) return;
    const key =
      scene.subgraph.nodes.find(({ view }) => view.kind === "application")?.view.key ?? scene.keys[0];
    const start = (key === undefined ? undefined : scene.bounds(key)) ?? { x: scene.width / 2, y: 0 };
    set(fitted(scene, size(), start), false);
  };

  const visiblePosition = (key: string): Point | undefined => {
    const bounds = scene?.bounds(key);
    if (!bounds) return undefined;
    const at = toWindow(camera, bounds);
    const { width, height } = size();
    return at.x >= 0 && at.y >= 0 && at.x <= width && at.y <= height ? at : undefined;
  };

  const centralNode = (): string | undefined => {
    const { width, height } = size();
    const centre = toDrawing(camera, { x: width / 2, y: height / 2 });
    let best: string | undefined;
    let least = Infinity;
    for (const key of scene?.keys ?? []) {
      const bounds = scene?.bounds(key);
      const far = bounds ? Math.hypot(bounds.x - centre.x, bounds.y - centre.y) : Infinity;
      if (far < least) [best, least] = [key, far];
    }
    return best;
  };

  const nodeKeyAt = (target: EventTarget | null): string | undefined => {
    if (!(target instanceof Element)) return undefined;
    const index = Number(target.closest<SVGElement>(".node")?.dataset["index"] ?? Number.NaN);
    return scene?.subgraph.nodes[index]?.view.key;
  };

  const atPointer = (event: MouseEvent): Point => {
    const box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  host.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 400 : 1;
      const [x, y] = [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey || event.metaKey) {
        // A pinch gesture arrives as wheel events with Ctrl, in small steps.
        const step = Math.max(-240, Math.min(240, y)) * (Math.abs(y) < maxPinchStep ? 0.01 : 0.0016);
        set(zoomed(camera, atPointer(event), Math.exp(-step)), true);
      } else if (event.shiftKey) set({ ...camera, x: camera.x - x - y }, true);
      else set({ ...camera, x: camera.x - x, y: camera.y - y }, true);
    },
    { passive: false },
  );

  const pointers = new Map<number, Point>();
  let dragged = false;
  let from: Point = { x: 0, y: 0 };
  host.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    if (pointers.size === 0) [dragged, from] = [false, atPointer(event)];
    pointers.set(event.pointerId, atPointer(event));
  });
  host.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = atPointer(event);
    if (!dragged) {
      if (Math.hypot(now.x - from.x, now.y - from.y) < minDragPixels) return;
      dragged = true;
      host.setPointerCapture(event.pointerId);
      host.classList.add("dragging");
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (other) {
      const factor =
        Math.hypot(now.x - other.x, now.y - other.y) /
        Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      set(zoomed(camera, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, factor), true);
    } else set({ ...camera, x: camera.x + now.x - before.x, y: camera.y + now.y - before.y }, true);
  });
  const release = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) host.classList.remove("dragging");
  };
  host.addEventListener("pointerup", release);
  host.addEventListener("pointercancel", release);
  host.addEventListener("click", (event) => {
    if (!dragged) options.onClick(nodeKeyAt(event.target), event);
  });
  // Undo the scrolling of the browser to a focused node; the camera moves instead.
  host.addEventListener("scroll", () => host.scrollTo(0, 0));
  new ResizeObserver(() => {
    // The width is 0 while the tree is shown instead.
    if (!readSize() || extent.width === 0) return;
    if (isFitted) reset();
    else set(camera, false);
  }).observe(host);

  return {
    element: host,
    scene: () => scene,
    show: (next, anchor) => {
      const seen = anchor.map((key) => ({ key, at: visiblePosition(key) }));
      scene = next;
      layer.replaceChildren(...(next ? [next.element] : []));
      readSize();
      const held = seen.find(({ key, at }) => at !== undefined && next?.bounds(key) !== undefined);
      const bounds = held && next?.bounds(held.key);
      if (isFitted || !next) reset();
      else if (bounds && held.at) set(centeredAt(bounds, held.at, camera.scale), false);
      else set(camera, false);
    },
    withoutMoving: (change, visible) => {
      const before = host.getBoundingClientRect();
      change();
      const after = host.getBoundingClientRect();
      if (!readSize() || extent.width === 0) return;
      const still = { ...camera, x: camera.x + before.x - after.x, y: camera.y + before.y - after.y };
      const bounds = visible === undefined ? undefined : scene?.bounds(visible);
      set(bounds ? revealed(still, bounds, bounds, size()) : still, false);
    },
    fit: () => {
      isFitted = true;
      reset();
    },
    zoom: (factor) => {
      const { width, height } = size();
      set(zoomed(camera, { x: width / 2, y: height / 2 }, factor), true);
    },
    pan: (x, y) => set({ ...camera, x: camera.x + x, y: camera.y + y }, true),
    reveal: (key) => {
      const bounds = scene?.bounds(key);
      if (!bounds) return;
      const near =
        camera.scale < readableScale
          ? centeredAt(bounds, { x: size().width / 2, y: size().height / 2 }, 0.8)
          : camera;
      const next = revealed(near, bounds, bounds, size());
      if (next.x !== camera.x || next.y !== camera.y || next.scale !== camera.scale) set(next, true);
    },
    centerOn: (point) => {
      const { width, height } = size();
      set(centeredAt(point, { x: width / 2, y: height / 2 }, camera.scale), true);
    },
    camera: () => camera,
    userCamera: () => (isFitted ? undefined : camera),
    setCamera: (chosen) => {
      isFitted = chosen === undefined;
      if (chosen) set(chosen, false);
      else reset();
    },
    size,
    nodeKeyAt,
    centralNode,
  };
}
