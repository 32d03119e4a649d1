import { element } from "../../kit/dom.ts";

/** Announces the result of the user's last change to screen readers. */
export interface LiveRegion {
  readonly element: HTMLElement;
  /** Announces it once there has been no further change for a while. */
  readonly announceSoon: () => void;
}

/** Typing changes the result with each letter; an earlier announcement would be outdated by the next letter. */
const announceDelayMs = 800;

/** `text` returns the announcement. Changes without the user, such as a growing log, are not announced. */
export function createLiveRegion(text: () => string): LiveRegion {
  const made = element("span", { class: "screenReaderOnly", role: "status" });
  let timer = 0;
  return {
    element: made,
    announceSoon: () => {
      window.clearTimeout(timer);
      // Empty it, so that the same text is announced again.
      made.textContent = "";
      timer = window.setTimeout(() => (made.textContent = text()), announceDelayMs);
    },
  };
}
