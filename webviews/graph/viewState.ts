import type { WebviewHost } from "../kit/vscodeApi.ts";
import { isGraphPageState, type GraphPageState } from "../../extension/protocol/graph.ts";

/** The state of the page, which it stores for the next page of its panel. */
export interface GraphViewState {
  readonly current: () => GraphPageState;
  readonly update: (next: Partial<GraphPageState>) => void;
  /** Stores the state in the next frame, so that changes in one frame are stored once. */
  readonly saveSoon: () => void;
}

const initial: GraphPageState = {
  unikernel: "",
  configuration: undefined,
  other: { kind: "nothing" },
  selected: undefined,
  focus: undefined,
  focusShows: "below",
  collapsed: [],
  hideServices: true,
  hideLegend: false,
  asTree: false,
  details: false,
  view: undefined,
};

/** Below this height of a new panel, in pixels, the legend is folded so that the graph has its space. */
const minHeightForLegend = 420;

/** Starts with the state of the previous page. `view` returns the position and scale to store. */
export function createGraphViewState(
  host: Pick<WebviewHost, "savedState" | "saveState">,
  view: () => GraphPageState["view"],
): GraphViewState {
  const before = host.savedState();
  let state: GraphPageState = isGraphPageState(before)
    ? before
    : { ...initial, hideLegend: innerHeight < minHeightForLegend };
  let frame = 0;
  const saveSoon = (): void => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      state = { ...state, view: view() };
      host.saveState(state);
    });
  };
  return {
    current: () => state,
    saveSoon,
    update: (next) => {
      state = { ...state, ...next };
      saveSoon();
    },
  };
}
