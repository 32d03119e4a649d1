import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { shortMs } from "../../harness/limits.ts";
import { closeEditors, openFile, replaceAll, runCommand, screenshot } from "../driver.ts";
import type { SamplesWindow } from "./samplesWindow.ts";

/**
 * Opens the quick fix menu until it shows this fix. VS Code closes the menu when a provider is registered.
 */
async function openFixMenu(page: Page, fix: Locator): Promise<void> {
  for (const until = performance.now() + shortMs; ;) {
    await page.keyboard.press("Control+.");
    const seen = await fix.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
    if (seen) return;
    if (performance.now() > until) throw new Error("The quick fix menu does not show the fix.");
    await page.keyboard.press("Escape");
  }
}

/** Defines the test of the language features. It leaves unsaved files. */
export function testLanguage({ session }: SamplesWindow): void {
  describe("An editor of OCaml", () => {
    it("shows code lenses and hovers in config.ml, and reports a mismatch with a fix", async () => {
      const { page } = session();
      await closeEditors(page);
      await runCommand(page, "View: Toggle Panel Visibility");
      await openFile(page, "network/config.ml");
      await page.locator(".codelens-decoration", { hasText: "Configure for" }).waitFor();
      await page.locator(".view-line span", { hasText: "generic_stackv4v6" }).last().hover();
      await page
        .locator(".monaco-hover", { hasText: "A network stack that is selected with options" })
        .waitFor();
      await screenshot(page, "language-hover");
      await replaceAll(page, "stackv4v6 @->", "stackv4v6 @-> kv_ro @->");
      await page.locator(".squiggly-error").first().waitFor();
      await page.keyboard.press("F8");
      await page.getByText("passes 2 devices to Unikernel.Main").first().waitFor();
      await screenshot(page, "language-mismatch");
      await page.keyboard.press("Escape");
      const fix = page.getByText("Add a parameter (Mirage_kv.RO)").first();
      await openFixMenu(page, fix);
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
}
