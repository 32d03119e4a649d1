import { iconButton, textField } from "../../kit/controls.ts";
import { element } from "../../kit/dom.ts";
import type { NodeView } from "../../../extension/protocol/graph.ts";
import { findNodes } from "../model/matches.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface FindBar {
  readonly element: HTMLElement;
  readonly open: () => void;
  /** Repeats the search in the nodes that are drawn now. */
  readonly refresh: () => void;
}

export interface FindBarOptions {
  readonly nodes: () => readonly NodeView[];
  /** Receives all matches and the current one. */
  readonly onMatches: (keys: readonly string[], current: string | undefined) => void;
  readonly onClose: () => void;
}

/** A search field with the number of matches; Enter goes to the next one, Shift+Enter to the previous one. */
export function createFindBar(options: FindBarOptions): FindBar {
  let matches: string[] = [];
  let at = -1;
  const count = element("span", { class: "count", role: "status" });

  const show = (): void => {
    const text = matches.length === 0 ? t("No results") : t("{0} of {1}", at + 1, matches.length);
    count.textContent = field.value().trim() === "" ? "" : text;
    options.onMatches(matches, matches[at]);
  };
  const search = (): void => {
    const before = matches[at];
    matches = findNodes(options.nodes(), field.value());
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
    options.onMatches([], undefined);
    options.onClose();
  };

  const field = textField(t("Find in the graph"), t("Find"), search);
  const host = element(
    "div",
    { class: "find", role: "search", hidden: "" },
    field.element,
    count,
    iconButton({
      label: t("Previous match (Shift+Enter)"),
      path: "M8 13V3M4 7l4-4l4 4",
      onClick: () => step(-1),
    }),
    iconButton({ label: t("Next match (Enter)"), path: "M8 3v10M4 9l4 4l4-4", onClick: () => step(1) }),
    iconButton({ label: t("Close (Escape)"), path: "M4 4l8 8M12 4l-8 8", onClick: close }),
  );
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && field.hasFocus()) step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element: host,
    open: () => {
      host.hidden = false;
      field.focus();
      search();
    },
    refresh: () => {
      if (!host.hidden) search();
    },
  };
}
