import assert from "node:assert/strict";
import type { Browser, BrowserContext } from "playwright-core";
import { openBrowser, type OpenBrowser } from "../harness/browser.ts";
import { themes, type Theme } from "./themes.ts";
import { bundleView, openView, type Bundle, type Look, type View } from "./view.ts";

const contexts = new WeakMap<Browser, Promise<BrowserContext>>();

/** Returns the shared context of a browser, since a new context takes three times as long as a page. */
export function viewContext(browser: Browser): Promise<BrowserContext> {
  const found = contexts.get(browser) ?? browser.newContext({ timezoneId: "UTC" });
  contexts.set(browser, found);
  return found;
}

/** Opens pages of one view; each is closed after the test that opens it. */
export interface Pages {
  readonly open: (look: Look, theme?: Theme, savedState?: unknown) => Promise<View>;
  /** Registers a function to call after the test, before its pages are closed. */
  readonly afterTest: (act: () => void) => void;
}

/** Call this in a `describe`: starts a browser for tests of `webviews/NAME`. A test fails if its page has errors. */
export function pagesOf(name: string): Pages {
  let chromium: OpenBrowser;
  let context: BrowserContext;
  let bundle: Bundle;
  const opened: View[] = [];
  const cleanups: (() => void)[] = [];
  before(async () => {
    [chromium, bundle] = await Promise.all([openBrowser(), bundleView(name)]);
    context = await viewContext(chromium.browser);
  });
  after(() => chromium.close());
  afterEach(async () => {
    for (const act of cleanups.splice(0)) act();
    for (const { page, errors } of opened.splice(0)) {
      await page.close();
      assert.deepEqual(errors, [], "errors and policy violations in the page");
    }
  });
  return {
    open: async (look, theme = themes.dark, savedState) => {
      const view = await openView(context, bundle, theme, savedState, undefined, look);
      opened.push(view);
      return view;
    },
    afterTest: (act) => void cleanups.push(act),
  };
}
