import assert from "node:assert/strict";
import type { BrowserContextOptions } from "playwright-core";
import { openPage, type OpenPage } from "../harness/workbench.ts";
import { themes, type Theme } from "./themes.ts";
import { bundleView, openView, type Bundle, type View } from "./view.ts";

/** Opens pages of one view; each is closed after the test that opens it. */
export interface Pages {
  readonly open: (options: BrowserContextOptions, theme?: Theme, savedState?: unknown) => Promise<View>;
  /** Registers a function to call after the test, before its pages are closed. */
  readonly afterTest: (act: () => void) => void;
}

/** Call this in a `describe`: starts a browser for tests of `webviews/NAME`. A test fails if its page has errors. */
export function pagesOf(name: string): Pages {
  let chromium: OpenPage;
  let bundle: Bundle;
  const opened: View[] = [];
  const cleanups: (() => void)[] = [];
  before(async () => {
    [chromium, bundle] = await Promise.all([openPage(), bundleView(name)]);
  });
  after(() => chromium.close());
  afterEach(async () => {
    for (const act of cleanups.splice(0)) act();
    for (const { page, errors } of opened.splice(0)) {
      await page.context().close();
      assert.deepEqual(errors, [], "errors and policy violations in the page");
    }
  });
  return {
    open: async (options, theme = themes.dark, savedState) => {
      const view = await openView(await chromium.browser.newContext(options), bundle, theme, savedState);
      opened.push(view);
      return view;
    },
    afterTest: (act) => void cleanups.push(act),
  };
}
