import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { choose, clickButton, screenshot, statusBar, waitForTreeItem } from "./driver.ts";
import { openSession, type Session } from "./session.ts";

const buildMs = 120_000;

describe("F5 without a launch.json and without an editor", function () {
  this.timeout(300_000);
  let session: Session;

  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-start-key-failed");
  });

  it("asks for the unikernel, builds it, boots it and shows its logs", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello,/, buildMs);
    assert.equal(await page.locator(".editor-instance").count(), 0, "no editor is open");
    await page.keyboard.press("F5");
    await choose(page, "hello", join("hello", "config.ml"));
    await clickButton(page, "Fetch Dependencies", buildMs);
    await shownLog(page, "hello").first().waitFor({ timeout: buildMs });
    await screenshot(page, "start-key");
    assert.ok((await statusBar(page)).some((text) => text.includes("hello · unix")));
    await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
  });

  it("boots the selected unikernel again, without a question", async () => {
    const { page } = session;
    const before = await sessions(page);
    await page.keyboard.press("Control+F5");
    await page.locator(".debug-toolbar").filter({ visible: true }).waitFor();
    await shownLog(page, "hello").first().waitFor();
    assert.notEqual(await sessions(page), before);
    await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
  });
});

const panelOf = (page: Page) => page.frameLocator("iframe.webview").frameLocator("#active-frame");

const shownLog = (page: Page, text: string) => panelOf(page).locator(".row").filter({ hasText: text });

/** The session that the panel shows, by name and start. */
async function sessions(page: Page): Promise<string | null> {
  return panelOf(page).getByRole("combobox").first().textContent();
}
