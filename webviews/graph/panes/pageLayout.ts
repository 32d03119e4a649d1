import { element } from "../../kit/dom.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export interface PageParts {
  readonly bars: readonly HTMLElement[];
  readonly viewport: HTMLElement;
  /** Elements on top of the drawing. */
  readonly overlays: readonly HTMLElement[];
  readonly sidePanel: HTMLElement;
  /** Elements below the drawing, from top to bottom. */
  readonly footer: readonly HTMLElement[];
  readonly showTree: () => void;
}

/** Arranges the parts of the page. The first is a link to the tree, for users of screen readers. */
export function pageLayout(parts: PageParts): readonly HTMLElement[] {
  const skip = element("a", { class: "skip", href: "#tree" }, t("Show the graph as a tree"));
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    parts.showTree();
  });
  const { viewport } = parts;
  viewport.setAttribute("role", "application");
  const keys = t("Arrow keys follow the edges, Enter opens the source, Space shows details.");
  viewport.setAttribute("aria-label", `${t("Functor graph.")} ${keys}`);
  const stage = element("div", { class: "stage" }, viewport, ...parts.overlays);
  return [skip, ...parts.bars, element("div", { class: "body" }, stage, parts.sidePanel), ...parts.footer];
}
