import { focusedIn } from "../kit/dom.ts";
import { createLayouts } from "./layout.ts";
import type { Layout, Wanted } from "./layoutDesk.ts";
import { above, linksOf, type Links } from "./links.ts";
import type { GraphView, Kept, NodeView } from "./messages.ts";
import { legend, type Action, type Busy, type Notices } from "./notices.ts";
import { requestOf } from "./request.ts";
import { drawScene } from "./scene.ts";
import { createMeasure, type Box } from "./shapes.ts";
import { partOf, portion, shownOf, type Shown } from "./shown.ts";
import type { Surface } from "./surface.ts";
import { createWalk, type Step } from "./walk.ts";
import { edgeWords, kindWords, nameOf, signs } from "./words.ts";
import { t } from "../../extension/platform/l10n.ts";

/** From a graph to the drawing on the surface. */
export interface Drawing {
  readonly draw: (links: Links, kept: Kept, comparing: boolean, generation: number) => void;
  /** Graphs that may be drawn next; their layouts are made when there is nothing else to do. */
  readonly ahead: (graphs: readonly GraphView[], kept: Kept) => void;
  /** The nodes that the user wants to see, drawn or collapsed. */
  readonly wanted: (links: Links, kept: Kept) => ReadonlySet<string>;
  readonly roots: (links: Links, kept: Kept) => readonly string[];
  readonly legend: (links: Links) => readonly HTMLElement[];
  readonly shownNodes: () => readonly NodeView[];
  readonly select: (key: string | undefined) => void;
  /** Gives a drawn node the keyboard; without a key, the application. */
  readonly focus: (key: string | undefined) => void;
  readonly step: (from: string | undefined, step: Step) => string | undefined;
  /** What has to change for a hidden node to be drawn. */
  readonly toShow: (links: Links, kept: Kept, key: string) => Partial<Kept>;
}

export interface DrawingOptions {
  readonly surface: Surface;
  readonly notices: Notices;
  readonly busy: Busy;
  readonly workerAddress: string;
  readonly change: (change: Partial<Kept>) => void;
  readonly drawn: () => void;
}

/** A graph of more nodes is drawn in part until the user wants all of it. */
const limit = 1500;
/** What is drawn unasked may take as long; for all of a large graph the user may want to wait. */
const limitMs = { usual: 20_000, everything: 180_000 };

/** Draws what is wanted last; what was drawn before stays until then. */
export function createDrawing(options: DrawingOptions): Drawing {
  const { surface, notices, busy } = options;
  const layouts = createLayouts(options.workerAddress);
  const walk = createWalk();
  let measure = createMeasure();
  let font = "";
  let ground: Links | undefined;
  let everything = false;
  /** Less than usual once a graph took too long. */
  let bound = limit;
  /** Why not all is drawn that was to be. */
  let given = "";
  let likely: readonly Links[] = [];
  let near: string | undefined;
  let selected: string | undefined;
  /** What made the drawing that is shown. */
  let shownNow = "";
  let turn = 0;

  const lookOf = (links: Links, kept: Kept, all: boolean) => ({
    focus: kept.focus,
    focusShows: kept.focusShows,
    collapsed: new Set(kept.collapsed),
    hideServices: kept.hideServices,
    limit: all ? Infinity : bound,
    near: near !== undefined && links.nodes.has(near) ? near : undefined,
  });

  const draw: Drawing["draw"] = (links, kept, comparing, generation) => {
    void drawAll(links, kept, comparing, generation);
  };

  const drawAll = async (links: Links, kept: Kept, comparing: boolean, generation: number): Promise<void> => {
    const mine = (turn += 1);
    ground = links;
    selected = kept.selected;
    if (font !== document.body.style.fontFamily) measure = createMeasure();
    font = document.body.style.fontFamily;
    const { shown, boxes, wanted: task } = requested(links, kept, everything);
    const count = shown.nodes.length;
    const words = t("Laying out {0} nodes…", count.toLocaleString("en"));
    if (count > 0) busy.show("layout", words, { label: t("Cancel"), press: layouts.cancel });
    const layout = await layouts.layout(task, everything ? limitMs.everything : limitMs.usual);
    if (mine !== turn || layout.kind === "outdated") return;
    busy.show("layout", undefined);
    if (layout.kind === "placed") {
      const id = JSON.stringify([comparing, task.dot, shown]);
      if (id !== shownNow) show(shown, boxes, layout.placement, links, comparing);
      shownNow = id;
      surface.scene()?.element.setAttribute("data-generation", String(generation));
      sayPart(links, kept, shown);
      options.drawn();
      layoutAhead(kept);
      return;
    }
    const why = reasonOf(layout);
    if (layout.kind !== "failed" && count > portion) {
      everything = false;
      bound = portion;
      given = t("Drawing {0} nodes was given up: {1}", count.toLocaleString("en"), why);
      options.change({});
      return;
    }
    notices.showPart(t("The graph could not be drawn: {0}", why), [
      { label: t("Draw Again"), press: () => options.change({}) },
      { label: t("Show as a Tree"), press: () => options.change({ asTree: true }) },
    ]);
  };

  /** What is to be drawn of a graph, and what the layout is asked for it. */
  const requested = (links: Links, kept: Kept, all: boolean) => {
    const shown = shownOf(links, lookOf(links, kept, all));
    const boxes = shown.nodes.map(({ view }) => measure(view));
    const { width, height } = surface.size();
    const dot = requestOf(shown, boxes, width < height);
    return { shown, boxes, wanted: { dot, nodes: shown.nodes.length, edges: shown.edges.length } };
  };

  const layoutAhead = (kept: Kept): void => {
    // One after the other, so that preparing them never holds up the page.
    const tasks = function* (): Iterator<Wanted> {
      for (const links of likely) yield requested(links, kept, false).wanted;
    };
    if (likely.length > 0) layouts.ahead(tasks());
  };

  const show = (
    shown: Shown,
    boxes: readonly Box[],
    placement: Parameters<typeof drawScene>[0]["placement"],
    links: Links,
    comparing: boolean,
  ): void => {
    const focused = focusedIn(surface.element) !== undefined;
    const scene = drawScene({ shown, placement, boxes, links, comparing });
    const middle = surface.middle();
    const anchors = [selected, middle, ...(surface.scene()?.keys ?? [])].filter((key) => key !== undefined);
    surface.show(scene, anchors);
    select(selected);
    if (focused) focus(selected);
  };

  const sayPart = (links: Links, kept: Kept, shown: Shown): void => {
    const focus = kept.focus === undefined ? undefined : links.nodes.get(kept.focus);
    const actions: Action[] = [];
    let words: string | undefined;
    if (focus) {
      const what = {
        arguments: t("what it needs"),
        below: t("everything below"),
        users: t("everything that uses it"),
      };
      words = t(
        "{0}: {1}, {2} of {3} nodes.",
        nameOf(focus),
        what[kept.focusShows],
        shown.nodes.length,
        links.nodes.size,
      );
      actions.push({ label: t("Show Everything"), press: () => options.change({ focus: undefined }) });
    }
    if (shown.left > 0) {
      const total = shown.left + shown.nodes.length;
      const start = links.nodes.get(near ?? links.start ?? "");
      words = t(
        "{0} The graph has {1} nodes: shown are the {2} nearest to {3}. Focus on a node to see what belongs to it.",
        [given, words ?? ""].join(" ").trim(),
        total.toLocaleString("en"),
        shown.nodes.length,
        start ? nameOf(start) : t("its start"),
      ).trim();
      actions.push({
        label: t("Draw All"),
        press: () => {
          everything = true;
          given = "";
          options.change({});
        },
      });
    }
    notices.showPart(words, actions);
  };

  const select: Drawing["select"] = (key) => {
    selected = key;
    const scene = surface.scene();
    if (!scene) return;
    const drawn = key !== undefined && scene.node(key) ? key : undefined;
    scene.select(drawn);
    for (const each of scene.element.querySelectorAll('[tabindex="0"]')) each.setAttribute("tabindex", "-1");
    const entry =
      drawn ?? (ground?.start !== undefined && scene.node(ground.start) ? ground.start : scene.keys[0]);
    if (entry !== undefined) scene.node(entry)?.setAttribute("tabindex", "0");
  };

  const focus: Drawing["focus"] = (key) => {
    const scene = surface.scene();
    const node =
      (key === undefined ? undefined : scene?.node(key)) ??
      scene?.element.querySelector<SVGElement>('[tabindex="0"]');
    node?.focus({ preventScroll: true });
  };

  const wanted: Drawing["wanted"] = (links, kept) => {
    const all = { ...lookOf(links, kept, true), collapsed: new Set<string>() };
    return new Set(shownOf(links, all).nodes.map(({ view }) => view.key));
  };

  return {
    draw,
    ahead: (graphs, kept) => {
      likely = graphs.map(linksOf);
      // Else it is begun when the drawing is there.
      if (shownNow !== "") layoutAhead(kept);
    },
    wanted,
    select,
    focus,
    roots: (links, kept) => {
      const keys = wanted(links, kept);
      if (kept.focus !== undefined && kept.focusShows !== "users" && keys.has(kept.focus))
        return [kept.focus];
      const roots = [...keys].filter((key) => !links.into(key).some(({ from }) => keys.has(from)));
      const start = links.start !== undefined && keys.has(links.start) ? links.start : [...keys][0];
      return roots.length > 0 || start === undefined ? roots : [start];
    },
    legend: (links) => legendOf(links),
    shownNodes: () => surface.scene()?.shown.nodes.map(({ view }) => view) ?? [],
    step: (from, step) => {
      const scene = surface.scene();
      if (!scene || !ground) return undefined;
      if (from === undefined || !scene.place(from))
        return ground.start !== undefined && scene.place(ground.start) ? ground.start : scene.keys[0];
      return walk.step({ links: ground, place: scene.place, keys: scene.keys }, from, step);
    },
    toShow: (links, kept, key) => {
      near = key;
      const inFocus = kept.focus === undefined || partOf(links, kept.focus, kept.focusShows).has(key);
      const over = above(links, key);
      over.delete(key);
      return {
        ...(!inFocus && { focus: undefined }),
        ...(links.nodes.get(key)?.kind === "service" && { hideServices: false }),
        collapsed: kept.collapsed.filter((each) => !over.has(each)),
      };
    },
  };
}

function reasonOf(layout: Exclude<Layout, { kind: "placed" | "outdated" }>): string {
  if (layout.kind === "failed") return layout.reason;
  if (layout.kind === "cancelled") return t("you cancelled it.");
  return t("the layout took more than {0} s.", layout.seconds);
}

function legendOf(links: Links): HTMLElement[] {
  const kinds = new Map<string, string>();
  const lines = new Map<string, string>();
  const changes = new Map<NodeView["change"], string>();
  for (const node of links.nodes.values()) {
    kinds.set(node.kind, kindWords[node.kind]);
    if (node.change !== "same") changes.set(node.change, signs[node.change]);
    for (const { kind } of links.out(node.key)) lines.set(kind, edgeWords[kind]);
  }
  return kinds.size === 0 ? [] : [legend(kinds, lines, changes)];
}
