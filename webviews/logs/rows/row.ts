import { element, icon } from "../../kit/dom.ts";
import type { RowDetails, LogRow, TimeMode } from "../../../extension/protocol/logs.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { anchor, linkParts } from "./links.ts";
import { levelText, messageParts, rowAriaLabel, timeText, rowTone } from "./rowText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The appearance of a row. */
export interface RowAppearance {
  readonly time: TimeMode;
  readonly expanded: boolean;
  /** Undefined until the details arrive. */
  readonly details: RowDetails | undefined;
}

const collapsedIcon = "M6 4l4 4l-4 4";
const expandedIcon = "M4 6l4 4l4-4";

/** The placeholder of a row that has not arrived yet. */
export function placeholderRow(ordinal: number): HTMLElement {
  return element("div", { class: "row", role: "row", id: rowId(ordinal), "aria-busy": "true" });
}

export function rowId(ordinal: number): string {
  return `row-${ordinal}`;
}

/**
 * The element of one record. `data-act` names what a click does: `twisty`, `callSite`, or `frame` with
 * `data-frame`. All output of the unikernel is added as text nodes.
 */
export function rowElement(ordinal: number, row: LogRow, appearance: RowAppearance): HTMLElement {
  const level = levelText(row);
  const expandable = row.moreCount > 0 || row.isTruncated || row.kind === "log";
  const twisty = element("span", { class: "twisty", role: "gridcell", "aria-hidden": "true" });
  if (row.moreCount > 0 || row.isTruncated) {
    twisty.dataset["act"] = "twisty";
    twisty.append(icon(appearance.expanded ? expandedIcon : collapsedIcon));
  }
  const made = element(
    "div",
    {
      class: `row ${rowTone(row)}${appearance.expanded ? " expanded" : ""}`,
      role: "row",
      id: rowId(ordinal),
      "aria-label": rowAriaLabel(row, appearance.time, appearance.expanded),
      ...(expandable && { "aria-expanded": String(appearance.expanded) }),
    },
    twisty,
    element("span", { class: "time", role: "gridcell" }, timeText(appearance.time, row)),
    element("span", { class: "level", role: "gridcell" }, level),
    element(
      "span",
      { class: "source", role: "gridcell" },
      row.source === undefined ? "" : visibleText(row.source),
    ),
    messageElement(row, appearance),
  );
  if (appearance.expanded && appearance.details) made.append(detailsElement(appearance.details));
  return made;
}

function messageElement(row: LogRow, appearance: RowAppearance): HTMLElement {
  const cell = element("span", { class: "message", role: "gridcell" });
  const whole = appearance.expanded ? appearance.details?.fullMessage : undefined;
  const text = whole ?? row.message;
  const hits = whole === undefined ? row.hits : (appearance.details?.fullMessageHits ?? []);
  const { prefixLength } = row;
  // Tags and header are dimmed, as they are not part of the message.
  if (prefixLength > 0)
    cell.append(
      element(
        "span",
        { class: "lead" },
        ...withMarks(text.slice(0, prefixLength), within(hits, 0, prefixLength)),
      ),
    );
  cell.append(...withMarks(text.slice(prefixLength), within(hits, prefixLength, text.length)));
  if (row.isTruncated && whole === undefined) cell.append(element("span", { class: "hint" }, "…"));
  if (row.moreCount > 0 && !appearance.expanded)
    cell.append(
      element(
        "span",
        { class: "hint", "data-act": "twisty" },
        row.moreCount === 1 ? t("+{0} line", "1") : t("+{0} lines", row.moreCount),
      ),
    );
  return cell;
}

/** The hits inside a part of a text, relative to the start of the part. */
function within(hits: readonly number[], from: number, to: number): number[] {
  const inside: number[] = [];
  for (let at = 0; at + 1 < hits.length; at += 2) {
    const begin = Math.max(from, hits[at] ?? 0);
    const end = Math.min(to, hits[at + 1] ?? 0);
    if (end > begin) inside.push(begin - from, end - from);
  }
  return inside;
}

/** The text with its links, and its hits highlighted. */
function withMarks(text: string, hits: readonly number[]): (Node | string)[] {
  let from = 0;
  return linkParts(text).flatMap((part) => {
    const nodes = messageParts(part.text, within(hits, from, from + part.text.length)).map((piece) =>
      piece.hit ? element("mark", {}, visibleText(piece.text)) : visibleText(piece.text),
    );
    from += part.text.length;
    if (part.href === undefined) return nodes;
    const made = anchor(part.href);
    // The keyboard reaches links through the menu of the row.
    made.tabIndex = -1;
    made.append(...nodes);
    return [made];
  });
}

function detailsElement(details: RowDetails): HTMLElement {
  const made = element("div", { class: "details", role: "gridcell" });
  if (details.lines.length > 0)
    made.append(element("div", { class: "lines" }, ...withMarks(details.lines.join("\n"), details.lineHits)));
  if (details.omitted > 0)
    made.append(element("div", { class: "hint" }, t("{0} more lines are in the raw file.", details.omitted)));
  details.frames.forEach((frame, index) => {
    made.append(
      element(
        "div",
        { class: "frame" },
        element("span", {}, `${visibleText(frame.label)} `),
        frame.unavailableReason === undefined
          ? link(visibleText(frame.location), { act: "frame", frame: String(index) })
          : `${visibleText(frame.location)} `,
        ...(frame.unavailableReason === undefined
          ? []
          : [element("span", { class: "hint" }, `(${visibleText(frame.unavailableReason)})`)]),
      ),
    );
  });
  if (details.callSite)
    made.append(element("div", { class: "frame" }, link(t("Go to call site"), { act: "callSite" })));
  return made;
}

function link(text: string, data: Readonly<Record<string, string>>): HTMLElement {
  const made = element("button", { class: "link", type: "button", tabindex: "-1" }, text);
  Object.assign(made.dataset, data);
  return made;
}
