import { focusedIn } from "../../kit/dom.ts";
import { createLayouts } from "../layout/layouts.ts";
import type { LayoutResult } from "../layout/layoutWorker.ts";
import { ancestors, type Adjacency } from "../model/adjacency.ts";
import type { GraphPageState, NodeView } from "../../../extension/protocol/graph.ts";
import type { NoticeAction, BusyIndicator, Notices } from "../panes/notices.ts";
import { graphvizRequest } from "../layout/graphvizRequest.ts";
import { drawScene } from "./scene.ts";
import { createMeasure, type NodeBox } from "./shapes.ts";
import {
  focusedSubgraph,
  partSize,
  visibleSubgraph,
  type VisibleSubgraph,
} from "../model/visibleSubgraph.ts";
import type { Viewport } from "./viewport.ts";
import { createKeyboardWalk, type WalkStep } from "../model/keyboardWalk.ts";
import { nodeName } from "../model/nodeText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** Lays out a graph and draws it in the viewport. */
export interface Renderer {
  readonly draw: (graph: Adjacency, state: GraphPageState, comparing: boolean, generation: number) => void;
  /** The keys of the nodes that are not filtered out, drawn or inside a collapsed node. */
  readonly includedKeys: (graph: Adjacency, state: GraphPageState) => ReadonlySet<string>;
  readonly roots: (graph: Adjacency, state: GraphPageState) => readonly string[];
  readonly drawnNodes: () => readonly NodeView[];
  readonly select: (key: string | undefined) => void;
  /** Focuses a drawn node, or the application if the key is undefined. */
  readonly focus: (key: string | undefined) => void;
  readonly step: (from: string | undefined, step: WalkStep) => string | undefined;
  /** The changes of the view state that make a hidden node visible. */
  readonly changesToShow: (graph: Adjacency, state: GraphPageState, key: string) => Partial<GraphPageState>;
}

export interface RendererOptions {
  readonly viewport: Viewport;
  readonly notices: Notices;
  readonly busy: BusyIndicator;
  readonly workerAddress: string;
  /** Requests the WebAssembly code of Graphviz. */
  readonly loadGraphviz: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly update: (change: Partial<GraphPageState>) => void;
  readonly onDrawn: () => void;
}

/** A graph with more nodes is drawn in part until the user requests all of it. */
const defaultNodeLimit = 1500;
/** Time limits of a layout in milliseconds; the user may wait longer for all of a large graph. */
const limitMs = { usual: 20_000, everything: 180_000 };

/** Draws the graph of the last call of `draw`; the previous drawing stays until then. */
export function createRenderer(options: RendererOptions): Renderer {
  const { viewport, notices, busy } = options;
  const layouts = createLayouts(options.workerAddress, options.loadGraphviz);
  const walk = createKeyboardWalk();
  let measure = createMeasure();
  let font = "";
  let adjacency: Adjacency | undefined;
  let everything = false;
  /** The number of nodes that are drawn; smaller once a layout took too long. */
  let nodeLimit = defaultNodeLimit;
  /** Why a requested drawing was given up; empty if it was not. */
  let giveUpReason = "";
  let near: string | undefined;
  let selected: string | undefined;
  /** Identifies the drawing that is shown. */
  let shownId = "";
  let lastDraw = 0;

  const subgraphOptions = (graph: Adjacency, state: GraphPageState, all: boolean) => ({
    focus: state.focus,
    focusShows: state.focusShows,
    collapsed: new Set(state.collapsed),
    hideServices: state.hideServices,
    limit: all ? Infinity : nodeLimit,
    near: near !== undefined && graph.nodes.has(near) ? near : undefined,
  });

  const draw: Renderer["draw"] = (graph, state, comparing, generation) => {
    void drawAll(graph, state, comparing, generation);
  };

  const drawAll = async (
    graph: Adjacency,
    state: GraphPageState,
    comparing: boolean,
    generation: number,
  ): Promise<void> => {
    const mine = (lastDraw += 1);
    adjacency = graph;
    selected = state.selected;
    if (font !== document.body.style.fontFamily) measure = createMeasure();
    font = document.body.style.fontFamily;
    const { shown, boxes, request } = requestFor(graph, state, everything);
    const count = shown.nodes.length;
    const description = t("Laying out {0} nodes…", count.toLocaleString("en"));
    if (count > 0) busy.show("layout", description, { label: t("Cancel"), onClick: layouts.cancel });
    const layout = await layouts.layout(request, everything ? limitMs.everything : limitMs.usual);
    if (mine !== lastDraw || layout.kind === "outdated") return;
    busy.show("layout", undefined);
    if (layout.kind === "placed") {
      const id = JSON.stringify([comparing, request.dot, shown]);
      if (id !== shownId) show(shown, boxes, layout.placement, graph, comparing);
      shownId = id;
      viewport.scene()?.element.setAttribute("data-generation", String(generation));
      showPartNotice(graph, state, shown);
      options.onDrawn();
      return;
    }
    const reason = reasonOf(layout);
    if (layout.kind !== "failed" && count > partSize) {
      everything = false;
      nodeLimit = partSize;
      giveUpReason = t("Gave up drawing {0} nodes: {1}", count.toLocaleString("en"), reason);
      options.update({});
      return;
    }
    notices.showNotice(t("Could not draw the graph: {0}", reason), [
      { label: t("Try Again"), onClick: () => options.update({}) },
      { label: t("Show as Tree"), onClick: () => options.update({ asTree: true }) },
    ]);
  };

  /** The part of a graph to draw, and the layout request for it. */
  const requestFor = (graph: Adjacency, state: GraphPageState, all: boolean) => {
    const shown = visibleSubgraph(graph, subgraphOptions(graph, state, all));
    const boxes = shown.nodes.map(({ view }) => measure(view));
    const { width, height } = viewport.size();
    const dot = graphvizRequest(shown, boxes, width < height);
    return { shown, boxes, request: { dot, nodes: shown.nodes.length, edges: shown.edges.length } };
  };

  const show = (
    shown: VisibleSubgraph,
    boxes: readonly NodeBox[],
    placement: Parameters<typeof drawScene>[0]["placement"],
    graph: Adjacency,
    comparing: boolean,
  ): void => {
    const focused = focusedIn(viewport.element) !== undefined;
    const scene = drawScene({ subgraph: shown, placement, boxes, adjacency: graph, comparing });
    const middle = viewport.centralNode();
    const anchors = [selected, middle, ...(viewport.scene()?.keys ?? [])].filter((key) => key !== undefined);
    viewport.show(scene, anchors);
    select(selected);
    if (focused) focus(selected);
  };

  const showPartNotice = (graph: Adjacency, state: GraphPageState, shown: VisibleSubgraph): void => {
    const focus = state.focus === undefined ? undefined : graph.nodes.get(state.focus);
    const actions: NoticeAction[] = [];
    let text: string | undefined;
    if (focus) {
      const what = {
        arguments: t("what it needs"),
        below: t("everything below"),
        users: t("everything that uses it"),
      };
      text = t(
        "{0}: {1}, {2} of {3} nodes.",
        nodeName(focus),
        what[state.focusShows],
        shown.nodes.length,
        graph.nodes.size,
      );
      actions.push({ label: t("Show Everything"), onClick: () => options.update({ focus: undefined }) });
    }
    if (shown.omitted > 0) {
      const total = shown.omitted + shown.nodes.length;
      const start = graph.nodes.get(near ?? graph.start ?? "");
      text = t(
        "{0} The graph has {1} nodes, of which the {2} nearest to {3} are shown. Focus on a node to see its neighbors.",
        [giveUpReason, text ?? ""].join(" ").trim(),
        total.toLocaleString("en"),
        shown.nodes.length,
        start ? nodeName(start) : t("its root"),
      ).trim();
      actions.push({
        label: t("Draw All"),
        onClick: () => {
          everything = true;
          giveUpReason = "";
          options.update({});
        },
      });
    }
    notices.showNotice(text, actions);
  };

  const select: Renderer["select"] = (key) => {
    selected = key;
    const scene = viewport.scene();
    if (!scene) return;
    const drawn = key !== undefined && scene.node(key) ? key : undefined;
    scene.select(drawn);
    for (const each of scene.element.querySelectorAll('[tabindex="0"]')) each.setAttribute("tabindex", "-1");
    const entry =
      drawn ??
      (adjacency?.start !== undefined && scene.node(adjacency.start) ? adjacency.start : scene.keys[0]);
    if (entry !== undefined) scene.node(entry)?.setAttribute("tabindex", "0");
  };

  const focus: Renderer["focus"] = (key) => {
    const scene = viewport.scene();
    const node =
      (key === undefined ? undefined : scene?.node(key)) ??
      scene?.element.querySelector<SVGElement>('[tabindex="0"]');
    node?.focus({ preventScroll: true });
  };

  const includedKeys: Renderer["includedKeys"] = (graph, state) => {
    const all = { ...subgraphOptions(graph, state, true), collapsed: new Set<string>() };
    return new Set(visibleSubgraph(graph, all).nodes.map(({ view }) => view.key));
  };

  return {
    draw,
    includedKeys,
    select,
    focus,
    roots: (graph, state) => {
      const keys = includedKeys(graph, state);
      if (state.focus !== undefined && state.focusShows !== "users" && keys.has(state.focus))
        return [state.focus];
      const roots = [...keys].filter((key) => !graph.incoming(key).some(({ from }) => keys.has(from)));
      const start = graph.start !== undefined && keys.has(graph.start) ? graph.start : [...keys][0];
      return roots.length > 0 || start === undefined ? roots : [start];
    },
    drawnNodes: () => viewport.scene()?.subgraph.nodes.map(({ view }) => view) ?? [],
    step: (from, step) => {
      const scene = viewport.scene();
      if (!scene || !adjacency) return undefined;
      if (from === undefined || !scene.bounds(from))
        return adjacency.start !== undefined && scene.bounds(adjacency.start)
          ? adjacency.start
          : scene.keys[0];
      return walk.step({ adjacency, position: scene.bounds, keys: scene.keys }, from, step);
    },
    changesToShow: (graph, state, key) => {
      near = key;
      const inFocus =
        state.focus === undefined || focusedSubgraph(graph, state.focus, state.focusShows).has(key);
      const over = ancestors(graph, key);
      over.delete(key);
      return {
        ...(!inFocus && { focus: undefined }),
        ...(graph.nodes.get(key)?.kind === "service" && { hideServices: false }),
        collapsed: state.collapsed.filter((each) => !over.has(each)),
      };
    },
  };
}

function reasonOf(layout: Exclude<LayoutResult, { kind: "placed" | "outdated" }>): string {
  if (layout.kind === "failed") return layout.reason;
  if (layout.kind === "cancelled") return t("you cancelled it.");
  return t("the layout took more than {0} s.", layout.seconds);
}
