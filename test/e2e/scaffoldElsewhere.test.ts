import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { temporaryFolder } from "../harness/workbench.ts";
import {
  answerNewUnikernel,
  choose,
  clickButton,
  runCommand,
  screenshot,
  trustWorkspace,
  waitForCommand,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";

describe("a new unikernel outside the open folder", function () {
  this.timeout(240_000);
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-outside-");
    await mkdir(join(place.path, "open"));
    session = await openSession({ folder: join(place.path, "open") });
  });
  after(async () => {
    await session.close();
    await place.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== "failed") return;
    for (const [at, page] of session.page.context().pages().entries())
      await screenshot(page, `e2e-outside-failed-${at}`);
  });

  const create = async (page: Page, name: string) => {
    await waitForCommand(page, "MirageOS: New Unikernel…");
    await runCommand(page, "MirageOS: New Unikernel…");
    await answerNewUnikernel(page, {
      template: "Hello",
      name,
      folder: place.path,
      target: "unix",
    });
    await choose(page, / Create$/);
    await waitForText(page, `${name} was created in ${join(place.path, name)}.`);
    assert.match(await readFile(join(place.path, name, "config.ml"), "utf8"), /register/);
  };
  const goesOn = async (page: Page, name: string) => {
    await waitForText(page, `${name} was created. Configure it for unix now?`);
    await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
    await clickButton(page, "Configure");
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, new RegExp(`^${name}, unix, configured`), 60_000);
    assert.ok(existsSync(join(place.path, name, "Makefile")));
  };

  it("is opened in a new window, which goes on with it", async () => {
    const { page } = session;
    await create(page, "elsewhere");
    await screenshot(page, "scaffold-outside");
    const opened = page.context().waitForEvent("page");
    await clickButton(page, "Open in New Window");
    const other = await opened;
    await goesOn(other, "elsewhere");
    await screenshot(other, "scaffold-new-window");
    await other.close();
  });
});

describe("a new unikernel in Restricted Mode", function () {
  this.timeout(240_000);
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-untrusted-");
    session = await openSession({ folder: place.path, trust: false });
  });
  after(async () => {
    await session.close();
    await place.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-untrusted-failed");
  });

  it("is written, and configured when the workspace is trusted", async () => {
    const { page } = session;
    await waitForCommand(page, "MirageOS: New Unikernel…");
    await runCommand(page, "MirageOS: New Unikernel…");
    await answerNewUnikernel(page, { template: "Hello", folder: /itself$/, target: "unix" });
    await choose(page, / Create$/);
    await waitForText(page, "hello was created. Restricted Mode: it can be configured once you trust");
    await trustWorkspace(page);
    await waitForText(page, "hello was created. Configure it for unix now?");
    await clickButton(page, "Configure");
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello, unix, configured/, 60_000);
  });
});
