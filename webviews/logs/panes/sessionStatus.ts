import { element } from "../../kit/dom.ts";
import type { SessionView } from "../../../extension/protocol/logs.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { statusText, statusTitle } from "../rows/sessionText.ts";

/** Says how the session that is shown ended, or how long it has been running. */
export interface SessionStatus {
  readonly element: HTMLElement;
  /** `hostTime` is the time on the extension's computer, in milliseconds since the epoch. */
  readonly show: (session: SessionView | undefined, hostTime: number) => void;
}

/** How often the uptime of a session of this age is updated: the digits do not distract from the log. */
const updateMs = (age: number): number => (age < 60_000 ? 5000 : 60_000);

/** The status is not a live region: screen readers read it on request only. */
export function createSessionStatus(): SessionStatus {
  const words = element("span", { class: "statusWords" });
  const span = element("span", { class: "statusSpan" });
  const boot = element("span", { class: "statusBoot" });
  const made = element("span", { class: "sessionStatus" }, words, span, boot);
  let current: SessionView | undefined;
  /** The page may run on another computer than the extension. */
  let hostAhead = 0;
  let timer = 0;

  const draw = (): void => {
    window.clearTimeout(timer);
    const now = Date.now() + hostAhead;
    const text = current === undefined ? { words: "", span: "", boot: "" } : statusText(current, now);
    made.className = `sessionStatus ${current?.outcome ?? ""}`;
    if (words.textContent !== text.words) words.textContent = visibleText(text.words);
    if (span.textContent !== text.span) span.textContent = text.span;
    if (boot.textContent !== text.boot) boot.textContent = text.boot;
    const whole = `${visibleText(text.words)}${text.span}`;
    made.title = current === undefined ? whole : statusTitle(current, whole);
    if (current?.outcome !== "running") return;
    const age = Math.max(0, now - current.startedAt);
    timer = window.setTimeout(draw, updateMs(age) - (age % updateMs(age)));
  };

  return {
    element: made,
    show: (session, hostTime) => {
      const isSame = JSON.stringify(session) === JSON.stringify(current);
      if (isSame) return;
      current = session;
      hostAhead = hostTime - Date.now();
      draw();
    },
  };
}
