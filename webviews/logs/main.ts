import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../../extension/protocol/channel.ts";
import { registerControls } from "../kit/toolkit.ts";
import { element } from "../kit/dom.ts";
import { connect } from "../kit/vscodeApi.ts";
import { number, string } from "../../extension/protocol/validators.ts";
import { createRequestScheduler } from "./requestScheduler.ts";
import { createCrashBanner } from "./panes/crashBanner.ts";
import { createGrid } from "./rows/grid.ts";
import { createLogsViewState } from "./viewState.ts";
import { handleKeys } from "./keyboard.ts";
import {
  isRowDetails,
  isLogRows,
  isToLogsPage,
  emptyFilter,
  type RowDetails,
  type FromLogsPage,
  type SessionView,
  type LogsState,
  type ToLogsPage,
} from "../../extension/protocol/logs.ts";
import { createToast } from "./panes/toast.ts";
import { createEmptyState } from "./panes/emptyState.ts";
import { createPopup, type PopupItem } from "./panes/popup.ts";
import { createRowCache } from "./rows/rowCache.ts";
import { rowMenu } from "./rows/rowMenu.ts";
import { createRowSelection } from "./rows/selection.ts";
import { onlySource, withSource } from "./sourceFilter.ts";
import { createLogsToolbar } from "./panes/toolbar.ts";
import { t } from "../../extension/protocol/l10n.ts";

const expandedLimit = 500;

registerControls();
const host = connect();
const channel = openChannel<FromLogsPage, ToLogsPage>(host.port, {
  incoming: isToLogsPage,
  handle: receive,
  onError: (reason) => console.warn(reason),
});

let state: LogsState | undefined;
let sessions: readonly SessionView[] = [];
/** Expanded records by their number; the details are undefined until they arrive. */
const expanded = new Map<number, RowDetails | undefined>();

const viewState = createLogsViewState(host, () => cache.get(grid.top())?.seq);
const toast = createToast();
const scheduler = createRequestScheduler(() => viewState.current().session, requestState);
const cache = createRowCache(
  (generation, from, count) => channel.request({ kind: "rows", generation, from, count }, isLogRows),
  () => {
    grid.draw();
    // The number of the record at the top is known now.
    viewState.saveSoon();
  },
);
const selection = createRowSelection();
const grid = createGrid({
  row: cache.get,
  appearance: ({ seq }) => ({
    time: viewState.current().time,
    expanded: expanded.has(seq),
    details: expanded.get(seq),
  }),
  selected: selection.has,
  active: selection.active,
  onVisible: (from, to) => {
    if (state) cache.ensure(from, to, state.first, state.end);
  },
  onScroll: (atEnd) => {
    setFollow(atEnd);
    viewState.topRowChanged();
  },
});
const toolbar = createLogsToolbar({
  chooseSession: (id) => {
    // The newest session is not pinned, so that the next session replaces it.
    viewState.update({ session: selected(id), top: undefined, active: undefined });
    scheduler.schedule();
  },
  setFilter: (filter) => {
    viewState.update({ filter });
    scheduler.schedule();
  },
  openMenu: (below, label, items) => {
    const { left, bottom } = below.getBoundingClientRect();
    popup.open(left, bottom + 2, label, items);
  },
  follow: setFollow,
  pause: (on) => channel.notify({ kind: "pause", on }),
  wrap: (wrap) => {
    viewState.update({ wrap });
    toolbar.showWrap(wrap);
    grid.setWrap(wrap);
    if (viewState.current().follow) grid.scrollToEnd();
  },
  time: (time) => {
    viewState.update({ time });
    toolbar.showTime(time);
    grid.element.dataset["time"] = time;
    grid.draw(true);
  },
  clear: () => channel.notify({ kind: "clear" }),
  copy,
  save: () => void showResponse({ kind: "save" }),
  openRaw: () => void showResponse({ kind: "raw" }),
  focusRows: () => grid.element.focus(),
});
const popup = createPopup();
const banner = createCrashBanner(
  (index) => void showResponse({ kind: "crash", index }),
  (seq) => {
    if (state?.session !== undefined) void goTo(state.session, seq, true);
  },
);
const emptyState = createEmptyState();
document
  .querySelector("#view")
  ?.append(
    toolbar.element,
    element("div", { class: "body" }, grid.element, emptyState.element, toast.element),
    banner.element,
    popup.element,
  );

handleKeys(grid, {
  range: () => ({ first: state?.first ?? 0, end: state?.end ?? 0 }),
  selection,
  onMove: (ordinal) => {
    setFollow(state !== undefined && ordinal === state.end - 1);
    viewState.update({ active: cache.get(ordinal)?.seq ?? viewState.current().active });
    viewState.topRowChanged();
  },
  expand,
  openSource: (ordinal, act) => {
    const seq = cache.get(ordinal)?.seq;
    if (seq === undefined) return;
    void showResponse(act === "callSite" ? { kind: "callSite", seq } : { kind: "frame", seq, index: act });
  },
  filterSource,
  openMenu: (ordinal, x, y) => popup.open(x, y, t("Record"), () => rowItems(ordinal)),
  copy,
  focusFilter: toolbar.focusFilter,
});

function receive(message: ToLogsPage): void {
  switch (message.kind) {
    case "state":
      showState(message);
      return;
    case "show":
      if (message.seq === undefined) followSession(message.session);
      else void goTo(message.session, message.seq, message.hidden);
      return;
  }
}

function showState(next: LogsState): void {
  const other = state?.generation !== next.generation;
  const end = state?.end ?? next.first;
  if (other) {
    if (state?.session !== next.session) expanded.clear();
    cache.reset(next.generation);
    selection.clear();
    grid.reset();
  } else cache.dropFrom(end - 1);
  cache.put(next.tail);
  if (next.scrollTarget) {
    cache.put(next.scrollTarget.rows);
    if (next.scrollTarget.active !== undefined) selection.setActive(next.scrollTarget.active);
  }
  // A new session has begun; the position belongs to the previous one.
  if (state !== undefined && state.session !== next.session && !next.scrollTarget && !next.loading)
    viewState.update({ top: undefined, active: undefined });
  state = next;
  sessions = next.sessions ?? sessions;
  toolbar.showSessions(sessions, next.session, next.now);
  toolbar.showState(next);
  banner.show(next.session, next.crash);
  viewState.rememberCleared(next);
  grid.setRange(next.first, next.end);
  emptyState.show(next, sessions);
  if (viewState.current().follow) grid.scrollToEnd();
  else if (next.scrollTarget?.near !== undefined) grid.scrollToTop(next.scrollTarget.near);
  grid.drawNow();
}

/**
 * Requests the rows near the record at the top. The state with the new position is shown before the request
 * resolves.
 */
async function requestState(): Promise<void> {
  const { session, filter, cleared, follow, top, active } = viewState.withTopRecord();
  const near = follow ? undefined : (top ?? 0);
  try {
    await channel.request({ kind: "select", session, filter, near, active, cleared }, number);
  } catch (error) {
    toast.showError(error);
  }
}

/** What the page requests to show a session: the newest one is shown by default. */
const selected = (session: string): string | undefined => (session === sessions[0]?.id ? undefined : session);

/** Shows the end of a session, and what it logs from now on. */
function followSession(session: string): void {
  viewState.update({ session: selected(session), top: undefined, active: undefined });
  setFollow(true);
  scheduler.schedule();
}

/** Goes to a record. Resets the filter if it hides the record. */
async function goTo(session: string, seq: number, hidden: boolean): Promise<void> {
  if (hidden && viewState.current().filter !== emptyFilter) {
    viewState.update({ filter: emptyFilter });
    toolbar.showFilter(emptyFilter);
  }
  setFollow(false);
  viewState.update({ session: selected(session), top: seq, active: seq });
  const { filter, cleared } = viewState.current();
  try {
    const ordinal = await channel.request(
      { kind: "select", session: viewState.current().session, filter, near: seq, active: seq, cleared },
      number,
    );
    selection.move(ordinal, false);
    grid.scrollToTop(Math.max(state?.first ?? 0, ordinal - 3));
    grid.draw(true);
    grid.element.focus();
  } catch (error) {
    toast.showError(error);
  }
}

function filterSource(ordinal: number, action: "only" | "hide"): void {
  const source = cache.get(ordinal)?.source;
  if (source === undefined) return;
  const change =
    action === "only" ? onlySource(source) : withSource(viewState.current().filter, source, false);
  const filter = { ...viewState.current().filter, ...change };
  viewState.update({ filter });
  toolbar.showFilter(filter);
  scheduler.schedule();
}

function rowItems(ordinal: number): readonly PopupItem[] {
  const row = cache.get(ordinal);
  if (row === undefined) return [];
  const { seq } = row;
  return rowMenu(row, expanded.has(seq), {
    copy,
    useCallSite: (kind) => void showResponse({ kind, seq }),
    filterSource: (action) => filterSource(ordinal, action),
    toggleExpanded: () => expand(ordinal, undefined),
  });
}

function setFollow(follow: boolean): void {
  if (follow !== viewState.current().follow) {
    viewState.update({ follow });
    viewState.topRowChanged();
    toolbar.showFollow(follow);
  }
  if (follow) grid.scrollToEnd();
}

function expand(ordinal: number, open: boolean | undefined): void {
  const row = cache.get(ordinal);
  if (row === undefined || (row.moreCount === 0 && !row.isTruncated && row.kind !== "log")) return;
  const { seq } = row;
  const shouldExpand = open ?? !expanded.has(seq);
  if (!shouldExpand) expanded.delete(seq);
  else if (!expanded.has(seq)) {
    const [oldest] = expanded.keys();
    if (expanded.size >= expandedLimit && oldest !== undefined) expanded.delete(oldest);
    expanded.set(seq, undefined);
    channel.request({ kind: "details", seq }, isRowDetails).then((details) => {
      if (expanded.has(seq)) expanded.set(seq, details);
      grid.draw(true);
    }, toast.showError);
  }
  setFollow(false);
  grid.draw(true);
}

function copy(): void {
  if (state === undefined) return;
  const { generation, first, end } = state;
  const chosen = selection.range();
  void showResponse({ kind: "copy", generation, from: chosen?.from ?? first, to: chosen?.to ?? end });
}

/** Sends a request whose response is a text for the user, and shows the text or the error. */
async function showResponse(message: FromLogsPage): Promise<void> {
  try {
    toast.show(await channel.request(message, string));
  } catch (error) {
    toast.showError(error);
  }
}

toolbar.showFilter(viewState.current().filter);
toolbar.showFollow(viewState.current().follow);
toolbar.showWrap(viewState.current().wrap);
toolbar.showTime(viewState.current().time);
grid.element.dataset["time"] = viewState.current().time;
grid.setWrap(viewState.current().wrap);
emptyState.show(undefined, sessions);
scheduler.schedule();
