import { element, icon } from "../kit/dom.ts";
import type { Details, Row, TimeMode } from "./messages.ts";
import { levelText, piecesOf, spoken, timeText, toneOf, visible } from "./words.ts";
import { t } from "../../extension/platform/l10n.ts";

/** How a row looks now. */
export interface Look {
  readonly time: TimeMode;
  readonly expanded: boolean;
  /** Undefined until it has come. */
  readonly details: Details | undefined;
}

const closed = "M6 4l4 4l-4 4";
const opened = "M4 6l4 4l4-4";

/** A row that is not there yet. */
export function emptyRow(ordinal: number): HTMLElement {
  return element("div", { class: "row", role: "row", id: rowId(ordinal), "aria-busy": "true" });
}

export function rowId(ordinal: number): string {
  return `row-${ordinal}`;
}

/**
 * One record. What is clicked in it is named by `data-act`: `twisty`, `callSite`, or `frame` with
 * `data-frame`. All that a unikernel says comes in as text.
 */
export function rowElement(ordinal: number, row: Row, look: Look): HTMLElement {
  const level = levelText(row);
  const foldable = row.more > 0 || row.cut || row.kind === "log";
  const twisty = element("span", { class: "twisty", role: "gridcell", "aria-hidden": "true" });
  if (row.more > 0 || row.cut) {
    twisty.dataset["act"] = "twisty";
    twisty.append(icon(look.expanded ? opened : closed));
  }
  const made = element(
    "div",
    {
      class: `row ${toneOf(row)}${look.expanded ? " expanded" : ""}`,
      role: "row",
      id: rowId(ordinal),
      "aria-label": spoken(row, look.time, look.expanded),
      ...(foldable && { "aria-expanded": String(look.expanded) }),
    },
    twisty,
    element("span", { class: "time", role: "gridcell" }, timeText(look.time, row)),
    element("span", { class: "level", role: "gridcell" }, level),
    element(
      "span",
      { class: "source", role: "gridcell" },
      row.source === undefined ? "" : visible(row.source),
    ),
    messageElement(row, look),
  );
  if (look.expanded && look.details) made.append(detailsElement(look.details));
  return made;
}

function messageElement(row: Row, look: Look): HTMLElement {
  const cell = element("span", { class: "message", role: "gridcell" });
  const whole = look.expanded ? look.details?.whole : undefined;
  const text = whole ?? row.message;
  const hits = whole === undefined ? row.hits : (look.details?.wholeHits ?? []);
  const { lead } = row;
  // Tags and header are the call's, not the message's.
  if (lead > 0)
    cell.append(element("span", { class: "lead" }, ...marked(text.slice(0, lead), within(hits, 0, lead))));
  cell.append(...marked(text.slice(lead), within(hits, lead, text.length)));
  if (row.cut && whole === undefined) cell.append(element("span", { class: "hint" }, "…"));
  if (row.more > 0 && !look.expanded)
    cell.append(
      element(
        "span",
        { class: "hint", "data-act": "twisty" },
        row.more === 1 ? t("+{0} line", "1") : t("+{0} lines", row.more),
      ),
    );
  return cell;
}

/** The hits in a part of a text, counted from where the part begins. */
function within(hits: readonly number[], from: number, to: number): number[] {
  const inside: number[] = [];
  for (let at = 0; at + 1 < hits.length; at += 2) {
    const begin = Math.max(from, hits[at] ?? 0);
    const end = Math.min(to, hits[at + 1] ?? 0);
    if (end > begin) inside.push(begin - from, end - from);
  }
  return inside;
}

function marked(text: string, hits: readonly number[]): (Node | string)[] {
  return piecesOf(text, hits).map((piece) =>
    piece.hit ? element("mark", {}, visible(piece.text)) : visible(piece.text),
  );
}

function detailsElement(details: Details): HTMLElement {
  const made = element("div", { class: "details", role: "gridcell" });
  if (details.lines.length > 0)
    made.append(element("div", { class: "lines" }, ...marked(details.lines.join("\n"), details.lineHits)));
  if (details.omitted > 0)
    made.append(element("div", { class: "hint" }, t("{0} more lines are in the raw file.", details.omitted)));
  details.frames.forEach((frame, index) => {
    made.append(
      element(
        "div",
        { class: "frame" },
        element("span", {}, `${visible(frame.label)} `),
        frame.why === undefined
          ? link(visible(frame.place), { act: "frame", frame: String(index) })
          : `${visible(frame.place)} `,
        ...(frame.why === undefined ? [] : [element("span", { class: "hint" }, `(${visible(frame.why)})`)]),
      ),
    );
  });
  if (details.callSite)
    made.append(element("div", { class: "frame" }, link(t("Go to call site"), { act: "callSite" })));
  return made;
}

function link(words: string, data: Readonly<Record<string, string>>): HTMLElement {
  const made = element("button", { class: "link", type: "button", tabindex: "-1" }, words);
  Object.assign(made.dataset, data);
  return made;
}
