import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { temporaryFolder } from "../harness/workbench.ts";
import {
  answerNewUnikernel,
  choose,
  clickButton,
  openFile,
  quickPickRow,
  runCommand,
  screenshot,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";

describe("a new unikernel in an empty folder", function () {
  this.timeout(240_000);
  let session: Session;
  let empty: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (...path: string[]): string => join(empty.path, ...path);
  const lines = (): Promise<string> =>
    session.page.locator(".editor-instance .view-lines").first().innerText();
  /** The text of the editor in front, when it has these words. */
  const editorHas = (words: string, state: "visible" | "detached" = "visible"): Promise<void> =>
    session.page.locator(".editor-instance .view-line", { hasText: words }).first().waitFor({ state });

  before(async () => {
    empty = await temporaryFolder("mirageos-new-");
    session = await openSession({ folder: empty.path });
  });
  after(async () => {
    await session.close();
    await empty.remove();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(session.page, "e2e-scaffold-failed");
  });

  it("is offered by the view and by File › New File, shown before it is written, and configured", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    const offered = page.getByRole("button", { name: "New Unikernel", exact: true }).first();
    await offered.waitFor();
    await runCommand(page, "Create: New File...");
    await quickPickRow(page, /New Unikernel/)
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await offered.click();
    await choose(page, "Hello");
    await page.getByText("The name of the unikernel").waitFor();
    await page.locator(".quick-input-widget input").first().fill("match");
    await page.getByText("match is a word of the OCaml language.").waitFor();
    await page.keyboard.press("Escape");
    await offered.click();
    await answerNewUnikernel(page, {
      template: "Hello",
      name: "first",
      folder: new RegExp(`${basename(empty.path)} itself$`),
      target: "unix",
    });
    // Nothing is there yet: the list is what would be written.
    for (const file of [".gitignore", "README.md", "config.ml", "unikernel.ml"])
      await quickPickRow(page, new RegExp(`${file}$`))
        .first()
        .waitFor();
    await screenshot(page, "scaffold-files");
    assert.ok(!existsSync(at("config.ml")));
    await choose(page, /Create$/);
    await waitForText(page, "first was created. Configure it for unix now?");
    await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
    await clickButton(page, "Configure");
    await waitForTreeItem(page, /^first, unix, configured/, 60_000);
    assert.match(await readFile(at("config.ml"), "utf8"), /register "first"/);
  });

  it("gets a device by one edit, seen before it is made and undone in one step", async () => {
    const { page } = session;
    const before = [await readFile(at("config.ml"), "utf8"), await readFile(at("unikernel.ml"), "utf8")];
    await runCommand(page, "MirageOS: Add Device…");
    await choose(page, "Disk");
    await waitForText(page, "Add Disk to first? It can be undone.");
    for (const words of ["let disk = block_of_file", "module Main (B : Mirage_block.S)"])
      await page.locator(".multiDiffEntry .view-line", { hasText: words }).first().waitFor();
    await screenshot(page, "scaffold-device");
    assert.deepEqual(
      [await readFile(at("config.ml"), "utf8"), await readFile(at("unikernel.ml"), "utf8")],
      before,
    );
    await clickButton(page, "Add");
    await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
    await editorHas("module Main (B : Mirage_block.S) = struct");
    await page.locator(".editor-instance .view-lines").first().click();
    await page.keyboard.press("ControlOrMeta+Z");
    await editorHas("module Main (B", "detached");
    assert.match((await lines()).replaceAll("\u00a0", " "), /let start \(\) = greet 1/);
    await openFile(page, "config.ml");
    await editorHas('register "first" [ main ]');
  });

  it("gets files with a first one in their folder, which Undo takes back too", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: Add Device…");
    await choose(page, "Files");
    await waitForText(page, "Add Files to first? It can be undone.");
    for (const words of ["let files = generic_kv_ro", "The unikernel reads the files of this folder."])
      await page.locator(".multiDiffEntry .view-line", { hasText: words }).first().waitFor();
    await screenshot(page, "scaffold-device-files");
    assert.ok(!existsSync(at("files")));
    await clickButton(page, "Add");
    await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
    await editorHas(": Mirage_kv.RO) = struct");
    assert.match(await readFile(at("files", "hello.txt"), "utf8"), /this folder\.\n$/);
    await page.locator(".editor-instance .view-lines").first().click();
    const watcher = watch(at("files"));
    const gone = once(watcher, "change");
    await page.keyboard.press("ControlOrMeta+Z");
    await editorHas(": Mirage_kv.RO)", "detached");
    await gone;
    watcher.close();
    assert.ok(!existsSync(at("files", "hello.txt")));
  });

  it("of a network example begins with the sockets of the host on unix", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: New Unikernel…");
    await answerNewUnikernel(page, { template: "TCP Echo", folder: /network$/, target: "unix" });
    await choose(page, /Create$/);
    await waitForText(page, "network was created. Configure it for unix now?");
    await runCommand(page, "MirageOS: Configure with Options…");
    await quickPickRow(page, "--net").filter({ hasText: "host" }).first().waitFor();
    await page.keyboard.press("Escape");
  });
});
