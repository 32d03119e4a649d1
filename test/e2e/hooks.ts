/** Hooks of all end-to-end tests: they take a screenshot after a failure, and close what a test left open. */
import type { Context, RootHookObject } from "mocha";
import type { Page } from "playwright-core";
import { shortMs } from "../harness/limits.ts";
import { picture } from "./driver.ts";
import { openedSession } from "./session.ts";

export const rootHooks: RootHookObject = {
  async afterEach(this: Context) {
    const pages = openedSession()?.page.context().pages() ?? [];
    for (const [index, page] of pages.entries()) {
      if (page.url() === "about:blank") continue;
      if (this.currentTest?.state === "failed")
        await saveFailureScreenshot(page, this.currentTest.fullTitle(), index);
      // A page that does not respond must not fail a test that has passed.
      await closeLeftovers(page).catch((error: unknown) => console.error(error));
    }
  },
};

async function saveFailureScreenshot(page: Page, title: string, index: number): Promise<void> {
  const name = `failed-${title.replaceAll(/[^\w]+/g, "-").slice(0, 120)}-${index}`;
  const path = await picture(page, name).catch((error: unknown) => String(error));
  console.error(`Screenshot of the failure: ${path}`);
}

interface Leftovers {
  /** True if a dialog, a quick input or a notification is open. */
  readonly overlay: boolean;
  readonly debugging: boolean;
}

const leftovers = `(() => {
  const visible = (selector) => [...document.querySelectorAll(selector)].some((each) => each.offsetParent !== null);
  return {
    overlay: visible(".monaco-dialog-box") || visible(".quick-input-widget") || visible(".notification-toast"),
    debugging: visible(".debug-toolbar"),
  };
})()`;

/** Closes dialogs, quick inputs and notifications, and stops debug sessions, with the keyboard. */
async function closeLeftovers(page: Page): Promise<void> {
  const findLeftovers = (): Promise<Leftovers> => page.evaluate<Leftovers>(leftovers);
  // Quick inputs can follow each other; each one must be cancelled.
  for (let attempt = 0; attempt < 10 && (await findLeftovers()).overlay; attempt++) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+Escape");
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
  }
  if (!(await findLeftovers()).debugging) return;
  await page.keyboard.press("Shift+F5");
  await page
    .locator(".debug-toolbar")
    .filter({ visible: true })
    .waitFor({ state: "detached", timeout: shortMs });
}
