import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { comparisonView } from "../../extension/graph/view.ts";
import type { Picture } from "../../webviews/graph/messages.ts";
import { graphHost, pictureOf, recorded, type GraphHost } from "./graphHost.ts";
import { pagesOf } from "./pages.ts";
import type { Theme } from "./themes.ts";
import type { View } from "./view.ts";

export interface OpenedGraph {
  readonly view: View;
  readonly host: GraphHost;
  readonly page: Page;
}

/** The box of a node by the name in it. */
export const nodeNamed = (page: Page, name: string) =>
  page.locator(".node", { has: page.getByText(name, { exact: true }) });

/** When so many nodes are drawn, and no more. */
export const drawn = (page: Page, count: number) =>
  page.locator(`.nodes > .node:nth-child(${count}):last-child`).waitFor({ state: "attached" });

/** Names of the selected nodes, which are one at most. */
export const selected = async (page: Page) =>
  (await page.locator(".node.selected .name").allTextContents()).join();

/** When the camera begins to move. */
export const moving = (page: Page) => page.locator(".layer.moving").waitFor({ state: "attached" });

/** When the camera has come to rest. */
export const still = (page: Page) => page.locator(".layer:not(.moving)").waitFor({ state: "attached" });

/** Where the box of a node is seen, in whole pixels. */
export async function placeOf(page: Page, name: string) {
  await still(page);
  const box = await nodeNamed(page, name).locator(".shape").boundingBox();
  assert.ok(box);
  return { x: Math.round(box.x), y: Math.round(box.y), width: Math.round(box.width) };
}

/** The network example on hvt against unix with the sockets of the host. */
export const compared = (): Picture =>
  pictureOf(comparisonView(recorded("networkHost"), recorded("network")).view, {
    other: {
      kind: "configuration",
      configuration: { target: "unix", options: ["--net=host"], evaluate: true },
    },
    words: ["hvt instead of unix with --net=host adds 12 modules."],
  });

/** To be called in a `describe`: a browser for its tests, whose pages may have no errors. */
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
    await host.heard("look");
    return { view, host, page: view.page };
  };
  return {
    /** A panel that has asked for its picture. */
    open,
    /** A panel that has drawn a picture. */
    openWith: async (picture: Picture, theme?: Theme, kept?: unknown): Promise<OpenedGraph> => {
      const all = await open(theme, kept);
      all.host.tell(picture);
      await all.page.locator(".node").first().waitFor({ state: "attached" });
      return all;
    },
  };
}
