import { element } from "../kit/dom.ts";
import { t } from "../../extension/platform/l10n.ts";

export interface FrameParts {
  readonly bars: readonly HTMLElement[];
  readonly surface: HTMLElement;
  /** What lies over the drawing. */
  readonly over: readonly HTMLElement[];
  readonly side: HTMLElement;
  readonly words: HTMLElement;
  readonly asTree: () => void;
}

/** The parts of the page in their places, before all a link to the tree for who cannot see a drawing. */
export function frame(parts: FrameParts): readonly HTMLElement[] {
  const skip = element("a", { class: "skip", href: "#tree" }, t("Show the graph as a tree"));
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    parts.asTree();
  });
  const { surface } = parts;
  surface.setAttribute("role", "application");
  const keys = t("Arrow keys go along the edges, Enter opens the source, Space shows details.");
  surface.setAttribute("aria-label", `${t("Functor graph.")} ${keys}`);
  const stage = element("div", { class: "stage" }, surface, ...parts.over);
  return [skip, ...parts.bars, element("div", { class: "body" }, stage, parts.side), parts.words];
}
