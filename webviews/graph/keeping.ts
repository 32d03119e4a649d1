import type { Host } from "../kit/host.ts";
import { isKept, type Kept } from "./messages.ts";

/** What the panel is set to, and keeps for its next page. */
export interface Keeping {
  readonly now: () => Kept;
  readonly keep: (next: Partial<Kept>) => void;
  /** Writes what is kept, after a moment: moving the drawing changes it with each frame. */
  readonly soon: () => void;
}

const keepMs = 200;

const fresh: Kept = {
  unikernel: "",
  configuration: undefined,
  other: { kind: "nothing" },
  selected: undefined,
  focus: undefined,
  focusShows: "below",
  collapsed: [],
  hideServices: false,
  asTree: false,
  details: false,
  view: undefined,
};

/** Begins with what an earlier page of the panel kept; `view` tells place and scale when they are written. */
export function createKeeping(host: Pick<Host, "kept" | "keep">, view: () => Kept["view"]): Keeping {
  const before = host.kept();
  let kept: Kept = isKept(before) ? before : fresh;
  let timer = 0;
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      kept = { ...kept, view: view() };
      host.keep(kept);
    }, keepMs);
  };
  return {
    now: () => kept,
    soon,
    keep: (next) => {
      kept = { ...kept, ...next };
      soon();
    },
  };
}
