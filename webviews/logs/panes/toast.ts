import { element } from "../../kit/dom.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** A message on top of the rows, which disappears after a few seconds. */
export interface Toast {
  readonly element: HTMLElement;
  /** Shows a text. */
  readonly show: (text: string) => void;
  readonly showError: (error: unknown) => void;
}

const durationMs = 6000;

export function createToast(): Toast {
  const note = element("div", { class: "note", role: "status" });
  let timer = 0;
  const show = (text: string): void => {
    note.textContent = text;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (note.textContent = ""), durationMs);
  };
  return {
    element: note,
    show,
    showError: (error) => {
      show(t("The action failed: {0}", error instanceof Error ? error.message : String(error)));
    },
  };
}
