import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildMs } from "../../harness/limits.ts";
import { clickButton, notifications, screenshot, waitForSelected, waitForTreeItem } from "../driver.ts";
import { choose, openFile, runCommand } from "../quickInput.ts";
import type { SamplesWindow } from "./samplesWindow.ts";

/** Defines the tests of F5. No unikernel has been selected or built, and no editor is open. */
export function testStartDebugging({ session }: SamplesWindow): void {
  describe("F5 without a launch.json", () => {
    it("prompts for a debugger and a unikernel if no editor is open, then builds, boots and shows the logs", async () => {
      const { page } = session();
      await waitForTreeItem(page, /^hello,/, buildMs);
      assert.equal(await page.locator(".editor-instance").count(), 0, "no editor is open");
      await page.keyboard.press("F5");
      await choose(page, /MirageOS/);
      await choose(page, "hello", join("hello", "config.ml"));
      await clickButton(page, "Fetch Dependencies", buildMs);
      await logRow(page, "hello").first().waitFor({ timeout: buildMs });
      await screenshot(page, "start-debugging");
      await waitForSelected(page, "hello", "unix");
      await waitUntilEnded(page);
    });

    for (const key of ["F5", "Control+F5"]) {
      it(`boots the unikernel of the active editor without a prompt on ${key}`, async () => {
        const { page } = session();
        await openFile(page, "hello/unikernel.ml");
        const before = await sessionOptions(page).count();
        await page.keyboard.press(key);
        await sessionOptions(page).nth(before).waitFor({ state: "attached" });
        await logRow(page, "hello").first().waitFor();
        await waitUntilEnded(page);
      });
    }

    it("boots the dynamic configuration that the user selected before", async () => {
      const { page } = session();
      await runCommand(page, "Debug: Select and Start Debugging");
      await choose(page, /MirageOS/);
      await page.locator(".quick-input-widget input").first().fill("Run hello (hello) on unix");
      const before = await sessionOptions(page).count();
      await choose(page, "Run hello (hello) on unix");
      await sessionOptions(page).nth(before).waitFor({ state: "attached" });
      await waitUntilEnded(page);
      await page.keyboard.press("F5");
      await sessionOptions(page)
        .nth(before + 1)
        .waitFor({ state: "attached" });
      await waitUntilEnded(page);
      assert.deepEqual(await notifications(page), []);
    });
  });
}

/** Waits until the run that the log panel shows has ended. VS Code shows its toolbar some time after a run begins. */
async function waitUntilEnded(page: Page): Promise<void> {
  await logPanel(page).locator(".sessionStatus.running").waitFor({ state: "detached" });
  await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
}

const logPanel = (page: Page) => page.frameLocator("iframe.webview").frameLocator("#active-frame");

const logRow = (page: Page, text: string) => logPanel(page).locator(".row").filter({ hasText: text });

/** Returns the options in the session list of the log panel. */
const sessionOptions = (page: Page) =>
  logPanel(page).getByRole("combobox").first().locator("vscode-option, option");
