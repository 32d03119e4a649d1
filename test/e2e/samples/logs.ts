import assert from "node:assert/strict";
import { join } from "node:path";
import { buildMs } from "../../harness/limits.ts";
import {
  choose,
  clickButton,
  offersCommand,
  openFile,
  runCommand,
  screenshot,
  waitForCommand,
  waitForSelected,
  waitForText,
} from "../driver.ts";
import type { SamplesWindow } from "./samplesWindow.ts";

/** Defines the tests of the palette and of the logs of a run. */
export function testLogs({ session }: SamplesWindow): void {
  describe("The extension", () => {
    it("offers its commands in the palette", async () => {
      const { page } = session();
      await waitForText(page, "hello-key");
      await waitForCommand(page, "MirageOS: Check Setup");
      assert.ok(
        !(await offersCommand(page, "MirageOS: Stop", 2000)),
        "the palette does not offer Stop when nothing runs",
      );
      await screenshot(page, "e2e-window");
    });

    it("shows the logs of a run in the panel, where they can be filtered, and after the source lines that logged them", async () => {
      const { page } = session();
      await runCommand(page, "MirageOS: Select Unikernel…");
      await choose(page, "crash", join("crash", "config.ml"));
      await waitForSelected(page, "crash");
      await openFile(page, "crash/unikernel.ml");
      await runCommand(page, "MirageOS: Build and Run");
      await clickButton(page, "Fetch Dependencies", buildMs);
      const panel = page.frameLocator("iframe.webview").frameLocator("#active-frame");
      await panel.getByText("mode is exn").waitFor({ timeout: buildMs });
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
  });
}
