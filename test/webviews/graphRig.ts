import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { comparisonView } from "../../extension/graph/graphView.ts";
import type { GraphPanelContent } from "../../extension/protocol/graph.ts";
import { graphHost, panelContent, recorded, type GraphHost } from "./graphHost.ts";
import { pagesOf } from "./pages.ts";
import type { Theme } from "./themes.ts";
import type { View } from "./view.ts";

export interface OpenedGraph {
  readonly view: View;
  readonly host: GraphHost;
  readonly page: Page;
}

/** The element of a node, by its name. */
export const nodeNamed = (page: Page, name: string) =>
  page.locator(".node", { has: page.getByText(name, { exact: true }) });

/** Waits until exactly `count` nodes are drawn. */
export const drawn = (page: Page, count: number) =>
  page.locator(`.nodes > .node:nth-child(${count}):last-child`).waitFor({ state: "attached" });

/** The name of the selected node; empty if there is none. */
export const selected = async (page: Page) =>
  (await page.locator(".node.selected .name").allTextContents()).join();

/** Waits until the camera starts to move. */
export const moving = (page: Page) => page.locator(".layer.moving").waitFor({ state: "attached" });

/** Waits until the camera stops. */
export const still = (page: Page) => page.locator(".layer:not(.moving)").waitFor({ state: "attached" });

/** Position and width of a node's box on the screen, in whole pixels. */
export async function placeOf(page: Page, name: string) {
  await still(page);
  const box = await nodeNamed(page, name).locator(".shape").boundingBox();
  assert.ok(box);
  return { x: Math.round(box.x), y: Math.round(box.y), width: Math.round(box.width) };
}

/** The network example for hvt, compared with unix over host sockets. */
export const compared = (): GraphPanelContent =>
  panelContent(comparisonView(recorded("networkHost"), recorded("network")).view, {
    other: {
      kind: "configuration",
      configuration: { target: "unix", options: ["--net=host"], evaluate: true },
    },
    sentences: ["hvt instead of unix with --net=host adds 12 modules."],
  });

/** Opens a browser for the tests of a `describe`; they fail on errors of its pages. */
export function graphViews() {
  const pages = pagesOf("graph");
  const open = async (theme?: Theme, kept?: unknown): Promise<OpenedGraph> => {
    const view = await pages.open(
      { viewport: { width: 1100, height: 640 }, reducedMotion: "reduce" },
      theme,
      kept,
    );
    const host = graphHost(view);
    pages.afterTest(host.dispose);
    await host.waitFor("showGraph");
    return { view, host, page: view.page };
  };
  return {
    /** Opens a panel that has requested its graph. */
    open,
    /** Opens a panel and waits until it has drawn the graph. */
    openWith: async (picture: GraphPanelContent, theme?: Theme, kept?: unknown): Promise<OpenedGraph> => {
      const all = await open(theme, kept);
      all.host.send(picture);
      await all.page.locator(".node").first().waitFor({ state: "attached" });
      return all;
    },
  };
}
