import { iconButton } from "../../kit/controls.ts";
import { button } from "../../kit/toolkit.ts";
import { element } from "../../kit/dom.ts";
import type { CrashView } from "../../../extension/protocol/logs.ts";
import { visibleText } from "../../../extension/protocol/visibleText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface CrashBanner {
  readonly element: HTMLElement;
  /** Shows why a session failed. Hidden if it did not fail or if the user closed the banner. */
  readonly show: (session: string | undefined, crash: CrashView | undefined) => void;
}

/** The explanation of a failed session and its actions, below the rows. */
export function createCrashBanner(act: (index: number) => void, goTo: (seq: number) => void): CrashBanner {
  const made = element("section", { class: "crash", "aria-label": t("Why it failed"), hidden: "" });
  const explanation = element("div", { class: "said", role: "status" });
  const buttons = element("div", { class: "group" });
  const closed = new Set<string>();
  let shown = "";
  /** The session and the kind of its explanation: a notice that was closed hides no later failure. */
  let current = "";
  const close = iconButton({
    label: t("Close the explanation"),
    path: "M4 4l8 8M12 4l-8 8",
    onClick: () => {
      closed.add(current);
      made.hidden = true;
    },
  });
  made.append(explanation, buttons, close);

  return {
    element: made,
    show: (session, crash) => {
      current = JSON.stringify([session, crash?.tone]);
      const isVisible = crash !== undefined && session !== undefined && !closed.has(current);
      made.hidden = !isVisible;
      const next = JSON.stringify([session, crash]);
      if (!isVisible || next === shown) return;
      shown = next;
      made.classList.toggle("notice", crash.tone === "notice");
      made.setAttribute("aria-label", crash.tone === "notice" ? t("Notice") : t("Why it failed"));
      const outcome = outcomeText(crash);
      explanation.replaceChildren(
        element("strong", {}, visibleText(crash.text)),
        ...(crash.next === undefined ? [] : [element("span", {}, ` ${visibleText(crash.next)}`)]),
        ...(outcome === "" ? [] : [element("span", { class: "end" }, ` ${visibleText(outcome)}`)]),
      );
      // A small panel cuts it.
      explanation.title = explanation.textContent;
      const { seq } = crash;
      buttons.replaceChildren(
        ...crash.actions.map((label, index) =>
          button({ label: visibleText(label), primary: index === 0, onClick: () => act(index) }),
        ),
        // A notice is about what the last rows repeat.
        ...(seq === undefined || crash.tone === "notice" ? [] : [recordButton(() => goTo(seq))]),
      );
    },
  };
}

function recordButton(onClick: () => void): HTMLElement {
  const made = button({ label: t("Show Record"), onClick });
  made.classList.add("showRecord");
  return made;
}

/** The outcome in parentheses, without what the explanation already says. */
function outcomeText({ text, outcomeText: outcome }: CrashView): string {
  const includes = (part: string): boolean => text.toLowerCase().startsWith(part.toLowerCase());
  if (includes(outcome)) return "";
  const [, what = "", code = ""] = /^(.*) (\([^()]*\))$/.exec(outcome) ?? [];
  return code !== "" && includes(what) ? code : `(${outcome.replace(/ \(([^()]*)\)$/, ", $1")})`;
}
