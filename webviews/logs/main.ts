import "./style.css";
import { openChannel } from "../kit/channel.ts";
import { registerControls } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import { connect } from "../kit/host.ts";
import { number, text } from "../kit/shape.ts";
import { createGrid } from "./grid.ts";
import { handleKeys } from "./keys.ts";
import {
  isDetails,
  isKept,
  isRows,
  isToPanel,
  type Details,
  type FromPanel,
  type Kept,
  type SessionView,
  type State,
  type ToPanel,
} from "./messages.ts";
import { createRowCache } from "./rowCache.ts";
import { createSelection } from "./selection.ts";
import { createToolbar } from "./toolbar.ts";
import { patternOf } from "./words.ts";

const keepMs = 200;
const noteMs = 6000;
const expandedLimit = 500;

registerControls();
const host = connect();
const channel = openChannel<FromPanel, ToPanel>(host.port, {
  incoming: isToPanel,
  handle: hear,
  onStray: (reason) => console.warn(reason),
});

const fresh: Kept = {
  session: undefined,
  filter: { hidden: [], source: undefined, text: "", regex: false },
  follow: true,
  wrap: false,
  time: "clock",
  top: undefined,
  active: undefined,
};
const before = host.kept();
let kept: Kept = isKept(before) ? before : fresh;
let state: State | undefined;
let sessions: readonly SessionView[] = [];
let pattern = patternOfKept();
let keepTimer = 0;
let noteTimer = 0;
/** Expanded records by their number, with what they show once it has come. */
const expanded = new Map<number, Details | undefined>();

const cache = createRowCache(
  (generation, from, count) => channel.ask({ kind: "rows", generation, from, count }, isRows),
  () => {
    grid.draw();
    // Now their numbers are known.
    keepSoon();
  },
);
const selection = createSelection();
const grid = createGrid({
  row: cache.get,
  look: ({ seq }) => ({
    time: kept.time,
    pattern,
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
    keepSoon();
  },
});
const toolbar = createToolbar({
  chooseSession: (id) => {
    // The newest session is not pinned: the next one takes its place.
    keep({ session: id === sessions[0]?.id ? undefined : id, top: undefined, active: undefined });
    void look();
  },
  filter: (filter) => {
    keep({ filter });
    pattern = patternOfKept();
    void look();
  },
  follow: setFollow,
  pause: (on) => channel.tell({ kind: "pause", on }),
  wrap: (wrap) => {
    keep({ wrap });
    toolbar.showWrap(wrap);
    grid.setWrap(wrap);
    if (kept.follow) grid.scrollToEnd();
  },
  time: (time) => {
    keep({ time });
    grid.element.dataset["time"] = time;
    grid.draw(true);
  },
  clear: () => channel.tell({ kind: "clear" }),
  copy,
  save: () => void say({ kind: "save" }),
  raw: () => void say({ kind: "raw" }),
  leave: () => grid.element.focus(),
});
const note = element("div", { class: "note", role: "status" });
const nothing = element("div", { class: "nothing" });
document
  .querySelector("#view")
  ?.append(toolbar.element, element("div", { class: "body" }, grid.element, nothing), note);

handleKeys(grid, {
  range: () => ({ first: state?.first ?? 0, end: state?.end ?? 0 }),
  selection,
  moved: (ordinal) => {
    setFollow(state !== undefined && ordinal === state.end - 1);
    keep({ active: cache.get(ordinal)?.seq ?? kept.active });
  },
  expand,
  act: (ordinal, act) => {
    const seq = cache.get(ordinal)?.seq;
    if (seq === undefined) return;
    void say(act === "callSite" ? { kind: "callSite", seq } : { kind: "frame", seq, index: act });
  },
  copy,
  find: toolbar.focusFilter,
});

function hear(message: ToPanel): void {
  switch (message.kind) {
    case "sessions":
      sessions = message.sessions;
      toolbar.showSessions(sessions, state?.session);
      showNothing();
      return;
    case "state":
      showState(message);
      return;
    case "show":
      setFollow(false);
      selection.move(message.ordinal, false);
      grid.reveal(message.ordinal);
      grid.element.focus();
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
  state = next;
  toolbar.showSessions(sessions, next.session);
  toolbar.showState(next);
  grid.setRange(next.first, next.end);
  showNothing();
  if (kept.follow) grid.scrollToEnd();
  grid.draw();
}

function showNothing(): void {
  const empty = state === undefined || state.end === state.first;
  nothing.hidden = !empty;
  if (!empty) return;
  if (sessions.length === 0) nothing.textContent = "Run or debug a unikernel, and what it logs appears here.";
  else if (state !== undefined && state.total > 0) nothing.textContent = "No record passes the filter.";
  else nothing.textContent = "Nothing was logged yet.";
}

/** Asks for the rows that are wanted now, and stays near the record that is looked at. */
async function look(): Promise<void> {
  const { session, filter } = kept;
  const near = kept.follow ? undefined : kept.top;
  try {
    const ordinal = await channel.ask({ kind: "look", session, filter, near }, number);
    // The state with these rows came before this answer.
    if (near !== undefined && !kept.follow) grid.scrollToTop(ordinal);
  } catch (error) {
    tellUser(error);
  }
}

function setFollow(follow: boolean): void {
  if (follow !== kept.follow) {
    keep({ follow });
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
    }, tellUser);
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
    showNote(await channel.ask(message, text));
  } catch (error) {
    tellUser(error);
  }
}

function tellUser(error: unknown): void {
  showNote(`That did not work: ${error instanceof Error ? error.message : String(error)}`);
}

/** Words that go away by themselves. */
function showNote(words: string): void {
  note.textContent = words;
  window.clearTimeout(noteTimer);
  noteTimer = window.setTimeout(() => (note.textContent = ""), noteMs);
}

function keep(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  keepSoon();
}

function keepSoon(): void {
  window.clearTimeout(keepTimer);
  keepTimer = window.setTimeout(() => {
    kept = { ...kept, top: cache.get(grid.top())?.seq ?? kept.top };
    host.keep(kept);
  }, keepMs);
}

function patternOfKept(): RegExp | undefined {
  try {
    return patternOf(kept.filter.text, kept.filter.regex);
  } catch {
    return undefined;
  }
}

toolbar.showFilter(kept.filter);
toolbar.showFollow(kept.follow);
toolbar.showWrap(kept.wrap);
toolbar.showTime(kept.time);
grid.element.dataset["time"] = kept.time;
grid.setWrap(kept.wrap);
showNothing();
void look();
