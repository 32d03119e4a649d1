/**
 * Follows the walkthrough from an empty folder to a running unikernel, by keyboard and mouse in a window with
 * the packaged extension.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import {
  answerNewUnikernel,
  choose,
  clickButton,
  openFile,
  runCommand,
  screenshot,
  waitForTerminal,
  waitForText,
  waitForCommand,
  waitForTreeItem,
} from "./driver.ts";
import { freshOpam } from "./freshOpam.ts";
import type { Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";
import {
  openWalkthrough,
  press,
  settings,
  showWalkthrough,
  stepOf,
  waitForCompleted,
  completedElsewhere,
} from "./walkthrough.ts";
import { buildMs } from "../harness/limits.ts";

describe("Get Started in an empty folder", function () {
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

  it("opens from the welcome content of the view, and marks the steps of installed tools as completed", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await page.getByRole("button", { name: "Get Started" }).click();
    const left = await waitForCompleted(page, "opam", "mirage", "setup");
    assert.deepEqual(left, ["create", "configure", "fetch", "build", "run", "graph", "logs", "hvt"]);
    await screenshot(page, "first-1-tools");
  });

  it("creates a unikernel with the button of a step", async () => {
    const { page } = session;
    await press(page, "create", "New Unikernel");
    await answerNewUnikernel(page, { template: "Hello", folder: / This folder \(/, target: "unix" });
    await screenshot(page, "first-2-files");
    await choose(page, / Create$/);
    await waitForText(page, "Created hello. Build and run it for unix now?");
    await screenshot(page, "first-3-created");
    assert.match(await readFile(join(place.path, "config.ml"), "utf8"), /register "hello"/);
    await clickButton(page, "Configure");
    await waitForTreeItem(page, /^hello, unix, configured/, buildMs);
    await showWalkthrough(page);
    assert.deepEqual(await waitForCompleted(page, "create", "configure"), [
      "fetch",
      "build",
      "run",
      "graph",
      "logs",
      "hvt",
    ]);
    await screenshot(page, "first-4-configured");
  });

  it("fetches, builds and runs the unikernel with the buttons of the steps", async () => {
    const { page } = session;
    await press(page, "fetch", "Fetch Dependencies");
    assert.deepEqual(await waitForCompleted(page, "fetch"), ["build", "run", "graph", "logs", "hvt"]);
    await press(page, "build", "Build");
    assert.deepEqual(await waitForCompleted(page, "build"), ["run", "graph", "logs", "hvt"]);
    await screenshot(page, "first-5-built");
    await press(page, "run", "Run");
    await waitForTerminal(page, /Hello from MirageOS \(4 of 4\)/, buildMs);
    assert.deepEqual(await waitForCompleted(page, "run"), ["graph", "logs", "hvt"]);
    await screenshot(page, "first-6-ran");
  });

  it("shows the graph and the logs, and boots on hvt", async () => {
    const { page } = session;
    await press(page, "logs", "Show Unikernel Logs");
    const view = page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await view.locator(".row").filter({ hasText: "Hello from MirageOS (4 of 4)" }).waitFor();
    assert.deepEqual(await waitForCompleted(page, "logs"), ["graph", "hvt"]);
    await press(page, "hvt", "Select Target");
    await choose(page, "hvt");
    await press(page, "hvt", "Build and Run");
    await clickButton(page, "Fetch Dependencies", buildMs);
    assert.deepEqual(await waitForCompleted(page, "hvt"), ["graph"]);
    await screenshot(page, "first-7-hvt");
    await runCommand(page, "View: Toggle Panel Visibility");
    await press(page, "graph", "Show Functor Graph");
    await view.locator("g.node").first().waitFor({ timeout: buildMs });
    await showWalkthrough(page);
    assert.deepEqual(await waitForCompleted(page, "graph"), []);
    await screenshot(page, "first-8-all");
  });

  it("shows in another window the steps that were completed in this one", async () => {
    const other = await temporaryFolder("mirageos-other-");
    try {
      assert.deepEqual(await completedElsewhere(session, other.path, "create", "run", "hvt"), []);
    } finally {
      await other.remove();
    }
  });
});

describe("Get Started, opened after some commands have run,", function () {
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

  it("marks earlier work as completed, also in a window with an empty folder", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello, unix, not configured/, buildMs);
    await openFile(page, "hello/config.ml");
    await runCommand(page, "MirageOS: Configure");
    await waitForTreeItem(page, /^hello, unix, configured/, buildMs);
    // The context keys of this window were true before the walkthrough opened.
    await openWalkthrough(page);
    const left = ["fetch", "build", "run", "graph", "logs", "hvt"];
    const done = ["opam", "mirage", "setup", "create", "configure"];
    assert.deepEqual(await waitForCompleted(page, ...done), left);
    assert.deepEqual(await completedElsewhere(session, other.path, ...done), left);
  });
});

describe("Get Started in the Welcome page of VS Code", function () {
  let session: Session;
  before(async () => {
    session = await openSession({ settings });
  });
  after(() => session.close());

  it("marks the completed steps in a workspace with unikernels", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello, unix, not configured/, buildMs);
    // The walkthrough keeps the steps from when it was opened, and a window becomes trusted after its start.
    await waitForCommand(page, "MirageOS: Configure");
    await runCommand(page, "Welcome: Open Walkthrough...");
    await choose(page, "Get Started with MirageOS");
    await stepOf(page, "create").waitFor();
    const left = await waitForCompleted(page, "opam", "mirage", "setup", "create");
    await screenshot(page, "first-welcome");
    assert.deepEqual(left, ["configure", "fetch", "build", "run", "graph", "logs", "hvt"]);
    await openFile(page, "hello/config.ml");
    await runCommand(page, "MirageOS: Configure");
    await waitForTreeItem(page, /^hello, unix, configured/, buildMs);
    await showWalkthrough(page);
    await waitForCompleted(page, "configure");
  });
});

describe("Get Started on a computer without the tools", function () {
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
  const done = () => {
    const file = join(programs.folder, "done");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  const waitForDialog = (page: Page, line: RegExp) =>
    page.locator(".monaco-dialog-box").getByText(line).waitFor();

  it("runs nothing if the user cancels", async () => {
    const { page } = session;
    await openWalkthrough(page);
    await press(page, "opam", "Install opam and a Switch");
    await waitForDialog(page, /^opam init --bare/);
    await screenshot(page, "fresh-1-question");
    await clickButton(page, "Cancel");
    await page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
    assert.deepEqual(done(), []);
    assert.equal(await page.locator(".terminal-wrapper").count(), 0);
  });

  it("runs one command after another in a terminal, each after the user agrees", async () => {
    const { page } = session;
    await press(page, "opam", "Install opam and a Switch");
    await waitForDialog(page, /^opam init --bare/);
    await clickButton(page, "Run in Terminal");
    await waitForDialog(page, /^opam switch create mirage 5\./);
    assert.equal(done().length, 1);
    await clickButton(page, "Run in Terminal");
    await waitForTerminal(page, /The switch mirage was created/, buildMs);
    await screenshot(page, "fresh-2-switch");
    assert.ok((await waitForCompleted(page, "opam")).includes("mirage"));
    await press(page, "mirage", "Install mirage");
    await waitForDialog(page, /^opam install --switch=mirage mirage opam-monorepo/);
    await clickButton(page, "Run in Terminal");
    await waitForCompleted(page, "mirage", "setup");
    await screenshot(page, "fresh-3-mirage");
    assert.deepEqual(
      done().map((line) => line.split(" ").slice(0, 3).join(" ")),
      ["opam init --bare", "opam switch create", "opam install --switch=mirage"],
    );
  });
});

describe("Get Started in Restricted Mode", function () {
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

  it("starts with a step for workspace trust, and explains that an installation requires trust", async () => {
    const { page } = session;
    await openWalkthrough(page);
    await stepOf(page, "trust").getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    await screenshot(page, "first-restricted");
    await press(page, "mirage", "Install mirage");
    await waitForText(page, /^Restricted Mode: MirageOS runs no program/);
    assert.ok(!existsSync(join(programs.folder, "calls")));
  });
});
