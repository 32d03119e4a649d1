import { dropdown, iconButton, textField, toggle } from "../../kit/controls.ts";
import { button } from "../../kit/toolkit.ts";
import { element, icon } from "../../kit/dom.ts";
import {
  levelKeys,
  emptyFilter,
  type RecordFilter,
  type LevelKey,
  type SessionView,
  type LogsState,
  type TimeMode,
} from "../../../extension/protocol/logs.ts";
import { createLiveRegion } from "./liveRegion.ts";
import type { PopupItem } from "./popup.ts";
import { allSources, isSourceShown, withSource } from "../sourceFilter.ts";
import { createSessionList } from "./sessionList.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { regexProblem } from "../rows/rowText.ts";
import { createEndpoint } from "./endpoint.ts";
import { createSessionStatus } from "./sessionStatus.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface LogsToolbarActions {
  readonly chooseSession: (id: string) => void;
  readonly setFilter: (filter: RecordFilter) => void;
  readonly follow: (on: boolean) => void;
  readonly pause: (on: boolean) => void;
  readonly wrap: (on: boolean) => void;
  readonly time: (mode: TimeMode) => void;
  readonly clear: () => void;
  readonly copy: () => void;
  readonly save: () => void;
  readonly openRaw: () => void;
  readonly openMenu: (below: HTMLElement, label: string, items: () => readonly PopupItem[]) => void;
  /** Moves the focus to the rows: Escape or the down arrow in the text filter. */
  readonly focusRows: () => void;
}

export interface LogsToolbar {
  readonly element: HTMLElement;
  /** `hostTime` is the time on the extension's computer, in milliseconds since the epoch. */
  readonly showSessions: (
    sessions: readonly SessionView[],
    chosen: string | undefined,
    hostTime: number,
  ) => void;
  readonly showState: (state: LogsState) => void;
  readonly showFilter: (filter: RecordFilter) => void;
  readonly showFollow: (on: boolean) => void;
  readonly showWrap: (on: boolean) => void;
  readonly showTime: (mode: TimeMode) => void;
  readonly focusFilter: () => void;
}

const icons = {
  follow: "M8 2.5v8M4.5 7.5l3.5 3.5l3.5-3.5M3.5 13.5h9",
  pause: "M5.5 3v10M10.5 3v10",
  wrap: "M2.5 4h11M2.5 8h9a2 2 0 0 1 0 4.2H8.5M10 10.6l-1.8 1.6L10 13.8M2.5 12h3",
  clear: "M2.5 4h7M2.5 8h5M2.5 12h4M10 9l4 4M14 9l-4 4",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  save: "M8 2.5v7M5 6.8l3 3l3-3M2.5 10.5v3h11v-3",
  more: "M3 8h1M7.5 8h1M12 8h1",
  raw: "M9 2.5H4v11h8V5.5zM9 2.5v3h3M6 8.5h4M6 11h4",
} as const;

const timeModes: readonly { readonly value: TimeMode; readonly text: string }[] = [
  { value: "clock", text: t("Clock time") },
  { value: "start", text: t("Since start") },
  { value: "row", text: t("Since last row") },
];

const number = new Intl.NumberFormat("en");

/** The controls above the rows. */
export function createLogsToolbar(act: LogsToolbarActions): LogsToolbar {
  let filter = emptyFilter;
  let listed: LogsState["sources"] = [];

  const change = (next: Partial<RecordFilter>): void => {
    filter = { ...filter, ...next };
    showFilter(filter);
    act.setFilter(filter);
    liveRegion.announceSoon();
  };

  const dot = element("span", { class: "dot", "aria-hidden": "true" });
  const sessions = createSessionList((id) => {
    act.chooseSession(id);
    liveRegion.announceSoon();
  });
  const status = createSessionStatus();
  const endpoint = createEndpoint();
  const sourceItems = (): readonly PopupItem[] => {
    const missing = [...(filter.sources ?? []), ...filter.hiddenSources].filter(
      (name) => !listed.some((each) => each.name === name),
    );
    const all = [...listed, ...missing.map((name) => ({ name, count: 0 }))];
    const isOpen = filter.sources === undefined && filter.hiddenSources.length === 0;
    return [
      { label: t("All sources"), checked: isOpen, onClick: () => change(allSources) },
      ...all.map(({ name, count }) => {
        const checked = isSourceShown(filter, name);
        const label = `${visibleText(name) || t("(no name)")} (${short(count)})`;
        return { label, checked, onClick: () => change(withSource(filter, name, !checked)) };
      }),
    ];
  };
  const openSources = (below: HTMLElement): void => act.openMenu(below, t("Log sources"), sourceItems);
  const sources = button({ label: t("All sources"), onClick: () => openSources(sources) });
  sources.classList.add("sources");
  sources.setAttribute("aria-haspopup", "menu");
  const showSources = (): void => {
    const [only, ...more] = filter.sources ?? [];
    const hidden = filter.hiddenSources.length;
    const text =
      only !== undefined
        ? more.length === 0
          ? visibleText(only)
          : t("{0} sources", more.length + 1)
        : hidden > 0
          ? t("All but {0}", hidden)
          : t("All sources");
    if (sources.textContent !== text) sources.textContent = text;
    sources.classList.toggle("idle", only === undefined && hidden === 0);
    sources.setAttribute("aria-label", t("Log sources: {0}", text));
    sources.title = t("Log sources: {0}", text);
  };
  const times = dropdown(t("Time"), (mode) => {
    const chosen = timeModes.find(({ value }) => value === mode);
    if (chosen) act.time(chosen.value);
  });
  times.element.classList.add("times", "roomy");
  let timeMode: TimeMode = "clock";
  const showTime = (mode: TimeMode): void => {
    timeMode = mode;
    times.set(timeModes, mode);
  };

  const showLevel = (level: LevelKey, on: boolean): void => {
    const hidden = new Set(filter.hidden);
    if (on) hidden.delete(level);
    else hidden.add(level);
    change({ hidden: levelKeys.filter((each) => hidden.has(each)) });
  };
  const counts = new Map<LevelKey, HTMLElement>();
  const toggles = levelKeys.map((level) => {
    const count = element("span", { class: "count" });
    counts.set(level, count);
    const content = element("div", { class: `chip ${level}` }, level, count);
    const made = toggle(t("Show level {0}", level), content, (on) => showLevel(level, on));
    return { level, ...made };
  });

  /** Applies the text as a filter, or shows why it is not a valid regular expression. */
  const applyText = (): void => {
    const text = field.value();
    const problem = regexProblem(text, filter.regex);
    field.setError(problem);
    fault.textContent = problem ?? "";
    if (problem === undefined) change({ text });
    else liveRegion.announceSoon();
  };
  const field = textField(t("Filter"), t("Filter (text or regular expression)"), applyText);
  field.element.classList.add("filter");
  field.element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value() !== "") {
      field.set("");
      applyText();
    } else if (event.key === "Escape" || event.key === "ArrowDown") act.focusRows();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const regex = toggle(t("Use a regular expression"), ".*", (on) => {
    const problem = regexProblem(field.value(), on);
    filter = { ...filter, regex: on };
    regex.set(on);
    field.setError(problem);
    fault.textContent = problem ?? "";
    if (problem === undefined) change({ text: field.value() });
    else liveRegion.announceSoon();
  });
  regex.element.classList.add("regex");
  const fault = element("span", { class: "fault" });

  const follow = toggle(t("Follow the end"), icon(icons.follow), act.follow);
  const pause = toggle(t("Pause"), icon(icons.pause), (on) => {
    act.pause(on);
    liveRegion.announceSoon();
  });
  const wrap = toggle(t("Wrap long lines"), icon(icons.wrap), act.wrap);
  const actions = [
    { label: t("Clear"), path: icons.clear, onClick: act.clear },
    { label: t("Copy the selected rows, or all"), path: icons.copy, onClick: act.copy },
    { label: t("Save the shown rows as…"), path: icons.save, onClick: act.save },
    { label: t("Open the raw console"), path: icons.raw, onClick: act.openRaw },
  ];
  // In a low panel two menus replace the levels and the actions, so that more rows are visible. In a narrow one, the
  // menus of levels and sources are here too, unless they filter.
  const moreItems = (): readonly PopupItem[] => {
    const isOn = wrap.element.getAttribute("aria-pressed") === "true";
    const isHidden = (menu: HTMLElement): boolean => getComputedStyle(menu).display === "none";
    return [
      ...(isHidden(levelsMenu) ? [{ label: t("Levels"), onClick: () => openLevels(more) }] : []),
      ...(isHidden(sources) ? [{ label: t("Log sources"), onClick: () => openSources(more) }] : []),
      ...timeModes.map(({ value, text }) => ({
        label: text,
        checked: value === timeMode,
        onClick: () => act.time(value),
      })),
      { label: t("Wrap long lines"), checked: isOn, onClick: () => act.wrap(!isOn) },
      ...actions,
    ];
  };
  const more = iconButton({
    label: t("More actions"),
    path: icons.more,
    onClick: () => act.openMenu(more, t("More actions"), moreItems),
  });
  const levelItems = (): readonly PopupItem[] =>
    levelKeys.map((level) => {
      const checked = !filter.hidden.includes(level);
      return { label: level, checked, onClick: () => showLevel(level, !checked) };
    });
  const openLevels = (below: HTMLElement): void => act.openMenu(below, t("Levels"), levelItems);
  const levelsMenu = button({ label: t("Levels"), onClick: () => openLevels(levelsMenu) });
  for (const menu of [more, levelsMenu]) {
    menu.classList.add("lowOnly");
    menu.setAttribute("aria-haspopup", "menu");
  }
  const shown = element("span", { class: "shown" });
  const liveRegion = createLiveRegion(() => fault.textContent || shown.textContent);

  const showFilter = (next: RecordFilter): void => {
    filter = next;
    for (const { level, set } of toggles) set(!next.hidden.includes(level));
    regex.set(next.regex);
    levelsMenu.classList.toggle("idle", next.hidden.length === 0);
    showSources();
  };

  const bar = element(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": t("Log") },
    element("div", { class: "group session" }, dot, sessions.element, status.element, endpoint.element),
    element("div", { class: "group grow" }, field.element, regex.element),
    element(
      "div",
      { class: "group levels roomy", role: "group", "aria-label": t("Levels") },
      ...toggles.map((each) => each.element),
    ),
    element("div", { class: "group" }, levelsMenu, sources, times.element),
    element("div", { class: "group" }, follow.element, pause.element, more),
    element(
      "div",
      { class: "group roomy" },
      wrap.element,
      ...actions.map(({ label, path, onClick }) => iconButton({ label, path, onClick })),
    ),
    element("div", { class: "group words" }, fault, shown, liveRegion.element),
  );

  const resized = new ResizeObserver(sessions.fit);
  for (const each of [bar, status.element, endpoint.element]) resized.observe(each);

  return {
    element: bar,
    showSessions: (all, chosen, hostTime) => {
      const now = all.find(({ id }) => id === chosen);
      dot.className = `dot ${now?.outcome ?? ""}`;
      status.show(now, hostTime);
      sessions.show(all, chosen);
    },
    showState: (state) => {
      endpoint.show(state.endpoint);
      levelKeys.forEach((level, index) => {
        const count = counts.get(level);
        const records = state.levels[index] ?? 0;
        if (count) count.textContent = records === 0 ? "" : short(records);
        const made = toggles[index]?.element;
        made?.setAttribute(
          "aria-label",
          records === 1
            ? t("Show level {0}, {1} record", level, "1")
            : t("Show level {0}, {1} records", level, number.format(records)),
        );
        made?.toggleAttribute("data-empty", records === 0);
      });
      listed = state.sources;
      const problem = regexProblem(field.value(), filter.regex) ?? state.filterError ?? "";
      if (fault.textContent !== problem) fault.textContent = problem;
      pause.set(state.paused);
      const rows = state.end - state.first;
      const records =
        rows === state.total
          ? number.format(rows)
          : t("{0} of {1}", number.format(rows), number.format(state.total));
      const waiting = state.paused ? t(", paused, {0} more", number.format(state.waiting)) : "";
      const text =
        state.session === undefined || state.loading
          ? ""
          : (state.total === 1 ? t("{0} record", records) : t("{0} records", records)) + waiting;
      if (shown.textContent !== text) shown.textContent = text;
    },
    showFilter: (next) => {
      showFilter(next);
      field.set(next.text);
      field.setError(undefined);
      fault.textContent = "";
    },
    showFollow: follow.set,
    showWrap: wrap.set,
    showTime,
    focusFilter: field.focus,
  };
}

/** A short form of a count: `9,999`, `12k`, `1.2M`. */
function short(count: number): string {
  if (count < 10_000) return number.format(count);
  return count < 1_000_000 ? `${Math.floor(count / 1000)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}
