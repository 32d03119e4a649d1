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
import { handleKeys } from "./keys.ts";
import { createLeaving } from "./leaving.ts";
import { linksOf, type Links } from "./links.ts";
import {
  isDetails,
  isKept,
  isToGraph,
  type FromGraph,
  type Kept,
  type Picture,
  type ToGraph,
} from "./messages.ts";
import { createMinimap } from "./minimap.ts";
import { createBusy, createNotices } from "./notices.ts";
import { createSide } from "./side.ts";
import { createSurface } from "./surface.ts";
import { createToolbar } from "./toolbar.ts";
import { createTree } from "./tree.ts";
import { plain } from "./plain.ts";
import { t } from "../../extension/platform/l10n.ts";

const keepMs = 200;

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
const before = host.kept();
let kept: Kept = isKept(before) ? before : fresh;
let picture: Picture | undefined;
let links: Links | undefined;
let marked: string | undefined;
/** A node that is to be selected and seen when the next drawing is there. */
let awaited: string | undefined;
let keepTimer = 0;

const toolbar = createToolbar({
  look: (configuration, other) => {
    keep({ configuration, other });
    look();
  },
  configure: (configuration) => channel.tell({ kind: "configure", configuration }),
  hideServices: (hideServices) => change({ hideServices }),
  asTree: (asTree) => {
    keep({ asTree });
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
    keepSoon();
  },
  clicked: (key, event) => {
    if (key === undefined) {
      select(undefined);
      return;
    }
    if (event.target instanceof Element && event.target.closest('[data-act="fold"]')) {
      fold(key);
      return;
    }
    select(key);
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
    const key = awaited;
    awaited = undefined;
    if (key !== undefined) {
      select(key);
      surface.bring(key);
    }
  },
});
const leaving = createLeaving(surface.scene, (format, data) =>
  channel.ask({ kind: "export", format, data }, text),
);
const side = createSide({
  details: (key) => channel.ask({ kind: "details", key }, isDetails),
  failed: leaving.say,
  select: reveal,
  open: (key, index) => channel.tell({ kind: "open", key, index }),
  focus: (focus, focusShows) => change({ focus, focusShows }),
  fold,
  close: () => {
    showDetails(false);
    focusBody();
  },
});
const tree = createTree({
  select: (key) => select(key),
  open: (key) => open(key),
  details: (key) => {
    keep({ selected: key, details: kept.details !== true });
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
    if (kept.asTree) tree.reveal(current);
    select(current);
  },
  closed: focusBody,
});
const empty = element("div", { class: "empty", role: "status" });
const legendHost = element("div", { class: "legendHost" });
const words = element("p", { class: "sentence", role: "status" });
const asTree = (): void => {
  keep({ asTree: true });
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
  if (kept.selected === undefined) select(surface.keyOf(event.target));
});
handleKeys(surface.element, find.open, {
  walk: (step) => {
    const to = drawing.step(kept.selected, step);
    if (to === undefined) return;
    select(to);
    surface.bring(to);
    drawing.focus(to);
  },
  pan: surface.pan,
  zoom: surface.zoom,
  fit: surface.fit,
  home: () => {
    if (links?.start === undefined) return;
    select(links.start);
    surface.bring(links.start);
    drawing.focus(links.start);
  },
  open: () => kept.selected !== undefined && open(kept.selected),
  details: () => showDetails(kept.details !== true),
  fold: () => kept.selected !== undefined && fold(kept.selected),
  leave: () => {
    if (kept.details === true) keep({ details: false });
    else if (kept.focus !== undefined) change({ focus: undefined });
    else select(undefined);
    showPane();
  },
});

function hear(message: ToGraph): void {
  switch (message.kind) {
    case "picture":
      showPicture(message);
      return;
    case "busy":
      busy.show(message.on ? message.words : undefined);
      return;
    case "mark":
      marked = message.key;
      surface.scene()?.mark("marked", marked === undefined ? [] : [marked]);
      tree.mark(marked);
      return;
    case "reveal":
      reveal(message.key);
      return;
  }
}

function showPicture(next: Picture): void {
  if (picture && next.generation < picture.generation) return;
  picture = next;
  side.forget();
  keep({ unikernel: next.unikernel, other: next.other });
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
  drawing.draw(links, kept, picture?.other.kind !== "nothing", picture?.generation ?? 0);
  tree.show(links, drawing.wanted(links, kept), drawing.roots(links, kept));
  tree.mark(marked);
  legendHost.replaceChildren(...drawing.legend(links));
  showMode();
}

function showMode(): void {
  toolbar.showKept(kept);
  tree.element.hidden = !kept.asTree || !links;
  surface.element.hidden = kept.asTree;
  legendHost.hidden = kept.asTree || !links;
  minimap.element.classList.toggle("away", kept.asTree);
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
  keep({ details });
  showPane();
}

function showPane(): void {
  toolbar.showKept(kept);
  side.show(kept, links, picture);
}

function select(key: string | undefined): void {
  const same = key === kept.selected;
  keep({ selected: key });
  drawing.select(key);
  if (!same) showPane();
}

function open(key: string): void {
  channel.tell({ kind: "open", key, index: undefined });
}

function fold(key: string): void {
  const collapsed = kept.collapsed.includes(key)
    ? kept.collapsed.filter((each) => each !== key)
    : [...kept.collapsed, key];
  change({ collapsed, selected: key });
  showPane();
}

/** Selects a node and brings it into view, and into the drawing when it is hidden. */
function reveal(key: string): void {
  if (!links?.nodes.has(key)) {
    awaited = key;
    return;
  }
  if (kept.asTree) tree.reveal(key);
  if (surface.scene()?.place(key)) {
    select(key);
    surface.bring(key);
    return;
  }
  awaited = key;
  change(drawing.toShow(links, kept, key));
}

function change(next: Partial<Kept>): void {
  keep(next);
  redraw();
}

function look(): void {
  channel.tell({ kind: "look", configuration: kept.configuration, other: kept.other });
}

function focusBody(): void {
  if (kept.asTree) tree.focus();
  else drawing.focus(kept.selected);
}

function keep(next: Partial<Kept>): void {
  kept = { ...kept, ...next };
  keepSoon();
}

function keepSoon(): void {
  window.clearTimeout(keepTimer);
  keepTimer = window.setTimeout(() => {
    kept = { ...kept, view: surface.chosen() };
    host.keep(kept);
  }, keepMs);
}

// A change of theme changes the colours of what is painted; all else follows the style sheet.
new MutationObserver(() => minimap.show(surface.scene())).observe(document.body, {
  attributeFilter: ["class"],
});
surface.choose(kept.view);
showMode();
showEmpty();
busy.show(t("Reading the functor graph…"));
look();
