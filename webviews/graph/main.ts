import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../../extension/protocol/channel.ts";
import { registerControls } from "../kit/toolkit.ts";
import { element } from "../kit/dom.ts";
import { connect } from "../kit/vscodeApi.ts";
import { string } from "../../extension/protocol/validators.ts";
import { createRenderer } from "./drawing/renderer.ts";
import { createFindBar } from "./panes/findBar.ts";
import { pageLayout } from "./panes/pageLayout.ts";
import { createGraphViewState } from "./viewState.ts";
import { handleKeys } from "./keyboard.ts";
import { createGraphExport } from "./export.ts";
import { createAdjacency, type Adjacency } from "./model/adjacency.ts";
import {
  isBytes,
  isNodeDetails,
  isToGraphPage,
  type FromGraphPage,
  type GraphPageState,
  type GraphPanelContent,
  type ToGraphPage,
} from "../../extension/protocol/graph.ts";
import { createLegend } from "./panes/legend.ts";
import { createMinimap } from "./drawing/minimap.ts";
import { createBusyIndicator, createNotices } from "./panes/notices.ts";
import { singleLine } from "../../extension/protocol/visibleText.ts";
import { createNodeSelection } from "./model/selection.ts";
import { createSidePanel } from "./panes/sidePanel.ts";
import { createViewport } from "./drawing/viewport.ts";
import { createGraphToolbar } from "./panes/toolbar.ts";
import { createTree } from "./panes/tree.ts";
import { t } from "../../extension/protocol/l10n.ts";

/** The URL of this script, from which that of the worker follows. */
const script = document.querySelector<HTMLScriptElement>("script[src]")?.src ?? "";
const workerAddress = script.replace(/\.js(?=$|[?#])/, "-worker.js");

registerControls();
const host = connect();
const channel = openChannel<FromGraphPage, ToGraphPage>(host.port, {
  incoming: isToGraphPage,
  handle: receive,
  onError: (reason) => console.warn(reason),
});

const viewState = createGraphViewState(host, () => viewport.userCamera());
let picture: GraphPanelContent | undefined;
let adjacency: Adjacency | undefined;
let highlighted: string | undefined;

const open = (key: string): void => channel.notify({ kind: "open", key, index: undefined });
const selection = createNodeSelection(() => ({
  viewState,
  viewport,
  renderer,
  tree,
  adjacency: () => adjacency,
  update: change,
  onSelect: showPane,
  open,
}));
const toolbar = createGraphToolbar({
  requestPicture: (configuration, other) => {
    viewState.update({ configuration, other });
    requestGraph();
  },
  configure: (configuration) => channel.notify({ kind: "configure", configuration }),
  targetsOpened: () => channel.notify({ kind: "evaluateTargets" }),
  showServices: (on) => change({ hideServices: !on }),
  asTree: (asTree) => {
    viewState.update({ asTree });
    showMode();
    focusBody();
  },
  details: showDetails,
  find: () => find.open(),
  zoom: (factor) => viewport.zoom(factor),
  fit: () => viewport.fit(),
  copy: () => void graphExport.copy(),
  save: (format) => void graphExport.save(format),
});
const viewport = createViewport({
  onMove: () => {
    minimap.update();
    viewState.saveSoon();
  },
  onClick: (key, event) => {
    if (key === undefined) {
      selection.select(undefined);
      return;
    }
    if (event.target instanceof Element && event.target.closest('[data-act="fold"]')) {
      selection.toggleCollapsed(key);
      return;
    }
    selection.select(key);
    renderer.focus(key);
    if (!event.altKey) open(key);
  },
});
const minimap = createMinimap(viewport);
const notices = createNotices();
const busy = createBusyIndicator();
const renderer = createRenderer({
  viewport,
  notices,
  busy,
  workerAddress,
  loadGraphviz: () => channel.request({ kind: "graphviz" }, isBytes),
  update: change,
  onDrawn: () => {
    minimap.show(viewport.scene());
    find.refresh();
    viewport.scene()?.mark("marked", highlighted === undefined ? [] : [highlighted]);
    selection.onDrawn();
  },
});
const graphExport = createGraphExport(viewport.scene, (format, data) =>
  channel.request({ kind: "export", format, data }, string),
);
const sidePanel = createSidePanel({
  requestDetails: (key) => channel.request({ kind: "details", key }, isNodeDetails),
  onError: graphExport.showError,
  select: selection.reveal,
  open: (key, index) => channel.notify({ kind: "open", key, index }),
  focus: (focus, focusShows) => change({ focus, focusShows }),
  toggleCollapsed: selection.toggleCollapsed,
  close: () => {
    showDetails(false);
    focusBody();
  },
});
const tree = createTree({
  select: selection.select,
  open,
  details: (key) => {
    viewState.update({ selected: key, details: viewState.current().details !== true });
    showPane();
  },
});
const find = createFindBar({
  nodes: () => renderer.drawnNodes(),
  onMatches: (keys, current) => {
    viewport.scene()?.mark("match", keys);
    viewport.scene()?.mark("current", current === undefined ? [] : [current]);
    if (current === undefined) return;
    viewport.reveal(current);
    if (viewState.current().asTree) tree.reveal(current);
    selection.select(current);
  },
  onClose: focusBody,
});
const empty = element("div", { class: "empty", role: "status" });
const legend = createLegend((hideLegend) => {
  viewState.update({ hideLegend });
  legend.fold(hideLegend);
});
const summary = element("p", { class: "sentence", role: "status" });
const showTree = (): void => {
  viewState.update({ asTree: true });
  showMode();
  tree.focus();
};
document.querySelector("#view")?.append(
  ...pageLayout({
    bars: [toolbar.element, notices.element],
    viewport: viewport.element,
    overlays: [tree.element, empty, busy.element, find.element, minimap.element, graphExport.element],
    sidePanel: sidePanel.element,
    footer: [legend.element, element("div", { class: "footer" }, summary, legend.opener)],
    showTree,
  }),
);
viewport.element.addEventListener("focusin", (event) => {
  if (viewState.current().selected === undefined) selection.select(viewport.nodeKeyAt(event.target));
});
handleKeys(viewport.element, find.open, {
  walk: selection.walk,
  pan: viewport.pan,
  zoom: viewport.zoom,
  fit: viewport.fit,
  goToStart: selection.goToStart,
  open: selection.openSelected,
  toggleDetails: () => showDetails(viewState.current().details !== true),
  toggleCollapsed: selection.toggleSelected,
  dismiss: selection.dismiss,
});

function receive(message: ToGraphPage): void {
  switch (message.kind) {
    case "content":
      busy.show("extension", undefined);
      showPicture(message);
      return;
    case "busy":
      busy.show("extension", message.on ? message.description : undefined, {
        label: t("Cancel"),
        onClick: () => channel.notify({ kind: "cancel" }),
      });
      return;
    case "highlight":
      highlighted = message.key;
      viewport.scene()?.mark("marked", highlighted === undefined ? [] : [highlighted]);
      tree.mark(highlighted);
      return;
    case "reveal":
      selection.reveal(message.key);
      return;
  }
}

function showPicture(next: GraphPanelContent): void {
  if (picture && next.generation < picture.generation) return;
  picture = next;
  sidePanel.clearDetails();
  viewState.update({ unikernel: next.unikernel, other: next.other });
  toolbar.showPicture(next);
  notices.showBanner(next.banner, (index) => channel.notify({ kind: "bannerAction", index }));
  const sentence = next.sentences.map(singleLine).join(" ");
  if (summary.textContent !== sentence) summary.textContent = summary.title = sentence;
  // If there is only a banner, the last graph stays.
  if (next.graph) adjacency = createAdjacency(next.graph);
  showEmpty();
  // The pane first, so that the drawing is fitted into the space beside it.
  sidePanel.show(viewState.current(), adjacency, picture);
  redraw();
}

function redraw(): void {
  if (!adjacency) return;
  renderer.draw(adjacency, viewState.current(), picture?.other.kind !== "nothing", picture?.generation ?? 0);
  const included = renderer.includedKeys(adjacency, viewState.current());
  tree.show(adjacency, included, renderer.roots(adjacency, viewState.current()));
  tree.mark(highlighted);
  legend.show(adjacency, included);
  showMode();
}

function showMode(): void {
  toolbar.showViewState(viewState.current());
  tree.element.hidden = !viewState.current().asTree || !adjacency;
  viewport.element.hidden = viewState.current().asTree;
  const hasLegend = adjacency !== undefined && !viewState.current().asTree;
  legend.opener.hidden = !hasLegend;
  legend.fold(!hasLegend || viewState.current().hideLegend);
  minimap.element.classList.toggle("away", viewState.current().asTree);
}

function showEmpty(): void {
  const none = adjacency === undefined || adjacency.nodes.size === 0;
  empty.hidden = !none;
  if (!none) return;
  if (adjacency) empty.textContent = t("This config.ml defines no modules, so the graph is empty.");
  else if (picture?.banner) empty.textContent = t("There is no graph to show yet.");
  else empty.textContent = "";
}

function showDetails(details: boolean): void {
  viewState.update({ details });
  showPane();
}

/** Shows the details as the user requests; the drawing stays where it is. */
function showPane(): void {
  const state = viewState.current();
  toolbar.showViewState(state);
  viewport.withoutMoving(() => sidePanel.show(state, adjacency, picture), state.selected);
}

function change(next: Partial<GraphPageState>): void {
  viewState.update(next);
  redraw();
}

function requestGraph(): void {
  const { configuration, other } = viewState.current();
  channel.notify({ kind: "showGraph", configuration, other });
}

function focusBody(): void {
  if (viewState.current().asTree) tree.focus();
  else renderer.focus(viewState.current().selected);
}

// A new theme changes the colours of the canvas; everything else follows the style sheet.
new MutationObserver(() => minimap.show(viewport.scene())).observe(document.body, {
  attributeFilter: ["class"],
});
viewport.setCamera(viewState.current().view);
showMode();
showEmpty();
busy.show("extension", t("Reading the functor graph…"));
requestGraph();
