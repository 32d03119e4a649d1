import { element } from "../kit/dom.ts";

/** What a screen reader is told without being asked: what has become of the user's last change. */
export interface Heard {
  readonly element: HTMLElement;
  /** Tells it, once no further change has come for a while. */
  readonly soon: () => void;
}

/** A word is typed letter by letter, and each would be followed by words that are wrong by the next. */
const quietMs = 800;

/** `words` gives what is seen then. What changes by itself, such as the count of a log, is not told. */
export function createHeard(words: () => string): Heard {
  const made = element("span", { class: "heard", role: "status" });
  let timer = 0;
  return {
    element: made,
    soon: () => {
      window.clearTimeout(timer);
      // Emptied, so that the same words are told again.
      made.textContent = "";
      timer = window.setTimeout(() => (made.textContent = words()), quietMs);
    },
  };
}
