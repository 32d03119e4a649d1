import { element } from "../../kit/dom.ts";
import type { Adjacency } from "../model/adjacency.ts";
import type { NodeDetails, GraphPageState, GraphPanelContent } from "../../../extension/protocol/graph.ts";
import { changesPanel, detailsPanel, type DetailsActions } from "./detailsPanel.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The pane beside the drawing: details of the selected node, else the result of a comparison. */
export interface SidePanel {
  readonly element: HTMLElement;
  readonly show: (
    state: GraphPageState,
    adjacency: Adjacency | undefined,
    picture: GraphPanelContent | undefined,
  ) => void;
  /** Drops cached details, which belong to an older picture. */
  readonly clearDetails: () => void;
}

export interface SidePanelOptions extends DetailsActions {
  readonly requestDetails: (key: string) => Promise<NodeDetails>;
  readonly onError: (error: unknown) => void;
}

const noDetails: NodeDetails = { packages: [], connect: [], sources: [] };

/** Requests the details of a node when they are first shown, and caches them until `clearDetails`. */
export function createSidePanel(options: SidePanelOptions): SidePanel {
  const pane = element("aside", { class: "pane", hidden: "" });
  let cached = new Map<string, NodeDetails>();
  let requested = new Set<string>();
  let redraw = (): void => {};

  const loadDetails = async (key: string): Promise<void> => {
    if (requested.has(key)) return;
    const mine = cached;
    requested.add(key);
    try {
      mine.set(key, await options.requestDetails(key));
    } catch (error) {
      mine.set(key, noDetails);
      options.onError(error);
    }
    if (mine === cached) redraw();
  };

  const parts = (
    state: GraphPageState,
    adjacency: Adjacency | undefined,
    picture: GraphPanelContent | undefined,
  ): HTMLElement[] => {
    const node = state.selected === undefined ? undefined : adjacency?.nodes.get(state.selected);
    const compared = picture?.other.kind === "nothing" ? undefined : picture?.graph;
    if (state.details === true && node && adjacency) {
      void loadDetails(node.key);
      const collapsed = state.collapsed.includes(node.key);
      return [detailsPanel(node, adjacency, cached.get(node.key), collapsed, options)];
    }
    if (picture && compared)
      return [changesPanel(t("Comparison"), picture.sentences, compared.nodes, options.select)];
    if (state.details !== true) return [];
    const hint = t("Select a node to see its packages, keys and source.");
    return [element("p", { class: "quiet hint" }, hint)];
  };

  const show: SidePanel["show"] = (state, adjacency, picture) => {
    redraw = () => show(state, adjacency, picture);
    const made = parts(state, adjacency, picture);
    const { scrollTop } = pane;
    pane.hidden = made.length === 0;
    pane.replaceChildren(...made);
    pane.scrollTop = scrollTop;
  };

  return {
    element: pane,
    show,
    clearDetails: () => {
      cached = new Map();
      requested = new Set();
    },
  };
}
