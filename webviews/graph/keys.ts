import { onFind } from "../kit/find.ts";
import type { Step } from "./walk.ts";

export interface KeyActions {
  readonly walk: (step: Step) => void;
  readonly pan: (x: number, y: number) => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly home: () => void;
  readonly open: () => void;
  readonly details: () => void;
  readonly fold: () => void;
  readonly leave: () => void;
}

const arrows: Readonly<Record<string, readonly [step: Step, x: number, y: number]>> = {
  ArrowUp: ["up", 0, 1],
  ArrowDown: ["down", 0, -1],
  ArrowLeft: ["left", 1, 0],
  ArrowRight: ["right", -1, 0],
};
const panBy = 60;

/** Makes the drawing usable from the keyboard. */
export function handleKeys(surface: HTMLElement, find: () => void, act: KeyActions): void {
  surface.addEventListener("keydown", (event) => {
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

function onKey(key: string, act: KeyActions): boolean {
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
      act.home();
      return true;
    case "Enter":
      act.open();
      return true;
    case " ":
      act.details();
      return true;
    case "c":
      act.fold();
      return true;
    case "Escape":
      act.leave();
      return true;
    default:
      return false;
  }
}
