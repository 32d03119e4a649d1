/** Reads the hover of a word. */
import type { Page } from "playwright-core";
import { shortMs } from "../harness/limits.ts";

/**
 * Hovers over the first word of the open file until the hover contains this text, and returns the whole text
 * of the hover.
 */
export async function readHover(page: Page, text: string): Promise<string> {
  const hover = page.locator(".monaco-hover").filter({ hasText: text }).first();
  const until = performance.now() + shortMs;
  for (;;) {
    await page.mouse.move(700, 5);
    await page.locator(".view-line span span").first().hover();
    const seen = await hover.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (seen) return hover.innerText();
    if (performance.now() > until) throw new Error(`No hover contains "${text}".`);
  }
}
