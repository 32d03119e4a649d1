import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import {
  choose,
  clickButton,
  offersCommand,
  runCommand,
  screenshot,
  waitForCommand,
  waitForError,
  waitForSelected,
  waitForStatus,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

/** Selects the unikernel in this folder. */
async function select(page: Page, folder: string): Promise<void> {
  // Commands prefer the unikernel of the active editor.
  await runCommand(page, "View: Close All Editors");
  await page.locator(".tabs-container .tab").first().waitFor({ state: "detached" });
  await runCommand(page, "MirageOS: Select Unikernel…");
  const name = folder.split("/").at(-1) ?? folder;
  await choose(page, name, `${folder}/config.ml`);
  await waitForSelected(page, name, "unix");
}

describe("A job that fails or hangs", () => {
  let programs: Programs;
  let session: Session;
  before(async () => {
    programs = await programsFirst({
      mirage: '[ "$1" = configure ] && [ -e "$FOLDER/hang" ] && export MIRAGEOS_STANDIN_BEHAVIOUR=hang',
    });
    session = await openSession({ env: programs.env });
    await session.page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(session.page, /^hello-key, unix/);
    await waitForCommand(session.page, "MirageOS: Configure");
  });
  after(async () => {
    await session.close();
    await programs.remove();
  });

  it("reports its first error, and Show Error opens that error", async () => {
    const { page } = session;
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
    const { page } = session;
    await runCommand(page, "MirageOS: Configure");
    await waitForError(page, buildMs);
    await clickButton(page, "Show Output");
    const lines = await waitForTerminal(page, /^✗ /, buildMs);
    assert.ok(lines.includes("▶ Configure: mirage configure -t unix"), lines.join("\n"));
  });

  it("prompts before it fetches dependencies, and builds nothing if the user cancels", async () => {
    const { page, folder } = session;
    await select(page, "hello");
    await runCommand(page, "MirageOS: Build");
    await waitForText(page, "Fetch the dependencies of hello first?", buildMs);
    // The progress notification behind the dialog also has a Cancel button.
    await page.locator(".monaco-dialog-box").getByRole("button", { name: "Cancel" }).click();
    await waitForTreeItem(page, "hello, unix, configured", buildMs);
    assert.ok(!existsSync(join(folder, "hello", "_build", "default", "main.exe")));
    assert.ok(!existsSync(join(folder, "hello", "duniverse")));
  });

  it("shows its progress, and stops when the user cancels the notification", async () => {
    const { page } = session;
    await writeFile(join(programs.folder, "hang"), "");
    await select(page, "crash");
    await runCommand(page, "MirageOS: Configure");
    await waitForStatus(page, "crash: configuring");
    await waitForTreeItem(page, "crash, unix, configuring");
    await waitForText(page, /^crash: Configure/);
    assert.ok(await offersCommand(page, "MirageOS: Stop"), "the palette offers Stop while a job runs");
    await screenshot(page, "e2e-progress");
    await clickButton(page, "Cancel");
    await waitForTreeItem(page, "crash, unix, not configured", buildMs);
    assert.ok(
      !(await offersCommand(page, "MirageOS: Stop", 2000)),
      "the palette does not offer Stop when nothing runs",
    );
    await rm(join(programs.folder, "hang"));
  });
});
