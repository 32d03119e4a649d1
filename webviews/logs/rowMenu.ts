import type { Row } from "./messages.ts";
import type { PopupItem } from "./popup.ts";
import { visible } from "./words.ts";
import { t } from "../../extension/platform/l10n.ts";

/** What the menu of a row can do. */
export interface RowActions {
  readonly copy: () => void;
  readonly callSite: () => void;
  readonly source: (wish: "only" | "hide") => void;
  readonly expand: () => void;
}

/** What can be done with a row, each with the key that does it without the menu. */
export function rowMenu(
  { kind, source, more, cut }: Row,
  expanded: boolean,
  act: RowActions,
): readonly PopupItem[] {
  const named = source === undefined ? "" : visible(source);
  return [
    { label: t("Copy"), key: "Ctrl+C", press: act.copy },
    ...(kind === "log" ? [{ label: t("Go to Call Site"), key: "F12", press: act.callSite }] : []),
    ...(source === undefined
      ? []
      : [
          { label: t("Only {0}", named), key: "O", press: () => act.source("only") },
          { label: t("Hide {0}", named), key: "H", press: () => act.source("hide") },
        ]),
    ...(more > 0 || cut
      ? [{ label: expanded ? t("Collapse") : t("Expand"), key: "Enter", press: act.expand }]
      : []),
  ];
}
