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
  runCommand,
  screenshot,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { freshOpam } from "./freshOpam.ts";
import type { Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";
import {
  press,
  settings,
  showWalkthrough,
  stepOf,
  waitForCompleted,
  completedElsewhere,
} from "./walkthrough.ts";
import { buildMs } from "../harness/limits.ts";

describe("Get Started in an empty folder, on a computer without the tools", function () {
  let programs: Programs;
  let place: { path: string; remove: () => Promise<void> };
  let session: Session;
  before(async () => {
    programs = await freshOpam();
    place = await temporaryFolder("mirageos-first-");
    session = await openSession({ folder: place.path, env: programs.env, settings });
  });
  after(async () => {
    await session?.close();
    await place?.remove();
    await programs?.remove();
  });
  /** Returns the commands of opam that changed something. */
  const done = () => {
    const file = join(programs.folder, "done");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  const waitForDialog = (page: Page, line: RegExp) =>
    page.locator(".monaco-dialog-box").getByText(line).waitFor();

  it("opens from the welcome content of the view, and installs nothing if the user cancels", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await page.getByRole("button", { name: "Get Started" }).click();
    await stepOf(page, "create").waitFor();
    await press(page, "opam", "Install opam and a Switch");
    await waitForDialog(page, /^opam init --bare/);
    await screenshot(page, "fresh-1-question");
    await clickButton(page, "Cancel");
    await page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
    assert.deepEqual(done(), []);
    assert.equal(await page.locator(".terminal-wrapper").count(), 0);
  });

  it("runs one command after another in a terminal, each after the user agrees, and marks their steps as completed", async () => {
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
    const left = await waitForCompleted(page, "opam", "mirage", "setup");
    assert.deepEqual(left, ["create", "configure", "fetch", "build", "run", "graph", "logs", "hvt"]);
    await screenshot(page, "fresh-3-mirage");
    assert.deepEqual(
      done().map((line) => line.split(" ").slice(0, 3).join(" ")),
      ["opam init --bare", "opam switch create", "opam install --switch=mirage"],
    );
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
    await runCommand(page, "MirageOS: Show Unikernel Logs");
    const empty = page.frameLocator("iframe.webview").frameLocator("#active-frame").locator(".emptyState");
    await empty.filter({ visible: true }).waitFor();
    assert.deepEqual(await waitForCompleted(page, "build"), ["run", "graph", "logs", "hvt"]);
    await press(page, "run", "Run");
    // The open log panel shows the run, which completes its step too.
    assert.deepEqual(await waitForCompleted(page, "run", "logs"), ["graph", "hvt"]);
    await screenshot(page, "first-6-ran");
  });

  it("shows the graph and the logs, and boots on hvt", async () => {
    const { page } = session;
    await press(page, "logs", "Show Unikernel Logs");
    const view = page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await view.locator(".row").filter({ hasText: "Hello from MirageOS (4 of 4)" }).waitFor();
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
