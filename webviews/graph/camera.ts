import type { Size } from "./request.ts";

/** A point of the drawing is seen at `point * scale + (x, y)`. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const smallest = 0.02;
export const largest = 4;
/** Below this scale nobody can read a name. */
export const readable = 0.4;
const margin = 28;

/** The whole drawing in the middle, never larger than life. */
export function fitted(drawing: Size, window: Size): Camera {
  const scale = Math.min(
    1,
    Math.max(1, window.width - 2 * margin) / Math.max(1, drawing.width),
    Math.max(1, window.height - 2 * margin) / Math.max(1, drawing.height),
  );
  const bounded = Math.max(smallest, scale);
  return {
    scale: bounded,
    x: (window.width - drawing.width * bounded) / 2,
    y: (window.height - drawing.height * bounded) / 2,
  };
}

/** Scales by a factor, the point under (x, y) of the window staying where it is. */
export function zoomed(camera: Camera, at: Point, factor: number): Camera {
  const scale = Math.min(largest, Math.max(smallest, camera.scale * factor));
  const by = scale / camera.scale;
  return { scale, x: at.x - (at.x - camera.x) * by, y: at.y - (at.y - camera.y) * by };
}

/** Moves so that a point of the drawing is seen at a place of the window. */
export function placed(point: Point, at: Point, scale: number): Camera {
  return { scale, x: at.x - point.x * scale, y: at.y - point.y * scale };
}

/** Where a point of the drawing is seen. */
export function seenAt(camera: Camera, point: Point): Point {
  return { x: point.x * camera.scale + camera.x, y: point.y * camera.scale + camera.y };
}

/** Where in the drawing a point of the window is. */
export function within(camera: Camera, at: Point): Point {
  return { x: (at.x - camera.x) / camera.scale, y: (at.y - camera.y) / camera.scale };
}

/** Keeps a corner of the drawing in the window, so that it cannot be lost. */
export function kept(camera: Camera, drawing: Size, window: Size): Camera {
  const edge = 60;
  const bound = (value: number, length: number, room: number): number =>
    Math.min(room - edge, Math.max(edge - length * camera.scale, value));
  return {
    ...camera,
    x: bound(camera.x, drawing.width, window.width),
    y: bound(camera.y, drawing.height, window.height),
  };
}

/** Moves as little as needed for a box of the drawing to be seen whole, if it can be. */
export function brought(camera: Camera, middle: Point, size: Size, window: Size): Camera {
  const at = seenAt(camera, middle);
  const shift = (value: number, length: number, room: number): number => {
    const half = Math.min((length * camera.scale) / 2 + margin, room / 2);
    return Math.min(room - half, Math.max(half, value)) - value;
  };
  return {
    ...camera,
    x: camera.x + shift(at.x, size.width, window.width),
    y: camera.y + shift(at.y, size.height, window.height),
  };
}
