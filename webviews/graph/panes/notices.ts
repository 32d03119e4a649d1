import { button, progressRing } from "../../kit/toolkit.ts";
import { element } from "../../kit/dom.ts";
import type { BannerView } from "../../../extension/protocol/graph.ts";
import { singleLine } from "../../../extension/protocol/visibleText.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The messages above the drawing: a banner from the extension and a notice from the page. */
export interface Notices {
  readonly element: HTMLElement;
  readonly showBanner: (banner: BannerView | undefined, onClick: (index: number) => void) => void;
  /** Shows that only a part is drawn, or that drawing failed; undefined hides the notice. */
  readonly showNotice: (text: string | undefined, actions: readonly NoticeAction[]) => void;
}

export interface NoticeAction {
  readonly label: string;
  readonly onClick: () => void;
}

/** Creates the messages, both hidden. */
export function createNotices(): Notices {
  const banner = element("div", { class: "banner", hidden: "" });
  const notice = element("div", { class: "partNotice", role: "status", hidden: "" });
  let bannerShown = "";
  let noticeShown = "";
  return {
    element: element("div", { class: "notices" }, banner, notice),
    showBanner: (next, onClick) => {
      const now = JSON.stringify(next ?? null);
      if (now === bannerShown) return;
      bannerShown = now;
      banner.hidden = next === undefined;
      banner.replaceChildren();
      if (!next) return;
      banner.className = `banner ${next.severity}`;
      banner.setAttribute("role", next.severity === "error" ? "alert" : "status");
      const text = element("div", { class: "text" }, element("span", {}, singleLine(next.text)));
      if (next.detail !== "") {
        const detail = element("pre", { tabindex: "0" }, next.detail.split("\n").map(singleLine).join("\n"));
        text.append(element("details", {}, element("summary", {}, t("More")), detail));
      }
      const actions = next.actions.map((label, index) => button({ label, onClick: () => onClick(index) }));
      banner.append(
        element("span", { class: "severity", "aria-hidden": "true" }),
        text,
        element("div", { class: "buttons" }, ...actions),
      );
    },
    showNotice: (text, actions) => {
      const now = JSON.stringify([text, actions.map(({ label }) => label)]);
      if (now === noticeShown) return;
      noticeShown = now;
      notice.hidden = text === undefined;
      notice.replaceChildren();
      if (text === undefined) return;
      const buttons = actions.map(({ label, onClick }) => button({ label, onClick }));
      notice.append(element("span", {}, singleLine(text)), element("div", { class: "buttons" }, ...buttons));
    },
  };
}

/** Whose work the page waits for. */
type BusySource = "extension" | "layout";

export interface BusyIndicator {
  readonly element: HTMLElement;
  /**
   * Shows what the source is doing, after a delay, so that short work is not shown; undefined means that it
   * is done. `cancel` is a button beside the text.
   */
  readonly show: (source: BusySource, text: string | undefined, cancel?: NoticeAction) => void;
}

const busyDelayMs = 300;

/** A progress ring with a text on top of the drawing. */
export function createBusyIndicator(): BusyIndicator {
  const text = element("span", { role: "status" });
  const buttons = element("span", {});
  const host = element("div", { class: "busy", hidden: "" }, progressRing(), text, buttons);
  const tasks = new Map<BusySource, { readonly text: string; readonly cancel: NoticeAction | undefined }>();
  let timer = 0;
  const show = (): void => {
    const task = tasks.get("layout") ?? tasks.get("extension");
    if (!task) return;
    text.textContent = task.text;
    buttons.replaceChildren(...(task.cancel ? [button(task.cancel)] : []));
    host.hidden = false;
  };
  return {
    element: host,
    show: (source, next, cancel) => {
      window.clearTimeout(timer);
      if (next === undefined) tasks.delete(source);
      else tasks.set(source, { text: next, cancel });
      if (tasks.size === 0) host.hidden = true;
      else timer = window.setTimeout(show, host.hidden ? busyDelayMs : 0);
    },
  };
}
