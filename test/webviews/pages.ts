import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { openPage } from "../harness/workbench.ts";
import { themes, type Theme } from "./themes.ts";
import { bundleView, openView, type Bundle, type View } from "./view.ts";

/** Pages of one view, each for the test that opens it. */
export interface Pages {
  readonly open: (options: BrowserContextOptions, theme?: Theme, kept?: unknown) => Promise<View>;
  /** To be done after the test, before its pages are closed. */
  readonly afterTest: (act: () => void) => void;
}

/** To be called in a `describe`: a browser for its tests of `webviews/NAME`, whose pages may have no errors. */
export function pagesOf(name: string): Pages {
  let browser: Browser;
  let bundle: Bundle;
  const opened: View[] = [];
  const left: (() => void)[] = [];
  before(async () => {
    [{ browser }, bundle] = await Promise.all([openPage(), bundleView(name)]);
  });
  after(() => browser.close());
  afterEach(async () => {
    for (const act of left.splice(0)) act();
    for (const { page, errors } of opened.splice(0)) {
      await page.context().close();
      assert.deepEqual(errors, [], "errors in the page, or things its policy does not allow");
    }
  });
  return {
    open: async (options, theme = themes.dark, kept) => {
      const view = await openView(await browser.newContext(options), bundle, theme, kept);
      opened.push(view);
      return view;
    },
    afterTest: (act) => void left.push(act),
  };
}
