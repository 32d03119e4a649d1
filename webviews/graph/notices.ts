import { button, progressRing } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import type { BannerView, NodeView } from "./messages.ts";
import { changeNames } from "./words.ts";
import { plain } from "./plain.ts";
import { t } from "../../extension/platform/l10n.ts";

/** What is said above the drawing: what the extension says, and what the page itself has to say. */
export interface Notices {
  readonly element: HTMLElement;
  readonly showBanner: (banner: BannerView | undefined, press: (index: number) => void) => void;
  /** A part is shown only, or the drawing cannot be made; undefined when all is as usual. */
  readonly showPart: (words: string | undefined, actions: readonly Action[]) => void;
}

export interface Action {
  readonly label: string;
  readonly press: () => void;
}

/** Lines above the drawing, each only while there is something to say. */
export function createNotices(): Notices {
  const banner = element("div", { class: "banner", hidden: "" });
  const part = element("div", { class: "part", role: "status", hidden: "" });
  let bannerShown = "";
  let partShown = "";
  return {
    element: element("div", { class: "notices" }, banner, part),
    showBanner: (next, press) => {
      const now = JSON.stringify(next ?? null);
      if (now === bannerShown) return;
      bannerShown = now;
      banner.hidden = next === undefined;
      banner.replaceChildren();
      if (!next) return;
      banner.className = `banner ${next.severity}`;
      banner.setAttribute("role", next.severity === "error" ? "alert" : "status");
      const words = element("div", { class: "words" }, element("span", {}, plain(next.text)));
      if (next.detail !== "") {
        const detail = element("pre", { tabindex: "0" }, next.detail.split("\n").map(plain).join("\n"));
        words.append(element("details", {}, element("summary", {}, t("More")), detail));
      }
      const actions = next.actions.map((label, index) => button({ label, press: () => press(index) }));
      banner.append(
        element("span", { class: "severity", "aria-hidden": "true" }),
        words,
        element("div", { class: "buttons" }, ...actions),
      );
    },
    showPart: (words, actions) => {
      const now = JSON.stringify([words, actions.map(({ label }) => label)]);
      if (now === partShown) return;
      partShown = now;
      part.hidden = words === undefined;
      part.replaceChildren();
      if (words === undefined) return;
      const buttons = actions.map(({ label, press }) => button({ label, press }));
      part.append(element("span", {}, plain(words)), element("div", { class: "buttons" }, ...buttons));
    },
  };
}

/** Who is waited for. */
type Worker = "extension" | "layout";

export interface Busy {
  readonly element: HTMLElement;
  /**
   * Tells what one of the two works at; undefined when it is done. Shown after a moment: what is quick
   * needs no words. With a button where it can be ended.
   */
  readonly show: (who: Worker, words: string | undefined, end?: Action) => void;
}

const patienceMs = 300;

/** A turning ring with words, over the drawing. */
export function createBusy(): Busy {
  const words = element("span", { role: "status" });
  const end = element("span", {});
  const host = element("div", { class: "busy", hidden: "" }, progressRing(), words, end);
  const works = new Map<Worker, { readonly words: string; readonly end: Action | undefined }>();
  let timer = 0;
  const show = (): void => {
    const work = works.get("layout") ?? works.get("extension");
    if (!work) return;
    words.textContent = work.words;
    end.replaceChildren(...(work.end ? [button(work.end)] : []));
    host.hidden = false;
  };
  return {
    element: host,
    show: (who, next, action) => {
      window.clearTimeout(timer);
      if (next === undefined) works.delete(who);
      else works.set(who, { words: next, end: action });
      if (works.size === 0) host.hidden = true;
      else timer = window.setTimeout(show, host.hidden ? patienceMs : 0);
    },
  };
}

/** What shapes, lines and signs mean; those that occur. */
export function legend(
  kinds: ReadonlyMap<string, string>,
  lines: ReadonlyMap<string, string>,
  signs: ReadonlyMap<NodeView["change"], string>,
): HTMLElement {
  const items = [
    ...[...kinds].map(([name, words]) =>
      element("li", {}, element("span", { class: `glyph ${name}` }), words),
    ),
    ...[...lines].map(([name, words]) =>
      element("li", {}, element("span", { class: `line ${name}` }), words),
    ),
    ...[...signs].map(([name, words]) =>
      element("li", { class: name }, element("span", { class: "badge" }, words), changeNames[name]),
    ),
  ];
  return element("ul", { class: "legend", "aria-label": t("Legend") }, ...items);
}
