import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import {
  choose,
  clickButton,
  quickPickRow,
  replaceAll,
  runCommand,
  waitForStatus,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "../../test/e2e/driver.ts";
import {
  buildMs,
  expand,
  openSource,
  panelOf,
  restMouse,
  selectTarget,
  selectUnikernel,
  shownLog,
  whenOver,
  type Shoot,
} from "./window.ts";

/** The tree, a run, the pickers and a type error, in a light theme. */
export async function lightPictures(page: Page, shoot: Shoot): Promise<void> {
  await selectUnikernel(page, "hello", join("hello", "config.ml"));
  await selectTarget(page, "unix");
  await runCommand(page, "MirageOS: Build");
  await clickButton(page, "Fetch Dependencies");
  await waitForTreeItem(page, "hello, unix, built", buildMs);
  await openSource(page, "hello", "unikernel.ml");

  await expand(page, /^hello, unix, built/);
  await waitForText(page, /^built \(/);
  await shoot("tree");

  await page.locator(".statusbar-item").filter({ hasText: "hello · unix" }).hover();
  await page.locator(".workbench-hover").filter({ hasText: "built (" }).waitFor();
  await shoot("status-bar");
  await restMouse(page);

  await runCommand(page, "MirageOS: Run");
  await waitForTerminal(page, /^■/, 60_000);
  await waitForTreeItem(page, /^hello, unix, built/);
  await shoot("run");
  await runCommand(page, "View: Toggle Panel Visibility");

  await openSource(page, "network", "config.ml");
  await runCommand(page, "MirageOS: Select Target…");
  await page.locator(".quick-input-widget .monaco-list-row").nth(4).waitFor();
  await restMouse(page);
  await shoot("target-picker");
  await choose(page, "hvt");
  await waitForStatus(page, "network · hvt");

  await runCommand(page, "MirageOS: Configure with Options…");
  await waitForText(page, "--net", 60_000);
  await restMouse(page);
  await shoot("options");
  await page.keyboard.press("Escape");

  await replaceAll(page, "stackv4v6 @->", "stackv4v6 @-> kv_ro @->");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor();
  await page.keyboard.press("F8");
  await waitForText(page, /gives Unikernel.Main 2 devices/);
  await shoot("mismatch");
  await page.keyboard.press("Escape");
  await runCommand(page, "File: Revert File");

  await openSource(page, "build-error", "unikernel.ml");
  await runCommand(page, "MirageOS: Build");
  await clickButton(page, "Fetch Dependencies");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: buildMs });
  await runCommand(page, "View: Focus Problems");
  await shoot("diagnostic");
}

/** The report of Check Setup, in a dark theme. */
export async function darkPictures(page: Page, shoot: Shoot): Promise<void> {
  await selectUnikernel(page, "hello", join("hello", "config.ml"));
  await runCommand(page, "MirageOS: Check Setup");
  const report = page.frameLocator("iframe.webview").frameLocator("#active-frame");
  await report.getByText(/^Builds and runs here/).waitFor({ timeout: 60_000 });
  await restMouse(page);
  await shoot("check-setup");
}

/** The functor graph and a comparison. */
export async function graphPictures(page: Page, shoot: Shoot): Promise<void> {
  await openSource(page, "network", "config.ml");
  await runCommand(page, "MirageOS: Show Functor Graph");
  await page.keyboard.press("ControlOrMeta+B");
  const graph = page.frameLocator("iframe.webview").frameLocator("#active-frame");
  const pick = async (control: string, value: string): Promise<void> => {
    await graph.getByRole("combobox", { name: control, exact: true }).last().click();
    await graph.getByRole("option", { name: value, exact: true }).last().click();
  };
  await graph.locator("g.node").first().waitFor({ timeout: 60_000 });
  await pick("Target", "hvt");
  await graph
    .getByText(/ for hvt is made of/)
    .first()
    .waitFor();
  await shoot("graph");
  const tab = page.locator(".tabs-container .tab").filter({ hasText: "config.ml" });
  await tab.first().click({ button: "middle" });
  await pick("Compare with", "Compared with");
  const options = graph.getByRole("button", { name: /^Options of config.ml to compare with/ }).first();
  await options.click();
  await pick("--net", "host");
  await graph
    .getByText(/instead of unix with sockets/)
    .first()
    .waitFor();
  await options.click();
  await graph.getByRole("button", { name: "Hide runtime services" }).first().click();
  await graph.getByRole("button", { name: /^Fit/ }).first().click();
  await graph
    .getByText(/instead of unix with sockets/)
    .first()
    .hover();
  await shoot("graph-comparison");
}

/** The log panel beside the sources, and what a boot lacks. */
export async function logPictures(page: Page, shoot: Shoot): Promise<void> {
  await openSource(page, "hello", "unikernel.ml");
  await debug(page, "Hello on unix", shownLog(page, "hello").nth(2));
  await shoot("logs-unix");
  await whenOver(page);
  await debug(page, "Hello on hvt", shownLog(page, "Solo5 v"));
  await shownLog(page, "hello").nth(2).waitFor();
  await shoot("logs-hvt");
  await whenOver(page);

  await openSource(page, "crash", "unikernel.ml");
  await debug(page, "Crash", shownLog(page, "Custom").first());
  await whenOver(page);
  await shoot("logs-crash");
  await debug(page, "All levels", shownLog(page, "of the default source").first());
  await whenOver(page);
  await panelOf(page).locator(".filter input").fill("line");
  await panelOf(page)
    .getByRole("button", { name: /^Show level debug/ })
    .click();
  await panelOf(page).locator("mark").first().waitFor();
  await shoot("logs-filtered");

  await openSource(page, "network", "config.ml");
  await debug(page, "Network on spt", quickPickRow(page, /New Tap Interface/));
  await page.keyboard.press("Enter");
  await page.locator(".monaco-dialog-box").getByText("ip tuntap add").waitFor();
  await shoot("missing-tap");
  await page.keyboard.press("Escape");
}

/** Starts a configuration of launch.json, fetches dependencies when asked, and waits for what it leads to. */
async function debug(page: Page, title: string, goal: Locator): Promise<void> {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().fill(`debug ${title}`);
  const row = page.locator(".quick-input-widget .monaco-list-row.focused").filter({ hasText: title });
  await row.first().waitFor();
  await page.keyboard.press("Enter");
  const fetching = page.locator(".monaco-dialog-box").getByRole("button", { name: "Fetch Dependencies" });
  // The goal may be in a frame, so one locator can't be for both.
  const shown = { timeout: buildMs };
  await Promise.race([goal.waitFor(shown), fetching.waitFor(shown)]);
  if (await fetching.isVisible()) await fetching.click();
  await goal.waitFor(shown);
}
