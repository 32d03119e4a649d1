import type { LogRow } from "../../../extension/protocol/logs.ts";
import type { PopupItem } from "../panes/popup.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { linkParts, openLink } from "./links.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The actions of the context menu of a row. */
export interface RowActions {
  readonly copy: () => void;
  readonly useCallSite: (how: "callSite" | "stopAtCallSite") => void;
  readonly filterSource: (action: "only" | "hide") => void;
  readonly toggleExpanded: () => void;
}

/** The items of the context menu of a row, with their keyboard shortcuts. */
export function rowMenu(
  { kind, source, message, moreCount, isTruncated }: LogRow,
  expanded: boolean,
  act: RowActions,
): readonly PopupItem[] {
  const named = source === undefined ? "" : visibleText(source);
  const links = linkParts(message).flatMap(({ href }) => href ?? []);
  return [
    { label: t("Copy"), key: "Ctrl+C", onClick: act.copy },
    ...links.slice(0, 3).map((href) => ({ label: t("Open {0}", href), onClick: () => openLink(href) })),
    ...(kind === "log"
      ? [
          { label: t("Go to Call Site"), key: "F12", onClick: () => act.useCallSite("callSite") },
          { label: t("Stop When This Is Logged"), onClick: () => act.useCallSite("stopAtCallSite") },
        ]
      : []),
    ...(source === undefined
      ? []
      : [
          { label: t("Show Only {0}", named), key: "O", onClick: () => act.filterSource("only") },
          { label: t("Hide {0}", named), key: "H", onClick: () => act.filterSource("hide") },
        ]),
    ...(moreCount > 0 || isTruncated
      ? [{ label: expanded ? t("Collapse") : t("Expand"), key: "Enter", onClick: act.toggleExpanded }]
      : []),
  ];
}
