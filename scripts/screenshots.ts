/**
 * `npm run screenshots`: takes the pictures of the README anew, as media/NAME.png, from the packaged
 * extension with the stand-in tools; look at each before you commit it. Words after the command take
 * only the pictures named. Paths can be seen in some of them: `--in=FOLDER` puts the workspace and the
 * tools in a new folder with a name fit for that, and removes it afterwards.
 */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import {
  choose,
  clickButton,
  quickPickRow,
  runCommand,
  waitForStatus,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "../test/e2e/driver.ts";
import { openSession } from "../test/e2e/session.ts";
import { copySamples } from "../test/harness/samples.ts";
import { temporaryFolder } from "../test/harness/workbench.ts";
import { packageExtension } from "./package.ts";
import { root } from "./programs.ts";
import { installWorkbench } from "./vscode.ts";

const media = join(root, "media");
const buildMs = 120_000;
const words = process.argv.slice(2);
const only = words.filter((word) => !word.startsWith("--"));
const given = words.find((word) => word.startsWith("--in="))?.slice("--in=".length);

await installWorkbench();
await packageExtension();
await mkdir(media, { recursive: true });
const place = given ?? (await temporaryFolder("mirageos-pictures-")).path;
// Fails where something of the user's is there already.
if (given !== undefined) await mkdir(given);
const folder = join(place, "unikernels");
const standIns = join(place, "stand-ins");
const launchOf = (title: string, unikernel: string, target: string, ...args: readonly string[]) => {
  return { type: "mirage", request: "launch", name: title, unikernel, target, args };
};
const launchJson = {
  version: "0.2.0",
  configurations: [
    launchOf("Hello on unix", "hello", "unix"),
    launchOf("Hello on hvt", "hello", "hvt"),
    launchOf("Network on spt", "network", "spt"),
    launchOf("Crash", "crash", "unix"),
    launchOf("All levels", "crash", "unix", "--mode", "levels", "-l", "*:debug"),
  ],
};
try {
  await copySamples(folder);
  for (const part of ["toolchain", "recordings"]) {
    await cp(join(root, "test-workspace", part), join(standIns, part), { recursive: true });
  }
  // The samples of mistakes would be half of the tree.
  for (const name of ["no-register", "syntax-error", "too-new", "two-registers", "type-error"]) {
    await rm(join(folder, "broken", name), { recursive: true, force: true });
  }
  for (const name of ["several", "café ünïcode", "crash"]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
  const graphs = ["graph", "graph-comparison"];
  const ofLogs = ["logs-unix", "logs-hvt", "logs-crash", "logs-filtered", "missing-tap"];
  const wanted = (passes: (name: string) => boolean) => only.length === 0 || only.some(passes);
  if (wanted((name) => !graphs.includes(name) && !ofLogs.includes(name))) {
    await inTheme("Default Light Modern", lightPictures);
    await inTheme("Default Dark Modern", darkPictures);
  }
  if (wanted((name) => graphs.includes(name))) await inTheme("Default Light Modern", graphPictures);
  if (wanted((name) => ofLogs.includes(name))) {
    await cp(join(root, "test-workspace", "crash"), join(folder, "crash"), { recursive: true });
    await mkdir(join(folder, ".vscode"), { recursive: true });
    await writeFile(join(folder, ".vscode", "launch.json"), JSON.stringify(launchJson));
    await inTheme("Default Dark Modern", logPictures);
  }
} finally {
  await rm(place, { recursive: true, force: true });
}

/** Opens a window on the folder and takes pictures of it; when that fails, of what is to be seen then. */
async function inTheme(theme: string, take: (page: Page) => Promise<void>): Promise<void> {
  const path = [join(standIns, "toolchain", "bin"), process.env["PATH"] ?? ""].join(delimiter);
  const session = await openSession({
    folder,
    env: { ...process.env, PATH: path },
    settings: {
      "workbench.colorTheme": theme,
      "workbench.layoutControl.enabled": false,
      "window.commandCenter": false,
      "editor.minimap.enabled": false,
      "editor.fontSize": 14,
      "terminal.integrated.fontSize": 13,
      "terminal.integrated.tabs.enabled": false,
      "breadcrumbs.enabled": false,
    },
  });
  try {
    await session.page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(session.page, /^hello,/, 60_000);
    await widenSideBar(session.page, 360);
    await take(session.page);
  } catch (error) {
    await session.page.screenshot({ path: join(root, "out", "picture-failed.png") });
    throw error;
  } finally {
    await session.close();
  }
}

async function lightPictures(page: Page): Promise<void> {
  await selectUnikernel(page, "hello", join("hello", "config.ml"));
  await selectTarget(page, "unix");
  await runCommand(page, "MirageOS: Build");
  await clickButton(page, "Fetch Dependencies");
  await waitForTreeItem(page, "hello, unix, built", buildMs);
  await openSource(page, "hello", "unikernel.ml");

  await expand(page, /^hello, unix, built/);
  await waitForText(page, /^built \(/);
  await shoot(page, "tree");

  await page.locator(".statusbar-item").filter({ hasText: "hello · unix" }).hover();
  await page.locator(".workbench-hover").filter({ hasText: "built (" }).waitFor();
  await shoot(page, "status-bar");
  await restMouse(page);

  await runCommand(page, "MirageOS: Run");
  await waitForTerminal(page, /^■/, 60_000);
  await waitForTreeItem(page, /^hello, unix, built/);
  await shoot(page, "run");
  await runCommand(page, "View: Toggle Panel Visibility");

  await openSource(page, "network", "config.ml");
  await runCommand(page, "MirageOS: Select Target…");
  await page.locator(".quick-input-widget .monaco-list-row").nth(4).waitFor();
  await restMouse(page);
  await shoot(page, "target-picker");
  await choose(page, "hvt");
  await waitForStatus(page, "network · hvt");

  await runCommand(page, "MirageOS: Configure with Options…");
  await waitForText(page, "--net", 60_000);
  await restMouse(page);
  await shoot(page, "options");
  await page.keyboard.press("Escape");

  await page.keyboard.press("ControlOrMeta+h");
  await page.keyboard.type("stackv4v6 @->");
  await page.keyboard.press("Tab");
  await page.keyboard.type("stackv4v6 @-> kv_ro @->");
  await page.keyboard.press("ControlOrMeta+Alt+Enter");
  await page.keyboard.press("Escape");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor();
  await page.keyboard.press("F8");
  await waitForText(page, /gives Unikernel.Main 2 devices/);
  await shoot(page, "mismatch");
  await page.keyboard.press("Escape");
  await runCommand(page, "File: Revert File");

  await openSource(page, "build-error", "unikernel.ml");
  await runCommand(page, "MirageOS: Build");
  await clickButton(page, "Fetch Dependencies");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: buildMs });
  await runCommand(page, "View: Focus Problems");
  await shoot(page, "diagnostic");
}

async function darkPictures(page: Page): Promise<void> {
  await selectUnikernel(page, "hello", join("hello", "config.ml"));
  await runCommand(page, "MirageOS: Check Setup");
  const report = page.frameLocator("iframe.webview").frameLocator("#active-frame");
  await report.getByText(/^Builds and runs here/).waitFor({ timeout: 60_000 });
  await restMouse(page);
  await shoot(page, "check-setup");
}

async function graphPictures(page: Page): Promise<void> {
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
  await shoot(page, "graph");
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
  await shoot(page, "graph-comparison");
}

async function logPictures(page: Page): Promise<void> {
  await openSource(page, "hello", "unikernel.ml");
  await debug(page, "Hello on unix", shownLog(page, "hello").nth(2));
  await shoot(page, "logs-unix");
  await whenOver(page);
  await debug(page, "Hello on hvt", shownLog(page, "Solo5 v"));
  await shownLog(page, "hello").nth(2).waitFor();
  await shoot(page, "logs-hvt");
  await whenOver(page);

  await openSource(page, "crash", "unikernel.ml");
  await debug(page, "Crash", shownLog(page, "Custom").first());
  await whenOver(page);
  await shoot(page, "logs-crash");
  await debug(page, "All levels", shownLog(page, "of the default source").first());
  await whenOver(page);
  await panelOf(page).locator(".filter input").fill("line");
  await panelOf(page)
    .getByRole("button", { name: /^Show level debug/ })
    .click();
  await panelOf(page).locator("mark").first().waitFor();
  await shoot(page, "logs-filtered");

  await openSource(page, "network", "config.ml");
  await debug(page, "Network on spt", quickPickRow(page, /New Tap Interface/));
  await page.keyboard.press("Enter");
  await page.locator(".monaco-dialog-box").getByText("ip tuntap add").waitFor();
  await shoot(page, "missing-tap");
  await page.keyboard.press("Escape");
}

function panelOf(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview").frameLocator("#active-frame");
}

function shownLog(page: Page, text: string): Locator {
  return panelOf(page).locator(".row").filter({ hasText: text });
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

async function whenOver(page: Page): Promise<void> {
  await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
}

async function selectUnikernel(page: Page, name: string, file: string): Promise<void> {
  await runCommand(page, "MirageOS: Select Unikernel…");
  await choose(page, name, file);
  await waitForStatus(page, `${name} · `);
}

async function selectTarget(page: Page, target: string): Promise<void> {
  await runCommand(page, "MirageOS: Select Target…");
  await choose(page, target);
  await waitForStatus(page, ` · ${target}`);
}

/** Opens a source file of a unikernel and waits for its text. */
async function openSource(page: Page, folderName: string, file: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+P");
  await page.locator(".quick-input-widget input").first().fill(`${folderName}/${file}`);
  const row = page.locator(".quick-input-widget .monaco-list-row").filter({ hasText: folderName });
  await row.filter({ hasText: file }).first().click();
  await page.locator(`.editor-instance[aria-label*="${file}"] .view-line`).first().waitFor();
}

async function expand(page: Page, name: RegExp): Promise<void> {
  const item = page.getByRole("treeitem", { name }).first();
  await item.locator(".monaco-tl-twistie").click();
}

/** Drags the border of the side bar to this many pixels from the left. */
async function widenSideBar(page: Page, width: number): Promise<void> {
  const edge = await page.locator(".part.sidebar").boundingBox();
  if (!edge) throw new Error("There is no side bar.");
  const y = edge.y + edge.height / 2;
  await page.mouse.move(edge.x + edge.width, y);
  await page.mouse.down();
  await page.mouse.move(edge.x + width, y, { steps: 5 });
  await page.mouse.up();
}

/** Where it shows no hover. */
async function restMouse(page: Page): Promise<void> {
  await page.mouse.move(900, 600);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (only.length > 0 && !only.includes(name)) return;
  const progress = page.locator(".notifications-toasts .notification-toast").filter({ visible: true });
  if (name !== "diagnostic") await progress.first().waitFor({ state: "hidden" });
  // What is still being animated or is about to be drawn.
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(media, `${name}.png`), animations: "disabled" });
  console.log(`media/${name}.png`);
}
