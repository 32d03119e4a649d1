import assert from "node:assert/strict";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { buildMs, shortMs } from "../harness/limits.ts";
import {
  choose,
  clickButton,
  offersCommand,
  openFile,
  replaceAll,
  runCommand,
  screenshot,
  waitForCommand,
  waitForSelected,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";

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

describe("A window with the sample projects", () => {
  let session: Session;

  before(async () => {
    // A saved config.ml is compiled, which would report further errors of an edit that is not finished.
    session = await openSession({ settings: { "files.autoSave": "off" } });
  });
  after(() => session.close());

  it("offers its commands in the palette", async () => {
    const { page } = session;
    await waitForText(page, "hello-key");
    await waitForCommand(page, "MirageOS: Check Setup");
    assert.ok(
      !(await offersCommand(page, "MirageOS: Stop", 2000)),
      "the palette does not offer Stop when nothing runs",
    );
    await screenshot(page, "e2e-window");
  });

  it("shows the logs of a run in the panel, where they can be filtered, and after the source lines that logged them", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^crash/, buildMs);
    await runCommand(page, "MirageOS: Select Unikernel…");
    await choose(page, "crash", join("crash", "config.ml"));
    await waitForSelected(page, "crash");
    await openFile(page, "crash/unikernel.ml");
    await runCommand(page, "MirageOS: Build and Run");
    await clickButton(page, "Fetch Dependencies", buildMs);
    await waitForTerminal(page, /^■/, buildMs);
    await runCommand(page, "MirageOS: Show Unikernel Logs");
    const panel = page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await panel.getByText("mode is exn").waitFor();
    await panel.locator(".row.error").filter({ hasText: "Custom" }).first().waitFor();
    await screenshot(page, "logs");
    await panel.locator(".row.error").filter({ hasText: "Custom" }).first().click();
    await page.keyboard.press("Enter");
    await panel.locator(".link").first().waitFor();
    await screenshot(page, "logs-expanded");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("mode");
    await panel.locator("mark").first().waitFor();
    await screenshot(page, "logs-filtered");
    await panel.getByText("mode is exn").click();
    await page.keyboard.press("F12");
    await page.locator(".view-line", { hasText: "mode is %s" }).waitFor();
    await page.keyboard.press("Escape");
    await screenshot(page, "logs-inline");
    // The text of a decoration is the content of a pseudo-element, which only its computed style contains.
    const texts = await page.evaluate<string[]>(
      '[...document.querySelectorAll(".view-line span")].map((each) => getComputedStyle(each, "::after").content)',
    );
    assert.ok(
      texts.some((text) => text.replaceAll("\u00a0", " ").includes("mode is exn")),
      JSON.stringify(texts.filter((text) => text !== "none")),
    );
  });

  it("shows code lenses and hovers in config.ml, and reports a mismatch with a fix", async () => {
    const { page } = session;
    await runCommand(page, "View: Close All Editors");
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
