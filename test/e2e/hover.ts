/** What is shown when the mouse rests on a word. */
import type { Page } from "playwright-core";
import { shortMs } from "../harness/limits.ts";

/** Hovers the first word of the open file until the hover has these words, and returns all that it says. */
export async function hovered(page: Page, words: string): Promise<string> {
  const hover = page.locator(".monaco-hover").filter({ hasText: words }).first();
  const until = performance.now() + shortMs;
  for (;;) {
    await page.mouse.move(700, 5);
    await page.locator(".view-line span span").first().hover();
    const seen = await hover.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (seen) return hover.innerText();
    if (performance.now() > until) throw new Error(`No hover says "${words}".`);
  }
}
