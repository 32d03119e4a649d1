import type { Size } from "../layout/graphvizRequest.ts";

/** The window shows a point of the drawing at `point * scale + (x, y)`, in pixels. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const minScale = 0.02;
export const maxScale = 4;
/** Below this scale, names are hidden, because they are too small to be recognized. */
export const readableScale = 0.4;
/** The scales of a fitted drawing: names, which have 13 px at scale 1, are 10 px to 16 px high. */
export const fittedScales = { least: 0.77, most: 1.25 } as const;
/** The free space around a fitted drawing, in pixels of the window. */
const margin = 12;

/**
 * The camera for the first sight of a drawing. It centres the whole drawing if the names remain readable, see
 * `fittedScales`. Otherwise it uses the least readable scale, and shows the part around `start`, a point of the
 * drawing.
 */
export function fitted(drawing: Size, window: Size, start: Point): Camera {
  const whole = Math.min(
    Math.max(1, window.width - 2 * margin) / Math.max(1, drawing.width),
    Math.max(1, window.height - 2 * margin) / Math.max(1, drawing.height),
  );
  const scale = Math.min(fittedScales.most, Math.max(fittedScales.least, whole));
  const place = (length: number, room: number, at: number, wanted: number): number => {
    const scaled = length * scale;
    if (scaled <= room - 2 * margin) return (room - scaled) / 2;
    return Math.min(margin, Math.max(room - scaled - margin, wanted - at * scale));
  };
  return {
    scale,
    x: place(drawing.width, window.width, start.x, window.width / 2),
    y: place(drawing.height, window.height, start.y, window.height / 3),
  };
}

/** Scales by a factor around the point `at` of the window. */
export function zoomed(camera: Camera, at: Point, factor: number): Camera {
  const scale = Math.min(maxScale, Math.max(minScale, camera.scale * factor));
  const by = scale / camera.scale;
  return { scale, x: at.x - (at.x - camera.x) * by, y: at.y - (at.y - camera.y) * by };
}

/** Shows a point of the drawing at the point `at` of the window. */
export function centeredAt(point: Point, at: Point, scale: number): Camera {
  return { scale, x: at.x - point.x * scale, y: at.y - point.y * scale };
}

/** Converts a point of the drawing to a point of the window. */
export function toWindow(camera: Camera, point: Point): Point {
  return { x: point.x * camera.scale + camera.x, y: point.y * camera.scale + camera.y };
}

/** Converts a point of the window to a point of the drawing. */
export function toDrawing(camera: Camera, at: Point): Point {
  return { x: (at.x - camera.x) / camera.scale, y: (at.y - camera.y) / camera.scale };
}

/** Limits the position so that some of the drawing stays in the window. */
export function clamped(camera: Camera, drawing: Size, window: Size): Camera {
  const edge = 60;
  const bound = (value: number, length: number, room: number): number =>
    Math.min(room - edge, Math.max(edge - length * camera.scale, value));
  return {
    ...camera,
    x: bound(camera.x, drawing.width, window.width),
    y: bound(camera.y, drawing.height, window.height),
  };
}

/** Moves as little as possible to show a whole box of the drawing, if it fits into the window. */
export function revealed(camera: Camera, middle: Point, size: Size, window: Size): Camera {
  const at = toWindow(camera, middle);
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
