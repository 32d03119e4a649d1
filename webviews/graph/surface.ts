import { element } from "../kit/dom.ts";
import {
  brought,
  fitted,
  kept,
  placed,
  readable,
  seenAt,
  within,
  zoomed,
  type Camera,
  type Point,
} from "./camera.ts";
import type { Scene } from "./scene.ts";
import type { Size } from "./request.ts";

/** The window onto a drawing. */
export interface Surface {
  readonly element: HTMLElement;
  readonly scene: () => Scene | undefined;
  /** Shows another drawing. `anchor` names the nodes of which the first that both have stays where it is. */
  readonly show: (scene: Scene | undefined, anchor: readonly string[]) => void;
  /** The whole drawing, and so again when the window changes. */
  readonly fit: () => void;
  /** So many pixels of the lower edge are covered by something: a fitted drawing ends above it. */
  readonly reserve: (height: number) => void;
  /** By a factor, around the middle of the window. */
  readonly zoom: (factor: number) => void;
  /** By pixels of the window. */
  readonly pan: (x: number, y: number) => void;
  readonly bring: (key: string) => void;
  /** Puts a point of the drawing into the middle. */
  readonly centre: (point: Point) => void;
  readonly camera: () => Camera;
  /** Undefined while the drawing is fitted. */
  readonly chosen: () => Camera | undefined;
  readonly choose: (camera: Camera | undefined) => void;
  readonly size: () => Size;
  /** The node that an element of the drawing belongs to. */
  readonly keyOf: (target: EventTarget | null) => string | undefined;
  /** The drawn node nearest to the middle of the window. */
  readonly middle: () => string | undefined;
}

export interface SurfaceOptions {
  readonly moved: () => void;
  /** A click that was no drag, on a node or beside all. */
  readonly clicked: (key: string | undefined, event: MouseEvent) => void;
}

const settleMs = 140;
const dragFrom = 4;
/** What lies over the lower edge may not take more than this share of the window from a fitted drawing. */
const mostReserved = 0.4;

/**
 * The drawing is moved and scaled as one layer by the compositor, and painted sharply again when it
 * comes to rest: no node is touched by a pan or a zoom.
 */
export function createSurface(options: SurfaceOptions): Surface {
  const layer = element("div", { class: "layer" });
  const host = element("div", { class: "surface" }, layer);
  let scene: Scene | undefined;
  let camera: Camera = { x: 0, y: 0, scale: 1 };
  let auto = true;
  let timer = 0;
  let frame = 0;

  // Kept, because to ask the page for it in each frame would make it lay itself out.
  let extent: Size = { width: 0, height: 0 };
  const size = (): Size => extent;

  let reserved = 0;
  /** What is left of the window by what lies over its lower edge. */
  const room = (): Size => ({
    width: extent.width,
    height: extent.height - Math.min(reserved, extent.height * mostReserved),
  });

  const paint = (): void => {
    frame = 0;
    const { x, y, scale } = camera;
    layer.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    layer.classList.toggle("far", scale < readable);
    options.moved();
  };

  const set = (next: Camera, byUser: boolean): void => {
    if (byUser) auto = false;
    camera = scene ? kept(next, scene, size()) : next;
    layer.classList.add("moving");
    window.clearTimeout(timer);
    timer = window.setTimeout(() => layer.classList.remove("moving"), settleMs);
    if (frame === 0) frame = requestAnimationFrame(paint);
  };

  const home = (): void => {
    if (!scene) return;
    const whole = fitted(scene, room());
    const key = scene.shown.nodes.find(({ view }) => view.kind === "application")?.view.key ?? scene.keys[0];
    const start = key === undefined ? undefined : scene.place(key);
    // A drawing too large to be read whole begins where one would begin to read.
    const { width, height } = size();
    set(
      whole.scale >= readable || !start
        ? whole
        : placed(start, { x: width / 2, y: Math.min(height / 3, start.y * 0.75 + 40) }, 0.75),
      false,
    );
  };

  const visiblePlace = (key: string): Point | undefined => {
    const place = scene?.place(key);
    if (!place) return undefined;
    const at = seenAt(camera, place);
    const { width, height } = size();
    return at.x >= 0 && at.y >= 0 && at.x <= width && at.y <= height ? at : undefined;
  };

  const middle = (): string | undefined => {
    const { width, height } = size();
    const centre = within(camera, { x: width / 2, y: height / 2 });
    let best: string | undefined;
    let least = Infinity;
    for (const key of scene?.keys ?? []) {
      const place = scene?.place(key);
      const far = place ? Math.hypot(place.x - centre.x, place.y - centre.y) : Infinity;
      if (far < least) [best, least] = [key, far];
    }
    return best;
  };

  const keyOf = (target: EventTarget | null): string | undefined => {
    if (!(target instanceof Element)) return undefined;
    const index = Number(target.closest<SVGElement>(".node")?.dataset["index"] ?? Number.NaN);
    return scene?.shown.nodes[index]?.view.key;
  };

  const atPointer = (event: MouseEvent): Point => {
    const box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  host.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      // A pinch comes as a wheel with Ctrl, in small steps.
      const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 400 : 1;
      const step = Math.max(-240, Math.min(240, event.deltaY * unit)) * (event.ctrlKey ? 0.01 : 0.0016);
      if (event.shiftKey) set({ ...camera, x: camera.x - (event.deltaX + event.deltaY) * unit }, true);
      else set(zoomed(camera, atPointer(event), Math.exp(-step)), true);
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
      if (Math.hypot(now.x - from.x, now.y - from.y) < dragFrom) return;
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
    if (!dragged) options.clicked(keyOf(event.target), event);
  });
  // The browser would scroll the window to a focused node; the camera moves instead.
  host.addEventListener("scroll", () => host.scrollTo(0, 0));
  new ResizeObserver(() => {
    extent = { width: host.clientWidth, height: host.clientHeight };
    // Hidden behind the tree.
    if (extent.width === 0) return;
    if (auto) home();
    else set(camera, false);
  }).observe(host);

  return {
    element: host,
    scene: () => scene,
    show: (next, anchor) => {
      const seen = anchor.map((key) => ({ key, at: visiblePlace(key) }));
      scene = next;
      layer.replaceChildren(...(next ? [next.element] : []));
      const held = seen.find(({ key, at }) => at !== undefined && next?.place(key) !== undefined);
      const place = held && next?.place(held.key);
      if (auto || !next) home();
      else if (place && held.at) set(placed(place, held.at, camera.scale), false);
      else set(camera, false);
    },
    reserve: (height) => {
      if (height === reserved) return;
      reserved = height;
      if (auto) home();
    },
    fit: () => {
      auto = true;
      if (scene) set(fitted(scene, room()), false);
    },
    zoom: (factor) => {
      const { width, height } = size();
      set(zoomed(camera, { x: width / 2, y: height / 2 }, factor), true);
    },
    pan: (x, y) => set({ ...camera, x: camera.x + x, y: camera.y + y }, true),
    bring: (key) => {
      const place = scene?.place(key);
      if (!place) return;
      const near =
        camera.scale < readable ? placed(place, { x: size().width / 2, y: size().height / 2 }, 0.8) : camera;
      const next = brought(near, place, place, size());
      if (next.x !== camera.x || next.y !== camera.y || next.scale !== camera.scale) set(next, true);
    },
    centre: (point) => {
      const { width, height } = size();
      set(placed(point, { x: width / 2, y: height / 2 }, camera.scale), true);
    },
    camera: () => camera,
    chosen: () => (auto ? undefined : camera),
    choose: (wish) => {
      auto = wish === undefined;
      if (wish) set(wish, false);
      else home();
    },
    size,
    keyOf,
    middle,
  };
}
