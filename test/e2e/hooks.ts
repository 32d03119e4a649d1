/** Hooks of all end-to-end tests: a picture of a failure, and nothing left open for the next test. */
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
        await pictureOfFailure(page, this.currentTest.fullTitle(), index);
      // A page that does not answer must not fail the test that has passed.
      await closeLeftovers(page).catch((error: unknown) => console.error(error));
    }
  },
};

async function pictureOfFailure(page: Page, title: string, index: number): Promise<void> {
  const name = `failed-${title.replaceAll(/[^\w]+/g, "-").slice(0, 120)}-${index}`;
  const path = await picture(page, name).catch((error: unknown) => String(error));
  console.error(`The window when it failed: ${path}`);
}

interface Leftovers {
  /** A dialog, a quick input or notifications. */
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

/** Closes dialogs, quick inputs and notifications, and stops debug sessions, as a user does by keyboard. */
async function closeLeftovers(page: Page): Promise<void> {
  const look = (): Promise<Leftovers> => page.evaluate<Leftovers>(leftovers);
  // Several quick inputs can follow each other, each cancelled by itself.
  for (let tries = 0; tries < 10 && (await look()).overlay; tries++) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+Escape");
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
  }
  if (!(await look()).debugging) return;
  await page.keyboard.press("Shift+F5");
  await page
    .locator(".debug-toolbar")
    .filter({ visible: true })
    .waitFor({ state: "detached", timeout: shortMs });
}
