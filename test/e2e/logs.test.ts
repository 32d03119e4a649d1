import assert from "node:assert/strict";
import { join } from "node:path";
import {
  choose,
  clickButton,
  openFile,
  runCommand,
  screenshot,
  waitForStatus,
  waitForTerminal,
  waitForTreeItem,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";

const buildMs = 120_000;

describe("the logs of a unikernel in the window", function () {
  this.timeout(300_000);
  let session: Session;

  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-logs-failed");
  });

  it("stand in the panel, filtered at a keystroke, and after the line that logged them", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^crash/, buildMs);
    await runCommand(page, "MirageOS: Select Unikernel…");
    await choose(page, "crash", join("crash", "config.ml"));
    await waitForStatus(page, "crash · ");
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
    // The text of a decoration is the content of a pseudo element, which only its style tells.
    const texts = await page.evaluate<string[]>(
      '[...document.querySelectorAll(".view-line span")].map((each) => getComputedStyle(each, "::after").content)',
    );
    assert.ok(
      texts.some((text) => text.replaceAll("\u00a0", " ").includes("mode is exn")),
      JSON.stringify(texts.filter((text) => text !== "none")),
    );
  });
});
