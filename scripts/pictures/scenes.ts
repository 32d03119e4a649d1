/** Acts the scenes of the pictures in the documentation. */
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import {
  choose,
  clickButton,
  quickPickRow,
  replaceAll,
  runCommand,
  waitForCommand,
  waitForSelected,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "../../test/e2e/driver.ts";
import {
  around,
  buildMs,
  drag,
  expand,
  goToLine,
  openSource,
  panelOf,
  raisePanel,
  restMouse,
  selectTarget,
  selectUnikernel,
  showTree,
  shownLog,
  upper,
  waitUntilEnded,
  type Shoot,
} from "./window.ts";

/** Takes pictures of the tree, the pickers, a run and a type error. */
export async function buildPictures(page: Page, shoot: Shoot): Promise<void> {
  await showTree(page, 340);
  await selectUnikernel(page, "hello", join("hello", "config.ml"));
  await selectTarget(page, "unix");
  await waitForCommand(page, "MirageOS: Build");
  await runCommand(page, "MirageOS: Build");
  await clickButton(page, "Fetch Dependencies");
  await waitForTreeItem(page, "hello, unix, built", buildMs);
  await openSource(page, "hello", "unikernel.ml");

  await expand(page, /^hello, unix, built/);
  await waitForText(page, /^built \(/);
  await shoot(
    "tree",
    upper(await around(0, page.locator(".part.sidebar"), page.locator(".part.editor")), 320),
  );

  const item = page.locator(`.statusbar-item[id$=".mirageos.unikernel"]`);
  await item.hover();
  const hover = page.locator(".workbench-hover").filter({ hasText: "built (" });
  await hover.waitFor();
  await shoot("status-bar", await around(12, item, hover));
  await restMouse(page);

  await runCommand(page, "MirageOS: Run");
  await waitForTerminal(page, /^■/, 60_000);
  await waitForTreeItem(page, /^hello, unix, built/);
  await shoot("run", await around(0, page.locator(".part.panel")));
  await runCommand(page, "View: Toggle Panel Visibility");

  await openSource(page, "network", "config.ml");
  await runCommand(page, "MirageOS: Select Target…");
  const list = page.locator(".quick-input-widget");
  await list.locator(".monaco-list-row").nth(4).waitFor();
  await restMouse(page);
  await shoot("target-picker", await around(0, list));
  await choose(page, "hvt");
  await waitForSelected(page, "network", "hvt");

  await runCommand(page, "MirageOS: Configure with Options…");
  await waitForText(page, "--net", 60_000);
  await restMouse(page);
  await shoot("options", await around(0, list));
  await page.keyboard.press("Escape");

  await openSource(page, "build-error", "unikernel.ml");
  await runCommand(page, "MirageOS: Build");
  await clickButton(page, "Fetch Dependencies");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: buildMs });
  await runCommand(page, "View: Focus Problems");
  await shoot("diagnostic");
}

/** Takes a picture of a mismatch of config.ml and the functor. */
export async function mismatchPicture(page: Page, shoot: Shoot): Promise<void> {
  await showTree(page, 300);
  await openSource(page, "network", "config.ml");
  await page.keyboard.press("ControlOrMeta+B");
  await replaceAll(page, "stackv4v6 @->", "stackv4v6 @-> kv_ro @->");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor();
  await page.keyboard.press("F8");
  await waitForText(page, /passes 2 devices to Unikernel.Main/);
  await restMouse(page);
  await shoot("mismatch", upper(await around(0, page.locator(".part.editor")), 320));
}

/** Takes a picture of the report of Check Setup. */
export async function setupPicture(page: Page, shoot: Shoot): Promise<void> {
  await showTree(page, 300);
  await selectUnikernel(page, "hello", join("hello", "config.ml"));
  await page.keyboard.press("ControlOrMeta+B");
  await runCommand(page, "MirageOS: Check Setup");
  await panelOf(page)
    .getByText(/^Ready to build and run/)
    .waitFor({ timeout: 60_000 });
  await restMouse(page);
  await shoot("check-setup", await around(0, page.locator(".part.editor")));
}

/** Takes pictures of the functor graph and a comparison. */
export async function graphPictures(page: Page, shoot: Shoot): Promise<void> {
  await showTree(page, 300);
  await openSource(page, "network", "config.ml");
  await page.keyboard.press("ControlOrMeta+B");
  await runCommand(page, "MirageOS: Show Functor Graph");
  const graph = panelOf(page);
  const pick = async (control: string, value: string): Promise<void> => {
    await graph.getByRole("combobox", { name: control, exact: true }).last().selectOption(value);
  };
  await graph.locator("g.node").first().waitFor({ timeout: 60_000 });
  const groups = page.locator(".editor-group-container");
  const second = await groups.nth(1).boundingBox();
  if (!second) throw new Error("The graph is not next to config.ml.");
  await drag(page, { x: second.x, y: second.y + second.height / 2 }, { x: second.x - 40 });
  await pick("Target", "hvt");
  await graph
    .getByText(/ for hvt consists of/)
    .first()
    .waitFor();
  await graph.getByRole("button", { name: /^Fit/ }).first().click();
  await restMouse(page);
  await shoot("graph", await around(0, page.locator(".part.editor")));
  const tab = page.locator(".tabs-container .tab").filter({ hasText: "config.ml" });
  await tab.first().click({ button: "middle" });
  await pick("Compare with", "Other settings");
  await graph
    .getByText(/instead of unix with sockets/)
    .first()
    .waitFor();
  await graph.getByRole("button", { name: /^Fit/ }).first().click();
  await graph
    .getByText(/instead of unix with sockets/)
    .first()
    .hover();
  await shoot("graph-comparison", await around(0, page.locator(".part.editor")));
}

/** Takes pictures of the log panel with the sources, and of a missing tap interface. */
export async function logPictures(page: Page, shoot: Shoot): Promise<void> {
  const all = [page.locator(".part.editor"), page.locator(".part.panel")];
  await showTree(page, 300);
  await openSource(page, "cooler", "unikernel.ml");
  await page.keyboard.press("ControlOrMeta+B");
  await debug(page, "Cooler", shownLog(page, "degrees").first());
  await raisePanel(page, 420);
  await goToLine(page, 24);
  await shownLog(page, "fan off").first().waitFor();
  await restMouse(page);
  await shoot("logs", await around(0, ...all));
  await panelOf(page).locator(".filter input").fill("fan o");
  await panelOf(page).locator("mark").first().waitFor();
  await shoot("logs-filtered", await around(0, page.locator(".part.panel")));
  await panelOf(page).locator(".filter input").fill("");
  await runCommand(page, "Debug: Stop");
  await waitUntilEnded(page);

  await debug(page, "Cooler without fan", shownLog(page, "Overheated").first());
  await waitUntilEnded(page);
  await goToLine(page, 14);
  await restMouse(page);
  await shoot("logs-crash", await around(0, ...all));

  await openSource(page, "hello", "unikernel.ml");
  await debug(page, "Hello on hvt", shownLog(page, "Solo5 v"));
  await shownLog(page, "hello").nth(2).waitFor();
  await shoot("logs-hvt", await around(0, page.locator(".part.panel")));
  await waitUntilEnded(page);

  await openSource(page, "network", "config.ml");
  await debug(page, "Network on spt", quickPickRow(page, /New Tap Interface/));
  await page.keyboard.press("Enter");
  const dialog = page.locator(".monaco-dialog-box");
  await dialog.getByText("ip tuntap add").waitFor();
  await shoot("missing-tap", await around(24, dialog));
  await page.keyboard.press("Escape");
}

/** Takes a picture of a unikernel that is stopped at a breakpoint. */
export async function debuggerPicture(page: Page, shoot: Shoot): Promise<void> {
  await showTree(page, 330);
  await openSource(page, "router", "unikernel.ml");
  await goToLine(page, 12);
  await page.keyboard.press("F9");
  const stopped = page.locator(".debug-top-stack-frame-line").first();
  await debug(page, "Router", stopped);
  // The first request has no header and no body.
  await page.keyboard.press("F5");
  const variable = (name: string): Locator =>
    page.locator(".debug-variables .monaco-list-row").filter({ hasText: name }).first();
  await variable('path = "/items/7"').waitFor();
  await variable("request").locator(".monaco-tl-twistie").click();
  await variable("accept").waitFor();
  // The view Variables gets the space of these two.
  for (const name of ["Watch", "Breakpoints"])
    await page.locator(".pane-header").filter({ hasText: name }).first().click();
  const stack = await around(0, page.locator(".pane-header").filter({ hasText: "Call Stack" }));
  await drag(page, { x: stack.x + stack.width / 2, y: stack.y }, { y: 420 });
  await runCommand(page, "View: Toggle Panel Visibility");
  await restMouse(page);
  await shoot("debugger", await around(0, page.locator(".part.sidebar"), page.locator(".part.editor")));
  await runCommand(page, "Debug: Stop");
  await waitUntilEnded(page);
}

/** Takes a picture of what is in the image of a unikernel that was built with the real mirage. */
export async function imagePicture(page: Page, shoot: Shoot): Promise<void> {
  await waitForCommand(page, "MirageOS: Show Image");
  await page.keyboard.press("ControlOrMeta+B");
  await runCommand(page, "MirageOS: Show Image");
  await panelOf(page).getByRole("treegrid").waitFor({ timeout: 60_000 });
  await restMouse(page);
  await shoot("image", await around(0, page.locator(".part.editor")));
}

/** Takes pictures of the list of templates and of the preview of Add Device. */
export async function scaffoldPictures(page: Page, shoot: Shoot): Promise<void> {
  await showTree(page, 300);
  await openSource(page, "hello", "unikernel.ml");
  await page.keyboard.press("ControlOrMeta+B");
  await runCommand(page, "MirageOS: New Unikernel…");
  const list = page.locator(".quick-input-widget");
  await list.locator(".monaco-list-row").nth(4).waitFor();
  await restMouse(page);
  await shoot("new-unikernel", await around(0, list));
  await page.keyboard.press("Escape");
  await runCommand(page, "MirageOS: Add Device…");
  await choose(page, "Disk");
  await waitForText(page, /^Add Disk to hello/);
  await page.locator(".multiDiffEntry .view-line", { hasText: "Mirage_block.S" }).first().waitFor();
  await restMouse(page);
  await page.waitForTimeout(500);
  await shoot("add-device", await around(0, page.locator(".part.editor")));
}

/** Takes a picture of the walkthrough on a computer that has the tools. */
export async function getStartedPicture(page: Page, shoot: Shoot): Promise<void> {
  await waitForCommand(page, "MirageOS: Get Started");
  await runCommand(page, "MirageOS: Get Started");
  if (await page.locator(".part.sidebar").isVisible()) await page.keyboard.press("ControlOrMeta+B");
  await page.locator('[data-done-step-id$="#setup"][aria-checked="true"]').waitFor();
  await page.locator('.getting-started-step[data-step-id$="#create"]').click();
  await page.locator(".getting-started-media img").first().waitFor();
  await restMouse(page);
  // The footer is a notice of the workbench, which is not part of the picture.
  const [editor, footer] = [page.locator(".part.editor"), page.locator(".getting-started-footer")];
  const [all, notice] = [await around(0, editor), await around(0, footer)];
  await shoot("get-started", upper(all, notice.y - all.y));
}

/**
 * Starts a configuration of launch.json, fetches dependencies if prompted, and waits for the element
 * `expected`.
 */
async function debug(page: Page, title: string, expected: Locator): Promise<void> {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().fill(`debug ${title}`);
  const row = page.locator(".quick-input-widget .monaco-list-row.focused").filter({ hasText: title });
  await row.first().waitFor();
  await page.keyboard.press("Enter");
  const fetching = page.locator(".monaco-dialog-box").getByRole("button", { name: "Fetch Dependencies" });
  // The goal may be in a frame, so one locator cannot match both elements.
  const shown = { timeout: buildMs };
  await Promise.race([expected.waitFor(shown), fetching.waitFor(shown)]);
  if (await fetching.isVisible()) await fetching.click();
  await expected.waitFor(shown);
}
