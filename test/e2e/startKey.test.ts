import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { temporarySamples } from "../harness/samples.ts";
import {
  choose,
  clickButton,
  notifications,
  openFile,
  openPalette,
  quickPickRow,
  runCommand,
  screenshot,
  statusBar,
  waitForTreeItem,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";

const buildMs = 120_000;

describe("F5 without a launch.json and without an editor", function () {
  this.timeout(300_000);
  let session: Session;

  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-start-key-failed");
  });

  it("asks for the unikernel, builds it, boots it and shows its logs", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello,/, buildMs);
    assert.equal(await page.locator(".editor-instance").count(), 0, "no editor is open");
    await page.keyboard.press("F5");
    await choose(page, "hello", join("hello", "config.ml"));
    await clickButton(page, "Fetch Dependencies", buildMs);
    await shownLog(page, "hello").first().waitFor({ timeout: buildMs });
    await screenshot(page, "start-key");
    assert.ok((await statusBar(page)).some((text) => text.includes("hello · unix")));
    await ended(page);
  });

  it("boots the selected unikernel again, without a question", async () => {
    const { page } = session;
    const before = await runs(page).count();
    await page.keyboard.press("Control+F5");
    await runs(page).nth(before).waitFor({ state: "attached" });
    await shownLog(page, "hello").first().waitFor();
    await ended(page);
  });

  it("boots it once when the key is pressed twice", async () => {
    const { page } = session;
    const before = await runs(page).count();
    await page.keyboard.press("F5");
    await page.keyboard.press("F5");
    await runs(page).nth(before).waitFor({ state: "attached" });
    await shownLog(page, "hello").first().waitFor();
    await ended(page);
    assert.equal(await runs(page).count(), before + 1);
  });
});

describe("F5 with a launch.json", function () {
  this.timeout(300_000);
  let session: Session;
  let samples: { readonly path: string; readonly remove: () => Promise<void> };

  const says = (name: string, words = `${name} says`, then = "true") => ({
    type: "mirage",
    request: "launch",
    name,
    program: "/bin/sh",
    args: ["-c", `echo ${words} $$; ${then}`],
  });
  const writeLaunch = (...configurations: readonly object[]) =>
    writeFile(
      join(samples.path, ".vscode", "launch.json"),
      JSON.stringify({ version: "0.2.0", configurations }),
    );

  before(async () => {
    samples = await temporarySamples();
    await mkdir(join(samples.path, ".vscode"), { recursive: true });
    await writeLaunch(says("first"), says("second"));
    session = await openSession({ folder: samples.path, settings: { "files.autoSave": "off" } });
  });
  after(async () => {
    await session.close();
    await samples.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-start-selected-failed");
  });

  it("starts the configuration that was selected", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello,/, buildMs);
    await select(page, "second");
    const selected = await said(page, "second says");
    await page.keyboard.press("F5");
    await said(page, "second says", selected);
  });

  it("saves launch.json first, and starts what it says then", async () => {
    const { page } = session;
    await replaceInLaunch(page, "second says", "edited says");
    await page.locator(".tab.dirty").waitFor();
    await page.keyboard.press("F5");
    await said(page, "edited says");
    await page.locator(".tab.dirty").waitFor({ state: "detached" });
  });

  it("saves it where it would soon be saved by itself", async () => {
    const { page } = session;
    // Until then the tab of an editor does not say that there is something to be saved.
    await session.changeSettings({ "files.autoSave": "afterDelay", "files.autoSaveDelay": 1000 });
    await replaceInLaunch(page, "edited says", "saved says");
    await page.keyboard.press("F5");
    await said(page, "saved says");
    await session.changeSettings({ "files.autoSave": "off" });
  });

  it("starts what another program has written there the moment before", async () => {
    const { page } = session;
    await writeLaunch(says("first"), says("second", "before says"));
    await page.keyboard.press("F5");
    await said(page, "before says");
    await writeLaunch(says("first"), says("second", "written says"));
    await page.keyboard.press("F5");
    await said(page, "written says");
  });

  it("restarts with what is written in it unsaved", async () => {
    const { page } = session;
    const row = (text: string) => panelOf(page).locator(".row").filter({ hasText: text });
    const stop = async () => {
      await page.keyboard.press("Shift+F5");
      await ended(page);
    };
    await writeLaunch(says("first"), says("second", "long says", "sleep 600"));
    await page.keyboard.press("F5");
    await row("long says").waitFor();
    const first = await row("long says").innerText();
    await stop();
    // The file is known now, so that VS Code saves nothing at this start.
    await page.keyboard.press("F5");
    await row("long says").filter({ hasNotText: first }).waitFor();
    await replaceInLaunch(page, "long says", "again says");
    await page.keyboard.press("Control+Shift+F5");
    await row("again says").waitFor();
    await page.locator(".tab.dirty").waitFor({ state: "detached" });
    await stop();
  });

  it("starts one that stands in no file, once such a one was selected", async () => {
    const { page } = session;
    await runCommand(page, "Debug: Select and Start Debugging");
    await choose(page, /MirageOS/);
    await page.locator(".quick-input-widget input").first().fill("Run hello (hello) on unix");
    await choose(page, "Run hello (hello) on unix");
    await clickButton(page, "Fetch Dependencies", buildMs);
    await shownLog(page, "hello").first().waitFor({ timeout: buildMs });
    await ended(page);
    const before = await sessions(page);
    await page.keyboard.press("F5");
    await page.locator(".debug-toolbar").filter({ visible: true }).waitFor();
    await shownLog(page, "hello").first().waitFor();
    assert.notEqual(await sessions(page), before);
    assert.deepEqual(await notifications(page), []);
  });
});

/** Replaces a text in the editor of launch.json, which is not saved. */
async function replaceInLaunch(page: Page, old: string, text: string): Promise<void> {
  await openFile(page, ".vscode/launch.json");
  await page.locator(".editor-instance .monaco-editor.focused").waitFor();
  await page.keyboard.press("Control+h");
  await page.getByRole("textbox", { name: "Find" }).first().fill(old);
  await page.getByRole("textbox", { name: "Replace" }).first().fill(text);
  await page.keyboard.press("Control+Alt+Enter");
  await page.keyboard.press("Escape");
  await page.locator(".view-lines").filter({ hasText: text }).first().waitFor();
}

/** Selects a configuration of launch.json, which starts it. */
async function select(page: Page, name: string): Promise<void> {
  await openPalette(page);
  await page.locator(".quick-input-widget input").first().fill(`debug ${name}`);
  await quickPickRow(page, name).and(page.locator(".focused")).waitFor();
  await page.keyboard.press("Enter");
}

/** The row of the panel with a text, another than that of before; when its session has ended. */
async function said(page: Page, text: string, before?: string): Promise<string> {
  const row = panelOf(page)
    .locator(".row")
    .filter({ hasText: new RegExp(`${text} \\d`) });
  const other = before === undefined ? row : row.filter({ hasNotText: before });
  await other.waitFor();
  const shown = /\S+ says \d+/.exec(await other.innerText())?.[0];
  await ended(page);
  return shown ?? "";
}

const ended = (page: Page) =>
  page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });

const panelOf = (page: Page) => page.frameLocator("iframe.webview").frameLocator("#active-frame");

const shownLog = (page: Page, text: string) => panelOf(page).locator(".row").filter({ hasText: text });

/** The sessions that the panel offers. */
const runs = (page: Page) => panelOf(page).getByRole("combobox").first().locator("vscode-option");

/** The session that the panel shows, by name and start. */
async function sessions(page: Page): Promise<string | null> {
  return panelOf(page).getByRole("combobox").first().textContent();
}
