import { button, iconButton } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import type { CrashView } from "./messages.ts";
import { visible } from "./words.ts";
import { t } from "../../extension/platform/l10n.ts";

export interface Banner {
  readonly element: HTMLElement;
  /** Shows why a session failed; nothing when it did not, or when the user closed it. */
  readonly show: (session: string | undefined, crash: CrashView | undefined) => void;
}

/** What happened at the end of a failed session and what helps, below the rows. */
export function createBanner(act: (index: number) => void, goTo: (seq: number) => void): Banner {
  const made = element("section", { class: "crash", "aria-label": t("Why it failed"), hidden: "" });
  const said = element("div", { class: "said", role: "status" });
  const buttons = element("div", { class: "group" });
  const closed = new Set<string>();
  let shown = "";
  let now: string | undefined;
  const close = iconButton({
    label: t("Close the explanation"),
    path: "M4 4l8 8M12 4l-8 8",
    press: () => {
      if (now !== undefined) closed.add(now);
      made.hidden = true;
    },
  });
  made.append(said, buttons, close);

  return {
    element: made,
    show: (session, crash) => {
      now = session;
      const seen = crash !== undefined && session !== undefined && !closed.has(session);
      made.hidden = !seen;
      const next = JSON.stringify([session, crash]);
      if (!seen || next === shown) return;
      shown = next;
      const end = endOf(crash);
      said.replaceChildren(
        element("strong", {}, visible(crash.text)),
        ...(crash.next === undefined ? [] : [element("span", {}, ` ${visible(crash.next)}`)]),
        ...(end === "" ? [] : [element("span", { class: "end" }, ` ${visible(end)}`)]),
      );
      const { seq } = crash;
      buttons.replaceChildren(
        ...crash.actions.map((label, index) =>
          button({ label: visible(label), primary: index === 0, press: () => act(index) }),
        ),
        ...(seq === undefined ? [] : [button({ label: t("Show Record"), press: () => goTo(seq) })]),
      );
    },
  };
}

/** How it ended, in parentheses, without what the explanation says already. */
function endOf({ text, words }: CrashView): string {
  const said = (part: string): boolean => text.toLowerCase().startsWith(part.toLowerCase());
  if (said(words)) return "";
  const [, what = "", code = ""] = /^(.*) (\([^()]*\))$/.exec(words) ?? [];
  return code !== "" && said(what) ? code : `(${words.replace(/ \(([^()]*)\)$/, ", $1")})`;
}
