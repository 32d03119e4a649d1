import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { openFile, replaceAll, screenshot, waitForTreeItem } from "./driver.ts";
import { openSession, type Session } from "./session.ts";

/** Opens the menu of quick fixes until it has this one: VS Code closes it where another provider comes. */
async function offerFix(page: Page, fix: Locator): Promise<void> {
  for (const until = performance.now() + 30_000; ;) {
    await page.keyboard.press("Control+.");
    const seen = await fix.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
    if (seen) return;
    if (performance.now() > until) throw new Error("The fix is not offered.");
    await page.keyboard.press("Escape");
  }
}

describe("config.ml and unikernel.ml in the window", function () {
  this.timeout(180_000);
  let session: Session;

  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-language-failed");
  });

  it("have lenses, hovers, and a mismatch with its fix", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^network/, 60_000);
    await openFile(page, "network/config.ml");
    await page.locator(".codelens-decoration", { hasText: "Configure for" }).waitFor();
    await page.locator(".view-line span", { hasText: "generic_stackv4v6" }).last().hover();
    await page.locator(".monaco-hover", { hasText: "A network stack that options" }).waitFor();
    await screenshot(page, "language-hover");
    await replaceAll(page, "stackv4v6 @->", "stackv4v6 @-> kv_ro @->");
    await page.locator(".squiggly-error").first().waitFor();
    await page.keyboard.press("F8");
    await page.getByText("gives Unikernel.Main 2 devices").first().waitFor();
    await screenshot(page, "language-mismatch");
    await page.keyboard.press("Escape");
    const fix = page.getByText("Add a parameter (Mirage_kv.RO)").first();
    await offerFix(page, fix);
    await screenshot(page, "language-fix");
    await fix.click();
    await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
    await page.locator(".view-line span", { hasText: "Unikernel.Main" }).last().click();
    await page.keyboard.press("F12");
    await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
    await page.locator(".view-line", { hasText: "(KV : Mirage_kv.RO)" }).waitFor();
    await screenshot(page, "language-fixed");
    assert.equal(await page.locator(".squiggly-error").count(), 0);
  });
});
