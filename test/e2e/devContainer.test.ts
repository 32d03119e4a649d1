import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { temporaryFolder } from "../harness/workbench.ts";
import {
  choose,
  openFile,
  quickPickRow,
  runCommand,
  screenshot,
  waitForCommand,
  waitForText,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";

describe("Add Dev Container", function () {
  this.timeout(120_000);
  let place: { path: string; remove: () => Promise<void> };
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-container-");
    session = await openSession({ folder: place.path });
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
