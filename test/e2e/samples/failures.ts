import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import {
  choose,
  clickButton,
  closeEditors,
  offersCommand,
  runCommand,
  screenshot,
  waitForError,
  waitForSelected,
  waitForStatus,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "../driver.ts";
import { buildMs } from "../../harness/limits.ts";
import type { SamplesWindow } from "./samplesWindow.ts";

/** Selects the unikernel in this folder. */
async function select(page: Page, folder: string): Promise<void> {
  // Commands prefer the unikernel of the active editor.
  await closeEditors(page);
  await runCommand(page, "MirageOS: Select Unikernel…");
  const name = folder.split("/").at(-1) ?? folder;
  await choose(page, name, `${folder}/config.ml`);
  await waitForSelected(page, name, "unix");
}

/** Defines the tests of jobs that fail or hang. The unikernels network and ticker have not been configured. */
export function testFailures({ session, programs }: SamplesWindow): void {
  describe("A job that fails or hangs", () => {
    it("reports its first error, and Show Error opens that error", async () => {
      const { page } = session();
      await select(page, "broken/type-error");
      await runCommand(page, "MirageOS: Configure");
      const message = await waitForError(page, buildMs);
      assert.match(message, /type-error: The configure step failed: .*has type int/);
      assert.match(message, /Show Error.*Show Output/);
      await screenshot(page, "e2e-failure");
      await clickButton(page, "Show Error");
      await page.locator(".tabs-container .tab.active").filter({ hasText: "config.ml" }).waitFor();
      await waitForText(page, "42");
      await waitForStatus(page, /Ln 5, Col \d+ \(2 selected\)/);
    });

    it("shows its output in the terminal of the unikernel", async () => {
      const { page } = session();
      await runCommand(page, "MirageOS: Configure");
      await waitForError(page, buildMs);
      await clickButton(page, "Show Output");
      const lines = await waitForTerminal(page, /^✗ /, buildMs);
      assert.ok(lines.includes("▶ Configure: mirage configure -t unix"), lines.join("\n"));
    });

    it("prompts before it fetches dependencies, and builds nothing if the user cancels", async () => {
      const { page, folder } = session();
      await select(page, "network");
      await runCommand(page, "MirageOS: Build");
      await waitForText(page, "Fetch the dependencies of network first?", buildMs);
      // The progress notification behind the dialog also has a Cancel button.
      await page.locator(".monaco-dialog-box").getByRole("button", { name: "Cancel" }).click();
      await waitForTreeItem(page, "network, unix, configured", buildMs);
      assert.ok(!existsSync(join(folder, "network", "_build", "default", "main.exe")));
      assert.ok(!existsSync(join(folder, "network", "duniverse")));
    });

    it("shows its progress, and stops when the user cancels the notification", async () => {
      const { page } = session();
      await writeFile(join(programs().folder, "hang"), "");
      await select(page, "several/ticker");
      await runCommand(page, "MirageOS: Configure");
      await waitForStatus(page, "ticker: configuring");
      await waitForTreeItem(page, "ticker, unix, configuring");
      await waitForText(page, /^ticker: Configure/);
      assert.ok(await offersCommand(page, "MirageOS: Stop"), "the palette offers Stop while a job runs");
      await screenshot(page, "e2e-progress");
      await clickButton(page, "Cancel");
      await waitForTreeItem(page, "ticker, unix, not configured", buildMs);
      assert.ok(
        !(await offersCommand(page, "MirageOS: Stop", 2000)),
        "the palette does not offer Stop when nothing runs",
      );
      await rm(join(programs().folder, "hang"));
    });
  });
}
