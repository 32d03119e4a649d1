import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../kit/channel.ts";
import { registerControls } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import { connect } from "../kit/host.ts";
import { number, text } from "../kit/shape.ts";
import { createAsking } from "./asking.ts";
import { createBanner } from "./banner.ts";
import { createGrid } from "./grid.ts";
import { createKeeping } from "./keeping.ts";
import { handleKeys } from "./keys.ts";
import {
  isDetails,
  isRows,
  isToPanel,
  openFilter,
  type Details,
  type FromPanel,
  type SessionView,
  type State,
  type ToPanel,
} from "./messages.ts";
import { createNotes } from "./notes.ts";
import { createNothing } from "./nothing.ts";
import { createPopup, type PopupItem } from "./popup.ts";
import { createRowCache } from "./rowCache.ts";
import { rowMenu } from "./rowMenu.ts";
import { createSelection } from "./selection.ts";
import { onlySource, withSource } from "./sources.ts";
import { createToolbar } from "./toolbar.ts";
import { t } from "../../extension/platform/l10n.ts";

const expandedLimit = 500;

registerControls();
const host = connect();
const channel = openChannel<FromPanel, ToPanel>(host.port, {
  incoming: isToPanel,
  handle: hear,
  onStray: (reason) => console.warn(reason),
});

let state: State | undefined;
let sessions: readonly SessionView[] = [];
/** Expanded records by their number, with what they show once it has come. */
const expanded = new Map<number, Details | undefined>();

const keeping = createKeeping(host, () => cache.get(grid.top())?.seq);
const notes = createNotes();
const asking = createAsking(() => keeping.now().session, ask);
const cache = createRowCache(
  (generation, from, count) => channel.ask({ kind: "rows", generation, from, count }, isRows),
  () => {
    grid.draw();
    // Now their numbers are known.
    keeping.soon();
  },
);
const selection = createSelection();
const grid = createGrid({
  row: cache.get,
  look: ({ seq }) => ({
    time: keeping.now().time,
    expanded: expanded.has(seq),
    details: expanded.get(seq),
  }),
  selected: selection.has,
  active: selection.active,
  seen: (from, to) => {
    if (state) cache.want(from, to, state.first, state.end);
  },
  scrolled: (atEnd) => {
    setFollow(atEnd);
    keeping.moved();
  },
});
const toolbar = createToolbar({
  chooseSession: (id) => {
    // The newest session is not pinned: the next one takes its place.
    keeping.change({ session: id === sessions[0]?.id ? undefined : id, top: undefined, active: undefined });
    asking.look();
  },
  filter: (filter) => {
    keeping.change({ filter });
    asking.look();
  },
  openMenu: (below, label, items) => {
    const { left, bottom } = below.getBoundingClientRect();
    popup.open(left, bottom + 2, label, items);
  },
  follow: setFollow,
  pause: (on) => channel.tell({ kind: "pause", on }),
  wrap: (wrap) => {
    keeping.change({ wrap });
    toolbar.showWrap(wrap);
    grid.setWrap(wrap);
    if (keeping.now().follow) grid.scrollToEnd();
  },
  time: (time) => {
    keeping.change({ time });
    grid.element.dataset["time"] = time;
    grid.draw(true);
  },
  clear: () => channel.tell({ kind: "clear" }),
  copy,
  save: () => void say({ kind: "save" }),
  raw: () => void say({ kind: "raw" }),
  leave: () => grid.element.focus(),
});
const popup = createPopup();
const banner = createBanner(
  (index) => void say({ kind: "crash", index }),
  (seq) => {
    if (state?.session !== undefined) void goTo(state.session, seq, true);
  },
);
const nothing = createNothing();
document
  .querySelector("#view")
  ?.append(
    toolbar.element,
    element("div", { class: "body" }, grid.element, nothing.element, notes.element),
    banner.element,
    popup.element,
  );

handleKeys(grid, {
  range: () => ({ first: state?.first ?? 0, end: state?.end ?? 0 }),
  selection,
  moved: (ordinal) => {
    setFollow(state !== undefined && ordinal === state.end - 1);
    keeping.change({ active: cache.get(ordinal)?.seq ?? keeping.now().active });
    keeping.moved();
  },
  expand,
  act: (ordinal, act) => {
    const seq = cache.get(ordinal)?.seq;
    if (seq === undefined) return;
    void say(act === "callSite" ? { kind: "callSite", seq } : { kind: "frame", seq, index: act });
  },
  source: filterSource,
  menu: (ordinal, x, y) => popup.open(x, y, t("Record"), () => rowItems(ordinal)),
  copy,
  find: toolbar.focusFilter,
});

function hear(message: ToPanel): void {
  switch (message.kind) {
    case "state":
      showState(message);
      return;
    case "show":
      void goTo(message.session, message.seq, message.hidden);
      return;
  }
}

function showState(next: State): void {
  const other = state?.generation !== next.generation;
  const end = state?.end ?? next.first;
  if (other) {
    if (state?.session !== next.session) expanded.clear();
    cache.begin(next.generation);
    selection.clear();
    grid.reset();
  } else cache.outdate(end - 1);
  cache.put(next.tail);
  if (next.place) {
    cache.put(next.place.rows);
    if (next.place.active !== undefined) selection.stand(next.place.active);
  }
  // A session that has begun: the records that were looked at are another one's.
  if (state !== undefined && state.session !== next.session && !next.place && !next.loading)
    keeping.change({ top: undefined, active: undefined });
  state = next;
  sessions = next.sessions ?? sessions;
  toolbar.showSessions(sessions, next.session);
  toolbar.showState(next);
  banner.show(next.session, next.crash);
  keeping.clearing(next);
  grid.setRange(next.first, next.end);
  nothing.show(next, sessions);
  if (keeping.now().follow) grid.scrollToEnd();
  else if (next.place?.near !== undefined) grid.scrollToTop(next.place.near);
  grid.drawNow();
}

/**
 * Asks for rows once, and stays near the record that is looked at: the state that answers says where it
 * is, and is shown by then.
 */
async function ask(): Promise<void> {
  const { session, filter, cleared, follow, top, active } = keeping.here();
  const near = follow ? undefined : (top ?? 0);
  try {
    await channel.ask({ kind: "look", session, filter, near, active, cleared }, number);
  } catch (error) {
    notes.failure(error);
  }
}

/** Goes to a record, with the filter open where it hides the record. */
async function goTo(session: string, seq: number, hidden: boolean): Promise<void> {
  if (hidden && keeping.now().filter !== openFilter) {
    keeping.change({ filter: openFilter });
    toolbar.showFilter(openFilter);
  }
  setFollow(false);
  keeping.change({ session: session === sessions[0]?.id ? undefined : session, top: seq, active: seq });
  const { filter, cleared } = keeping.now();
  try {
    const ordinal = await channel.ask(
      { kind: "look", session: keeping.now().session, filter, near: seq, active: seq, cleared },
      number,
    );
    selection.move(ordinal, false);
    grid.scrollToTop(Math.max(state?.first ?? 0, ordinal - 3));
    grid.draw(true);
    grid.element.focus();
  } catch (error) {
    notes.failure(error);
  }
}

function filterSource(ordinal: number, wish: "only" | "hide"): void {
  const source = cache.get(ordinal)?.source;
  if (source === undefined) return;
  const change = wish === "only" ? onlySource(source) : withSource(keeping.now().filter, source, false);
  const filter = { ...keeping.now().filter, ...change };
  keeping.change({ filter });
  toolbar.showFilter(filter);
  asking.look();
}

function rowItems(ordinal: number): readonly PopupItem[] {
  const row = cache.get(ordinal);
  if (row === undefined) return [];
  const { seq } = row;
  return rowMenu(row, expanded.has(seq), {
    copy,
    callSite: () => void say({ kind: "callSite", seq }),
    source: (wish) => filterSource(ordinal, wish),
    expand: () => expand(ordinal, undefined),
  });
}

function setFollow(follow: boolean): void {
  if (follow !== keeping.now().follow) {
    keeping.change({ follow });
    keeping.moved();
    toolbar.showFollow(follow);
  }
  if (follow) grid.scrollToEnd();
}

function expand(ordinal: number, wish: boolean | undefined): void {
  const row = cache.get(ordinal);
  if (row === undefined || (row.more === 0 && !row.cut && row.kind !== "log")) return;
  const { seq } = row;
  const open = wish ?? !expanded.has(seq);
  if (!open) expanded.delete(seq);
  else if (!expanded.has(seq)) {
    const [oldest] = expanded.keys();
    if (expanded.size >= expandedLimit && oldest !== undefined) expanded.delete(oldest);
    expanded.set(seq, undefined);
    channel.ask({ kind: "details", seq }, isDetails).then((details) => {
      if (expanded.has(seq)) expanded.set(seq, details);
      grid.draw(true);
    }, notes.failure);
  }
  setFollow(false);
  grid.draw(true);
}

function copy(): void {
  if (state === undefined) return;
  const { generation, first, end } = state;
  const chosen = selection.range();
  void say({ kind: "copy", generation, from: chosen?.from ?? first, to: chosen?.to ?? end });
}

/** Asks for what is answered with words, and shows them. */
async function say(message: FromPanel): Promise<void> {
  try {
    notes.show(await channel.ask(message, text));
  } catch (error) {
    notes.failure(error);
  }
}

toolbar.showFilter(keeping.now().filter);
toolbar.showFollow(keeping.now().follow);
toolbar.showWrap(keeping.now().wrap);
toolbar.showTime(keeping.now().time);
grid.element.dataset["time"] = keeping.now().time;
grid.setWrap(keeping.now().wrap);
nothing.show(undefined, sessions);
asking.look();
