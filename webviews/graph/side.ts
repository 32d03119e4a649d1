import { element } from "../kit/dom.ts";
import type { Links } from "./links.ts";
import type { Details, Kept, Picture } from "./messages.ts";
import { changesPane, detailsPane, type PaneActions } from "./pane.ts";
import { t } from "../../extension/platform/l10n.ts";

/** The pane beside the drawing: details of the selected node, else what a comparison found. */
export interface Side {
  readonly element: HTMLElement;
  readonly show: (kept: Kept, links: Links | undefined, picture: Picture | undefined) => void;
  /** Details that were asked for are of an older picture. */
  readonly forget: () => void;
}

export interface SideOptions extends PaneActions {
  readonly details: (key: string) => Promise<Details>;
  readonly failed: (error: unknown) => void;
}

const nothing: Details = { packages: [], connect: [], places: [] };

/** Asks for details when they are to be shown, once a picture. */
export function createSide(options: SideOptions): Side {
  const pane = element("aside", { class: "pane", hidden: "" });
  let known = new Map<string, Details>();
  let asked = new Set<string>();
  let again = (): void => {};

  const learn = async (key: string): Promise<void> => {
    if (asked.has(key)) return;
    const mine = known;
    asked.add(key);
    try {
      mine.set(key, await options.details(key));
    } catch (error) {
      mine.set(key, nothing);
      options.failed(error);
    }
    if (mine === known) again();
  };

  const parts = (kept: Kept, links: Links | undefined, picture: Picture | undefined): HTMLElement[] => {
    const node = kept.selected === undefined ? undefined : links?.nodes.get(kept.selected);
    const compared = picture?.other.kind === "nothing" ? undefined : picture?.graph;
    if (kept.details === true && node && links) {
      void learn(node.key);
      const collapsed = kept.collapsed.includes(node.key);
      return [detailsPane(node, links, known.get(node.key), collapsed, options)];
    }
    if (picture && compared)
      return [changesPane(t("Comparison"), picture.words, compared.nodes, options.select)];
    if (kept.details !== true) return [];
    const words = t("Select a node to see its packages, keys and source.");
    return [element("p", { class: "quiet hint" }, words)];
  };

  const show: Side["show"] = (kept, links, picture) => {
    again = () => show(kept, links, picture);
    const made = parts(kept, links, picture);
    const { scrollTop } = pane;
    pane.hidden = made.length === 0;
    pane.replaceChildren(...made);
    pane.scrollTop = scrollTop;
  };

  return {
    element: pane,
    show,
    forget: () => {
      known = new Map();
      asked = new Set();
    },
  };
}
