import { element } from "../../kit/dom.ts";
import type { SessionView, LogsState } from "../../../extension/protocol/logs.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The text that is shown if there are no rows. */
export interface EmptyState {
  readonly element: HTMLElement;
  readonly show: (state: LogsState | undefined, sessions: readonly SessionView[]) => void;
}

export function createEmptyState(): EmptyState {
  const made = element("div", { class: "emptyState" });

  const reason = (state: LogsState | undefined, sessions: readonly SessionView[]): string => {
    const session = sessions.find(({ id }) => id === state?.session);
    const name = session?.name;
    // The first state arrives soon.
    if (state === undefined) return "";
    if (sessions.length === 0) return t("Run or debug a unikernel to see its log here.");
    if (state.loading && name !== undefined) return t("Reading the console of {0}…", visibleText(name));
    if (state.total > 0) return t("No records match the filter.");
    return session?.outcome === "running" ? t("Nothing has been logged yet.") : t("Nothing was logged.");
  };

  return {
    element: made,
    show: (state, sessions) => {
      made.hidden = state !== undefined && state.end > state.first;
      const text = reason(state, sessions);
      if (!made.hidden && made.textContent !== text) made.textContent = text;
    },
  };
}
