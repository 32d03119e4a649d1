import { onFind } from "../kit/findKey.ts";
import type { WalkStep } from "./model/keyboardWalk.ts";

export interface GraphKeyActions {
  readonly walk: (step: WalkStep) => void;
  readonly pan: (x: number, y: number) => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly goToStart: () => void;
  readonly open: () => void;
  readonly toggleDetails: () => void;
  readonly toggleCollapsed: () => void;
  readonly dismiss: () => void;
}

const arrows: Readonly<Record<string, readonly [step: WalkStep, x: number, y: number]>> = {
  ArrowUp: ["up", 0, 1],
  ArrowDown: ["down", 0, -1],
  ArrowLeft: ["left", 1, 0],
  ArrowRight: ["right", -1, 0],
};
const panBy = 60;

/** Handles the keys of the drawing. */
export function handleKeys(viewport: HTMLElement, find: () => void, act: GraphKeyActions): void {
  viewport.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const arrow = arrows[event.key];
    if (arrow && (event.shiftKey || event.altKey || command)) act.pan(arrow[1] * panBy, arrow[2] * panBy);
    else if (command || event.altKey) return;
    else if (arrow) act.walk(arrow[0]);
    else if (!onKey(event.key, act)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  onFind(find);
}

function onKey(key: string, act: GraphKeyActions): boolean {
  switch (key) {
    case "+":
    case "=":
      act.zoom(1.25);
      return true;
    case "-":
      act.zoom(1 / 1.25);
      return true;
    case "0":
      act.fit();
      return true;
    case "Home":
      act.goToStart();
      return true;
    case "Enter":
      act.open();
      return true;
    case " ":
      act.toggleDetails();
      return true;
    case "c":
      act.toggleCollapsed();
      return true;
    case "Escape":
      act.dismiss();
      return true;
    default:
      return false;
  }
}
