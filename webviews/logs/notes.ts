import { element } from "../kit/dom.ts";
import { t } from "../../extension/platform/l10n.ts";

/** A line of words below the rows, which go away by themselves. */
export interface Notes {
  readonly element: HTMLElement;
  /** Shows what an answer says. */
  readonly show: (words: string) => void;
  readonly failure: (error: unknown) => void;
}

const shownMs = 6000;

export function createNotes(): Notes {
  const note = element("div", { class: "note", role: "status" });
  let timer = 0;
  const show = (words: string): void => {
    note.textContent = words;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (note.textContent = ""), shownMs);
  };
  return {
    element: note,
    show,
    failure: (error) => {
      show(t("That did not work: {0}", error instanceof Error ? error.message : String(error)));
    },
  };
}
