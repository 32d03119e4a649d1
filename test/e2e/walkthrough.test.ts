/**
 * The first hour: from an empty folder to a unikernel that ran, and what the walkthrough says of it; by keyboard
 * and mouse in a window with the packaged extension. Pictures of each stage go to out/screenshots.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { showWorkbench, temporaryFolder } from "../harness/workbench.ts";
import {
  choose,
  clickButton,
  openFile,
  quickPickRow,
  runCommand,
  screenshot,
  waitForCommand,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { freshOpam } from "./freshOpam.ts";
import type { Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";

const buildMs = 120_000;

/** Otherwise a step that is opened takes the focus half a second later, from what its button has opened. */
const settings = { "workbench.reduceMotion": "on" };

const stepOf = (page: Page, id: string): Locator =>
  page.locator(`.getting-started-step[data-step-id="mirageos.mirageos#getStarted#${id}"]`);

async function openWalkthrough(page: Page): Promise<void> {
  await waitForCommand(page, "MirageOS: Get Started");
  await runCommand(page, "MirageOS: Get Started");
  await stepOf(page, "create").waitFor();
}

/** Opens the walkthrough in another window of the browser, and gives what `ticked` gives there. */
async function tickedElsewhere(
  { page, address }: Session,
  folder: string,
  ...ids: readonly string[]
): Promise<readonly string[]> {
  const other = await page.context().newPage();
  await showWorkbench(other, address(folder));
  // A window is not trusted from its first moment on, and keeps the steps it had when they were listed.
  await waitForCommand(other, "MirageOS: Clone from mirage-skeleton…");
  await openWalkthrough(other);
  const left = await ticked(other, ...ids);
  await other.close();
  return left;
}

/** Waits until the steps are ticked, and gives those that are not. */
async function ticked(page: Page, ...ids: readonly string[]): Promise<readonly string[]> {
  for (const id of ids)
    await page
      .locator(`[data-done-step-id$="#${id}"][aria-checked="true"]`)
      .first()
      .waitFor({ timeout: buildMs });
  const open = page.locator('[data-done-step-id][aria-checked="false"]');
  const left = await open.evaluateAll((boxes) =>
    boxes.map((box: { getAttribute(name: string): string | null }) => box.getAttribute("data-done-step-id")),
  );
  return left.map((id) => id?.split("#").at(-1) ?? "");
}

/** Opens a step and presses a button of it. */
async function press(page: Page, id: string, button: string): Promise<void> {
  const step = stepOf(page, id);
  if ((await step.getAttribute("aria-expanded")) !== "true") await step.click();
  await step.getByRole("button", { name: button, exact: true }).click();
}

async function showWalkthrough(page: Page): Promise<void> {
  await page
    .locator(".tabs-container .tab")
    .filter({ hasText: /Welcome|Walkthrough/ })
    .first()
    .click();
  await stepOf(page, "create").waitFor();
}

describe("Get Started, from an empty folder", function () {
  this.timeout(600_000);
  let place: { path: string; remove: () => Promise<void> };
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-first-");
    session = await openSession({ folder: place.path, settings });
  });
  after(async () => {
    await session.close();
    await place.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-first-failed");
  });

  it("is opened from the welcome of the view, and ticks what is installed", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await page.getByRole("button", { name: "Get Started" }).click();
    const left = await ticked(page, "opam", "mirage", "setup");
    assert.deepEqual(left, ["create", "configure", "fetch", "build", "run", "graph", "logs", "hvt"]);
    await screenshot(page, "first-1-tools");
  });

  it("creates a unikernel by the button of its step", async () => {
    const { page } = session;
    await press(page, "create", "New Unikernel");
    await choose(page, "Hello");
    await page.locator(".quick-input-widget").getByText("(2/5)").waitFor();
    await page.keyboard.press("Enter");
    await choose(page, /itself$/);
    await choose(page, "unix");
    await quickPickRow(page, / Create$/).waitFor();
    await screenshot(page, "first-2-files");
    await choose(page, / Create$/);
    await waitForText(page, "hello was created. Configure it for unix now?");
    await screenshot(page, "first-3-created");
    assert.match(await readFile(join(place.path, "config.ml"), "utf8"), /register "hello"/);
    await clickButton(page, "Configure");
    await waitForTreeItem(page, /^hello, unix, configured/, buildMs);
    await showWalkthrough(page);
    assert.deepEqual(await ticked(page, "create", "configure"), [
      "fetch",
      "build",
      "run",
      "graph",
      "logs",
      "hvt",
    ]);
    await screenshot(page, "first-4-configured");
  });

  it("fetches, builds and runs it by the buttons of their steps", async () => {
    const { page } = session;
    await press(page, "fetch", "Fetch Dependencies");
    assert.deepEqual(await ticked(page, "fetch"), ["build", "run", "graph", "logs", "hvt"]);
    await press(page, "build", "Build");
    assert.deepEqual(await ticked(page, "build"), ["run", "graph", "logs", "hvt"]);
    await screenshot(page, "first-5-built");
    await press(page, "run", "Run");
    await waitForTerminal(page, /Hello from MirageOS \(4 of 4\)/, buildMs);
    assert.deepEqual(await ticked(page, "run"), ["graph", "logs", "hvt"]);
    await screenshot(page, "first-6-ran");
  });

  it("shows the graph and the logs, and boots on hvt", async () => {
    const { page } = session;
    await press(page, "logs", "Show Unikernel Logs");
    const view = page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await view.locator(".row").filter({ hasText: "Hello from MirageOS (4 of 4)" }).waitFor();
    assert.deepEqual(await ticked(page, "logs"), ["graph", "hvt"]);
    await press(page, "hvt", "Select Target");
    await choose(page, "hvt");
    await press(page, "hvt", "Build and Run");
    await clickButton(page, "Fetch Dependencies", buildMs);
    assert.deepEqual(await ticked(page, "hvt"), ["graph"]);
    await screenshot(page, "first-7-hvt");
    await runCommand(page, "View: Toggle Panel Visibility");
    await press(page, "graph", "Show Functor Graph");
    await view.locator("g.node").first().waitFor({ timeout: buildMs });
    await showWalkthrough(page);
    assert.deepEqual(await ticked(page, "graph"), []);
    await screenshot(page, "first-8-all");
  });

  it("knows in another window what was done in this one", async () => {
    const other = await temporaryFolder("mirageos-other-");
    try {
      assert.deepEqual(await tickedElsewhere(session, other.path, "create", "run", "hvt"), []);
    } finally {
      await other.remove();
    }
  });
});

describe("Get Started after some work without it", function () {
  this.timeout(300_000);
  let session: Session;
  let other: { path: string; remove: () => Promise<void> };
  before(async () => {
    session = await openSession({ settings });
    other = await temporaryFolder("mirageos-other-");
  });
  after(async () => {
    await session.close();
    await other.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-later-failed");
  });

  it("ticks what was done before, and in an empty folder what was done in another one", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello, unix, unconfigured/, buildMs);
    await openFile(page, "hello/config.ml");
    await runCommand(page, "MirageOS: Configure");
    await waitForTreeItem(page, /^hello, unix, configured/, buildMs);
    // In this window, whose keys were true before there was a walkthrough.
    await openWalkthrough(page);
    const left = ["fetch", "build", "run", "graph", "logs", "hvt"];
    const done = ["opam", "mirage", "setup", "create", "configure"];
    assert.deepEqual(await ticked(page, ...done), left);
    assert.deepEqual(await tickedElsewhere(session, other.path, ...done), left);
  });
});

describe("Get Started without the tools", function () {
  this.timeout(300_000);
  let programs: Programs;
  let place: { path: string; remove: () => Promise<void> };
  let session: Session;
  before(async () => {
    programs = await freshOpam();
    place = await temporaryFolder("mirageos-fresh-");
    session = await openSession({ folder: place.path, env: programs.env, settings });
  });
  after(async () => {
    await session.close();
    await place.remove();
    await programs.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-fresh-failed");
  });
  const done = () => {
    const file = join(programs.folder, "done");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  const asked = (page: Page, line: RegExp) => page.locator(".monaco-dialog-box").getByText(line).waitFor();

  it("runs nothing that was not agreed to", async () => {
    const { page } = session;
    await openWalkthrough(page);
    await press(page, "opam", "Install opam and a Switch");
    await asked(page, /^opam init --bare/);
    await screenshot(page, "fresh-1-question");
    await clickButton(page, "Cancel");
    await page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
    assert.deepEqual(done(), []);
    assert.equal(await page.locator(".terminal-wrapper").count(), 0);
  });

  it("runs one command after another in a terminal, each when it was agreed to", async () => {
    const { page } = session;
    await press(page, "opam", "Install opam and a Switch");
    await asked(page, /^opam init --bare/);
    await clickButton(page, "Run in Terminal");
    await asked(page, /^opam switch create mirage 5\./);
    assert.equal(done().length, 1);
    await clickButton(page, "Run in Terminal");
    await waitForTerminal(page, /The switch mirage is there/, buildMs);
    await screenshot(page, "fresh-2-switch");
    assert.ok((await ticked(page, "opam")).includes("mirage"));
    await press(page, "mirage", "Install mirage");
    await asked(page, /^opam install --switch=mirage mirage opam-monorepo/);
    await clickButton(page, "Run in Terminal");
    await ticked(page, "mirage", "setup");
    await screenshot(page, "fresh-3-mirage");
    assert.deepEqual(
      done().map((line) => line.split(" ").slice(0, 3).join(" ")),
      ["opam init --bare", "opam switch create", "opam install --switch=mirage"],
    );
  });
});

describe("Add Dev Container", function () {
  this.timeout(120_000);
  let place: { path: string; remove: () => Promise<void> };
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-container-");
    session = await openSession({ folder: place.path, settings });
  });
  after(async () => {
    await session.close();
    await place.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-container-failed");
  });
  const file = (name: string) => join(place.path, ".devcontainer", name);
  const shown = (page: Page, text: string) =>
    page.locator(".editor-instance .view-line").filter({ hasText: text }).first().waitFor();

  it("shows the files, and writes nothing when that is not wanted", async () => {
    const { page } = session;
    await waitForCommand(page, "MirageOS: Add Dev Container…");
    await runCommand(page, "MirageOS: Add Dev Container…");
    await quickPickRow(page, / Write$/).waitFor();
    await shown(page, '"name": "MirageOS"');
    await screenshot(page, "container-1-question");
    await page.keyboard.press("Escape");
    await page.locator(".tabs-container .tab").first().waitFor({ state: "detached" });
    assert.ok(!existsSync(file("")));
  });

  it("writes them when it is", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: Add Dev Container…");
    await choose(page, / Write$/);
    await waitForText(page, /has a dev container now/);
    assert.match(await readFile(file("devcontainer.json"), "utf8"), /"dockerfile": "Dockerfile"/);
    assert.match(await readFile(file("Dockerfile"), "utf8"), /^FROM /m);
    await screenshot(page, "container-2-written");
  });

  it("replaces nothing that is there without saying so and showing the difference", async () => {
    const { page } = session;
    await mkdir(file(""), { recursive: true });
    await writeFile(file("devcontainer.json"), '{ "image": "mine" }\n');
    await runCommand(page, "MirageOS: Add Dev Container…");
    await quickPickRow(page, / Replace$/).waitFor();
    await page.locator(".diff-editor-widget, .monaco-diff-editor").first().waitFor();
    await screenshot(page, "container-3-replace");
    await page.keyboard.press("Escape");
    await page.locator(".monaco-diff-editor").first().waitFor({ state: "detached" });
    assert.equal(await readFile(file("devcontainer.json"), "utf8"), '{ "image": "mine" }\n');
    await openFile(page, ".devcontainer/devcontainer.json");
    await runCommand(page, "MirageOS: Add Dev Container…");
    await choose(page, / Replace$/);
    // The difference is closed when the files are written.
    await page.locator(".monaco-diff-editor").first().waitFor({ state: "detached" });
    await shown(page, '"name": "MirageOS"');
    assert.match(await readFile(file("devcontainer.json"), "utf8"), /"dockerfile": "Dockerfile"/);
  });
});

describe("Get Started in Restricted Mode", function () {
  this.timeout(120_000);
  let place: { path: string; remove: () => Promise<void> };
  let programs: Programs;
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-restricted-");
    programs = await freshOpam("switch");
    session = await openSession({ folder: place.path, trust: false, env: programs.env, settings });
  });
  after(async () => {
    await session.close();
    await programs.remove();
    await place.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-start-restricted-failed");
  });

  it("begins with trust, and says at an installation that it needs it", async () => {
    const { page } = session;
    await openWalkthrough(page);
    await stepOf(page, "trust").getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    await screenshot(page, "first-restricted");
    await press(page, "mirage", "Install mirage");
    await waitForText(page, /^Restricted Mode: MirageOS runs no program/);
    assert.ok(!existsSync(join(programs.folder, "asked")));
  });
});
