import { element } from "../kit/dom.ts";
import type { SessionView, State } from "./messages.ts";
import { visible } from "./words.ts";
import { t } from "../../extension/platform/l10n.ts";

/** The words in the place of the rows where there are none. */
export interface Nothing {
  readonly element: HTMLElement;
  readonly show: (state: State | undefined, sessions: readonly SessionView[]) => void;
}

export function createNothing(): Nothing {
  const made = element("div", { class: "nothing" });

  const why = (state: State | undefined, sessions: readonly SessionView[]): string => {
    const name = sessions.find(({ id }) => id === state?.session)?.name;
    // Nothing is known before the first state, of which there is one soon.
    if (state === undefined) return "";
    if (sessions.length === 0) return t("Run or debug a unikernel, and what it logs appears here.");
    if (state.loading && name !== undefined) return t("The console of {0} is being read…", visible(name));
    if (state.total > 0) return t("No record passes the filter.");
    return t("Nothing was logged yet.");
  };

  return {
    element: made,
    show: (state, sessions) => {
      made.hidden = state !== undefined && state.end > state.first;
      const words = why(state, sessions);
      if (!made.hidden && made.textContent !== words) made.textContent = words;
    },
  };
}
