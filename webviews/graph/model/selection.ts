import type { Renderer } from "../drawing/renderer.ts";
import type { GraphViewState } from "../viewState.ts";
import type { Adjacency } from "./adjacency.ts";
import type { GraphPageState } from "../../../extension/protocol/graph.ts";
import type { Viewport } from "../drawing/viewport.ts";
import type { Tree } from "../panes/tree.ts";
import type { WalkStep } from "./keyboardWalk.ts";

/** The selected node, and the actions that change it. */
export interface NodeSelection {
  readonly select: (key: string | undefined) => void;
  /** Selects a node and scrolls to it; draws it first if it is hidden. */
  readonly reveal: (key: string) => void;
  /** Completes a `reveal` that had to wait for a new drawing. */
  readonly onDrawn: () => void;
  readonly toggleCollapsed: (key: string) => void;
  readonly toggleSelected: () => void;
  readonly openSelected: () => void;
  readonly walk: (step: WalkStep) => void;
  /** Selects the application. */
  readonly goToStart: () => void;
  /** Closes the details, else leaves the focus, else clears the selection. */
  readonly dismiss: () => void;
}

export interface SelectionOptions {
  readonly viewState: GraphViewState;
  readonly viewport: Viewport;
  readonly renderer: Renderer;
  readonly tree: Pick<Tree, "reveal">;
  readonly adjacency: () => Adjacency | undefined;
  /** Updates the view state and redraws. */
  readonly update: (next: Partial<GraphPageState>) => void;
  /** Called when another node is selected. */
  readonly onSelect: () => void;
  readonly open: (key: string) => void;
}

/** `options` is called on each action, because the parts of the page are created after this. */
export function createNodeSelection(options: () => SelectionOptions): NodeSelection {
  /** The node to select and scroll to after the next drawing. */
  let pendingKey: string | undefined;

  const select = (key: string | undefined): void => {
    const { viewState, renderer, onSelect } = options();
    const same = key === viewState.current().selected;
    viewState.update({ selected: key });
    renderer.select(key);
    if (!same) onSelect();
  };

  const goTo = (key: string): void => {
    const { viewport, renderer } = options();
    select(key);
    viewport.reveal(key);
    renderer.focus(key);
  };

  const toggleCollapsed = (key: string): void => {
    const { viewState, update, onSelect } = options();
    const { collapsed } = viewState.current();
    const others = collapsed.filter((each) => each !== key);
    update({ collapsed: others.length < collapsed.length ? others : [...collapsed, key], selected: key });
    onSelect();
  };

  const withSelected = (act: (key: string) => void) => (): void => {
    const { selected } = options().viewState.current();
    if (selected !== undefined) act(selected);
  };

  return {
    select,
    reveal: (key) => {
      const { viewState, viewport, renderer, tree, adjacency, update } = options();
      const graph = adjacency();
      if (!graph?.nodes.has(key)) {
        pendingKey = key;
        return;
      }
      if (viewState.current().asTree) tree.reveal(key);
      if (viewport.scene()?.bounds(key)) {
        select(key);
        viewport.reveal(key);
        return;
      }
      pendingKey = key;
      update(renderer.changesToShow(graph, viewState.current(), key));
    },
    onDrawn: () => {
      const key = pendingKey;
      pendingKey = undefined;
      if (key === undefined) return;
      select(key);
      options().viewport.reveal(key);
    },
    toggleCollapsed,
    toggleSelected: withSelected(toggleCollapsed),
    openSelected: withSelected((key) => options().open(key)),
    walk: (step) => {
      const { viewState, renderer } = options();
      const to = renderer.step(viewState.current().selected, step);
      if (to !== undefined) goTo(to);
    },
    goToStart: () => {
      const start = options().adjacency()?.start;
      if (start !== undefined) goTo(start);
    },
    dismiss: () => {
      const { viewState, update, onSelect } = options();
      const { details, focus } = viewState.current();
      if (details === true) viewState.update({ details: false });
      else if (focus !== undefined) update({ focus: undefined });
      else select(undefined);
      onSelect();
    },
  };
}
