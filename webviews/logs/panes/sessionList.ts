import { dropdown } from "../../kit/controls.ts";
import type { SessionView } from "../../../extension/protocol/logs.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { sessionText, shorterTexts } from "../rows/sessionText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The list of sessions. The text of the chosen one is shortened to the width that the toolbar has for it. */
export interface SessionList {
  readonly element: HTMLElement;
  readonly show: (sessions: readonly SessionView[], chosen: string | undefined) => void;
  /** Fits the text again, after the toolbar or what stands beside the list has changed. */
  readonly fit: () => void;
}

/** The arrow of the list and its padding, in pixels. */
const arrowWidth = 28;

export function createSessionList(onChange: (id: string) => void): SessionList {
  const list = dropdown(t("Session"), onChange);
  list.element.classList.add("sessions");
  const canvas = document.createElement("canvas").getContext("2d");
  let sessions: readonly SessionView[] = [];
  let chosen = "";

  const draw = (text?: string): void => {
    const none = [{ value: "", text: t("No session yet") }];
    const choices = sessions.map((each) => {
      const whole = sessionText(each, each.id === chosen);
      return { value: each.id, text: each.id === chosen ? (text ?? whole) : whole, tone: each.outcome };
    });
    list.set(choices.length > 0 ? choices : none, chosen);
  };

  const fit = (): void => {
    const now = sessions.find(({ id }) => id === chosen);
    if (!now || !canvas) return draw();
    const texts = [sessionText(now, true), ...shorterTexts(now)];
    // The list is as wide as its text, unless the toolbar has less room.
    list.element.style.setProperty("--whole", `${Math.ceil(measure(texts[0] ?? "")) + arrowWidth}px`);
    const room = list.element.clientWidth - arrowWidth;
    draw(texts.find((text) => measure(text) <= room) ?? texts.at(-1));
  };

  const measure = (text: string): number => {
    if (!canvas) return 0;
    canvas.font = getComputedStyle(list.element).font;
    return canvas.measureText(text).width;
  };

  return {
    element: list.element,
    show: (all, id) => {
      sessions = all;
      chosen = id ?? "";
      const now = all.find((each) => each.id === chosen);
      list.element.title = now ? `${visibleText(now.name)} (${now.target})` : t("Session");
      fit();
    },
    fit,
  };
}
