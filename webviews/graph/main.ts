import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../kit/channel.ts";
import { registerControls } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import { connect } from "../kit/host.ts";
import { text } from "../kit/shape.ts";
import { createDrawing } from "./drawing.ts";
import { createFind } from "./find.ts";
import { frame } from "./frame.ts";
import { createKeeping } from "./keeping.ts";
import { handleKeys } from "./keys.ts";
import { createLeaving } from "./leaving.ts";
import { linksOf, type Links } from "./links.ts";
import { isDetails, isToGraph, type FromGraph, type Kept, type Picture, type ToGraph } from "./messages.ts";
import { createMinimap } from "./minimap.ts";
import { createBusy, createNotices } from "./notices.ts";
import { isOf } from "./options.ts";
import { plain } from "./plain.ts";
import { createSelection } from "./selection.ts";
import { createSide } from "./side.ts";
import { createSurface } from "./surface.ts";
import { createToolbar } from "./toolbar.ts";
import { createTree } from "./tree.ts";
import { t } from "../../extension/platform/l10n.ts";

/** The legend's distance from the lower edge, as in drawing.css. */
const legendGap = 10;

/** Beside this script; known only while it runs for the first time. */
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";
const workerAddress = script.replace(/\.js(?=$|[?#])/, "-worker.js");

registerControls();
const host = connect();
const channel = openChannel<FromGraph, ToGraph>(host.port, {
  incoming: isToGraph,
  handle: hear,
  onStray: (reason) => console.warn(reason),
});

const kept = createKeeping(host, () => surface.chosen());
let picture: Picture | undefined;
/** What the next look may ask for. */
let likely: readonly Picture[] = [];
let links: Links | undefined;
let marked: string | undefined;

const open = (key: string): void => channel.tell({ kind: "open", key, index: undefined });
const selection = createSelection(() => ({
  kept,
  surface,
  drawing,
  tree,
  links: () => links,
  change,
  turned: showPane,
  open,
}));
const toolbar = createToolbar({
  look: (configuration, other) => {
    kept.keep({ configuration, other });
    look();
  },
  configure: (configuration) => channel.tell({ kind: "configure", configuration }),
  hideServices: (hideServices) => change({ hideServices }),
  asTree: (asTree) => {
    kept.keep({ asTree });
    showMode();
    focusBody();
  },
  details: showDetails,
  find: () => find.open(),
  zoom: (factor) => surface.zoom(factor),
  fit: () => surface.fit(),
  copy: () => void leaving.copy(),
  save: (format) => void leaving.save(format),
});
const surface = createSurface({
  moved: () => {
    minimap.follow();
    kept.soon();
  },
  clicked: (key, event) => {
    if (key === undefined) {
      selection.select(undefined);
      return;
    }
    if (event.target instanceof Element && event.target.closest('[data-act="fold"]')) {
      selection.fold(key);
      return;
    }
    selection.select(key);
    drawing.focus(key);
    if (!event.altKey) open(key);
  },
});
const minimap = createMinimap(surface);
const notices = createNotices();
const busy = createBusy();
const drawing = createDrawing({
  surface,
  notices,
  busy,
  workerAddress,
  change,
  drawn: () => {
    minimap.show(surface.scene());
    find.refresh();
    surface.scene()?.mark("marked", marked === undefined ? [] : [marked]);
    selection.drawn();
  },
});
const leaving = createLeaving(surface.scene, (format, data) =>
  channel.ask({ kind: "export", format, data }, text),
);
const side = createSide({
  details: (key) => channel.ask({ kind: "details", key }, isDetails),
  failed: leaving.say,
  select: selection.reveal,
  open: (key, index) => channel.tell({ kind: "open", key, index }),
  focus: (focus, focusShows) => change({ focus, focusShows }),
  fold: selection.fold,
  close: () => {
    showDetails(false);
    focusBody();
  },
});
const tree = createTree({
  select: selection.select,
  open,
  details: (key) => {
    kept.keep({ selected: key, details: kept.now().details !== true });
    showPane();
  },
});
const find = createFind({
  nodes: () => drawing.shownNodes(),
  found: (keys, current) => {
    surface.scene()?.mark("match", keys);
    surface.scene()?.mark("current", current === undefined ? [] : [current]);
    if (current === undefined) return;
    surface.bring(current);
    if (kept.now().asTree) tree.reveal(current);
    selection.select(current);
  },
  closed: focusBody,
});
const empty = element("div", { class: "empty", role: "status" });
const legendHost = element("div", { class: "legendHost" });
const words = element("p", { class: "sentence", role: "status" });
const asTree = (): void => {
  kept.keep({ asTree: true });
  showMode();
  tree.focus();
};
document.querySelector("#view")?.append(
  ...frame({
    bars: [toolbar.element, notices.element],
    surface: surface.element,
    over: [tree.element, empty, busy.element, find.element, minimap.element, legendHost, leaving.element],
    side: side.element,
    words,
    asTree,
  }),
);
surface.element.addEventListener("focusin", (event) => {
  if (kept.now().selected === undefined) selection.select(surface.keyOf(event.target));
});
handleKeys(surface.element, find.open, {
  walk: selection.walk,
  pan: surface.pan,
  zoom: surface.zoom,
  fit: surface.fit,
  home: selection.home,
  open: selection.openIt,
  details: () => showDetails(kept.now().details !== true),
  fold: selection.foldIt,
  leave: selection.leave,
});

function hear(message: ToGraph): void {
  switch (message.kind) {
    case "picture":
      // It may be one of another config.ml, or of none that compiles.
      likely = [];
      busy.show("extension", undefined);
      showPicture(message);
      return;
    case "busy":
      busy.show("extension", message.on ? message.words : undefined, {
        label: t("Cancel"),
        press: () => channel.tell({ kind: "cancel" }),
      });
      return;
    case "mark":
      marked = message.key;
      surface.scene()?.mark("marked", marked === undefined ? [] : [marked]);
      tree.mark(marked);
      return;
    case "reveal":
      selection.reveal(message.key);
      return;
    case "ahead":
      likely = message.pictures;
      drawing.ahead(
        likely.flatMap(({ graph }) => graph ?? []),
        kept.now(),
      );
      return;
  }
}

function showPicture(next: Picture): void {
  if (picture && next.generation < picture.generation) return;
  picture = next;
  side.forget();
  kept.keep({ unikernel: next.unikernel, other: next.other });
  toolbar.showPicture(next);
  notices.showBanner(next.banner, (index) => channel.tell({ kind: "banner", index }));
  const sentence = next.words.map(plain).join(" ");
  if (words.textContent !== sentence) words.textContent = words.title = sentence;
  // A banner without a graph leaves the last good one where it is.
  if (next.graph) links = linksOf(next.graph);
  showEmpty();
  redraw();
  showPane();
}

function redraw(): void {
  if (!links) return;
  drawing.draw(links, kept.now(), picture?.other.kind !== "nothing", picture?.generation ?? 0);
  tree.show(links, drawing.wanted(links, kept.now()), drawing.roots(links, kept.now()));
  tree.mark(marked);
  legendHost.replaceChildren(...drawing.legend(links));
  showMode();
}

function showMode(): void {
  toolbar.showKept(kept.now());
  tree.element.hidden = !kept.now().asTree || !links;
  surface.element.hidden = kept.now().asTree;
  legendHost.hidden = kept.now().asTree || !links;
  minimap.element.classList.toggle("away", kept.now().asTree);
}

function showEmpty(): void {
  const none = links === undefined || links.nodes.size === 0;
  empty.hidden = !none;
  if (!none) return;
  if (links) empty.textContent = t("This config.ml makes no modules: the graph is empty.");
  else if (picture?.banner) empty.textContent = t("There is no graph to show yet.");
  else empty.textContent = "";
}

function showDetails(details: boolean): void {
  kept.keep({ details });
  showPane();
}

function showPane(): void {
  toolbar.showKept(kept.now());
  side.show(kept.now(), links, picture);
}

function change(next: Partial<Kept>): void {
  kept.keep(next);
  redraw();
}

function look(): void {
  const { configuration, other } = kept.now();
  channel.tell({ kind: "look", configuration, other });
  const known = likely.find((each) => isOf(each, configuration, other));
  if (known && picture) showPicture({ ...known, generation: picture.generation });
}

function focusBody(): void {
  if (kept.now().asTree) tree.focus();
  else drawing.focus(kept.now().selected);
}

// The legend has more lines in a narrow panel, and lies over the lower edge of the drawing.
new ResizeObserver(() => {
  if (legendHost.offsetHeight > 0) surface.reserve(legendHost.offsetHeight + legendGap);
}).observe(legendHost);
// A change of theme changes the colours of what is painted; all else follows the style sheet.
new MutationObserver(() => minimap.show(surface.scene())).observe(document.body, {
  attributeFilter: ["class"],
});
surface.choose(kept.now().view);
showMode();
showEmpty();
busy.show("extension", t("Reading the functor graph…"));
look();
