import { iconButton, textField } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import type { NodeView } from "./messages.ts";
import { matchesOf } from "./matches.ts";
import { t } from "../../extension/platform/l10n.ts";

export interface Find {
  readonly element: HTMLElement;
  readonly open: () => void;
  /** Looks again, in what is shown now. */
  readonly refresh: () => void;
}

export interface FindOptions {
  readonly nodes: () => readonly NodeView[];
  /** All matches, and the one that the user is at. */
  readonly found: (keys: readonly string[], current: string | undefined) => void;
  readonly closed: () => void;
}

/** A line to search in, with how many there are; Enter goes to the next, Shift+Enter back. */
export function createFind(options: FindOptions): Find {
  let matches: string[] = [];
  let at = -1;
  const count = element("span", { class: "count", role: "status" });

  const show = (): void => {
    const words = matches.length === 0 ? t("No results") : `${at + 1} of ${matches.length}`;
    count.textContent = field.value().trim() === "" ? "" : words;
    options.found(matches, matches[at]);
  };
  const look = (): void => {
    const before = matches[at];
    matches = matchesOf(options.nodes(), field.value());
    const again = before === undefined ? -1 : matches.indexOf(before);
    at = again >= 0 ? again : matches.length > 0 ? 0 : -1;
    show();
  };
  const step = (by: number): void => {
    if (matches.length === 0) return;
    at = (at + by + matches.length) % matches.length;
    show();
  };
  const close = (): void => {
    host.hidden = true;
    matches = [];
    at = -1;
    options.found([], undefined);
    options.closed();
  };

  const field = textField(t("Find in the graph"), t("Find"), look);
  const host = element(
    "div",
    { class: "find", role: "search", hidden: "" },
    field.element,
    count,
    iconButton({
      label: t("Previous match (Shift+Enter)"),
      path: "M8 13V3M4 7l4-4l4 4",
      press: () => step(-1),
    }),
    iconButton({ label: t("Next match (Enter)"), path: "M8 3v10M4 9l4 4l4-4", press: () => step(1) }),
    iconButton({ label: t("Close (Escape)"), path: "M4 4l8 8M12 4l-8 8", press: close }),
  );
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === field.element) step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element: host,
    open: () => {
      host.hidden = false;
      field.focus();
      look();
    },
    refresh: () => {
      if (!host.hidden) look();
    },
  };
}
