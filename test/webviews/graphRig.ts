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

/** Returns the element of a node by its name. */
export const nodeNamed = (page: Page, name: string) =>
  page.locator(".node", { has: page.getByText(name, { exact: true }) });

/** Waits until exactly `count` nodes are drawn. */
export const waitForNodes = (page: Page, count: number) =>
  page.locator(`.nodes > .node:nth-child(${count}):last-child`).waitFor({ state: "attached" });

/** Returns the name of the selected node; empty if none is selected. */
export const selected = async (page: Page) =>
  (await page.locator(".node.selected .name").allTextContents()).join();

/** Waits until the camera stops. */
export const waitForStop = (page: Page) => page.locator(".layer:not(.moving)").waitFor({ state: "attached" });

/** Performs an action that moves the camera, and waits until it has moved and stopped. */
export async function moveBy(page: Page, action: () => Promise<void>): Promise<void> {
  const transform = 'document.querySelector(".layer").style.transform';
  const before = await page.evaluate<string>(transform);
  await action();
  await page.evaluate(
    `(async () => { while (${transform} === ${JSON.stringify(before)}) await new Promise(requestAnimationFrame); })()`,
  );
  await waitForStop(page);
}

/** Returns the position and width of a node's box on the screen, in whole pixels. */
export async function placeOf(page: Page, name: string) {
  await waitForStop(page);
  const box = await nodeNamed(page, name).locator(".shape").boundingBox();
  assert.ok(box);
  return { x: Math.round(box.x), y: Math.round(box.y), width: Math.round(box.width) };
}

/** Returns the panel content of the network example for hvt, compared with unix over host sockets. */
export const compared = (): GraphPanelContent =>
  panelContent(comparisonView(recorded("networkHost"), recorded("network")).view, {
    other: {
      kind: "configuration",
      configuration: { target: "unix", options: ["--net=host"], evaluate: true },
    },
    sentences: ["hvt instead of unix with --net=host adds 12 modules."],
  });

/** Call this in a `describe`: provides a browser for its tests, which fail if their pages report errors. */
export function graphViews() {
  const pages = pagesOf("graph");
  const open = async (
    theme?: Theme,
    savedState?: unknown,
    viewport = { width: 1100, height: 640 },
  ): Promise<OpenedGraph> => {
    const view = await pages.open({ viewport, reducedMotion: "reduce" }, theme, savedState);
    const host = graphHost(view);
    pages.afterTest(host.dispose);
    await host.waitFor("showGraph");
    return { view, host, page: view.page };
  };
  return {
    /** Opens a panel that has requested its graph. */
    open,
    /** Opens a panel and waits until it has drawn the graph. */
    openWith: async (
      picture: GraphPanelContent,
      theme?: Theme,
      savedState?: unknown,
    ): Promise<OpenedGraph> => {
      const all = await open(theme, savedState);
      all.host.send(picture);
      await all.page.locator(".node").first().waitFor({ state: "attached" });
      return all;
    },
  };
}
