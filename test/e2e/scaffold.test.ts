import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
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
import { buildMs } from "../harness/limits.ts";

describe("In an empty folder,", () => {
  let session: Session;
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  let folder = "";

  before(async () => {
    place = await temporaryFolder("mirageos-new-");
    folder = join(place.path, "open");
    await mkdir(folder);
    session = await openSession({ folder });
  });
  after(async () => {
    await session.close();
    await place.remove();
  });

  describe("a new unikernel", () => {
    const at = (...path: string[]): string => join(folder, ...path);
    const lines = (): Promise<string> =>
      session.page.locator(".editor-instance .view-lines").first().innerText();
    /** Waits until the active editor shows this text, or no longer shows it. */
    const editorHas = (text: string, state: "visible" | "detached" = "visible"): Promise<void> =>
      session.page.locator(".editor-instance .view-line", { hasText: text }).first().waitFor({ state });

    it("can be created from the view or with New File, shows its files before they are written, and is configured", async () => {
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
      await page.getByText("Enter a name for the unikernel").waitFor();
      await page.locator(".quick-input-widget input").first().fill("match");
      await page.getByText("match is a reserved word in OCaml.").waitFor();
      await page.keyboard.press("Escape");
      await offered.click();
      await answerNewUnikernel(page, {
        template: "Hello",
        name: "first",
        folder: new RegExp(String.raw`This folder \(${basename(folder)}\)$`),
        target: "unix",
      });
      // No file exists yet; the list shows what Create would write.
      for (const file of [".gitignore", ".ocamlformat", "README.md", "config.ml", "unikernel.ml"])
        await quickPickRow(page, new RegExp(`${file}$`))
          .first()
          .waitFor();
      await screenshot(page, "scaffold-files");
      assert.ok(!existsSync(at("config.ml")));
      await choose(page, /Create$/);
      await waitForText(page, "Created first. Build and run it for unix now?");
      await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
      await clickButton(page, "Configure");
      await waitForTreeItem(page, /^first, unix, configured/, buildMs);
      assert.match(await readFile(at("config.ml"), "utf8"), /register "first"/);
    });

    it("gets a device by one edit, which is previewed first and undone in one step", async () => {
      const { page } = session;
      const before = [await readFile(at("config.ml"), "utf8"), await readFile(at("unikernel.ml"), "utf8")];
      await runCommand(page, "MirageOS: Add Device…");
      await choose(page, "Disk");
      await waitForText(page, "Add Disk to first? You can undo this.");
      for (const text of ["let disk = block_of_file", "module Main (B : Mirage_block.S)"])
        await page.locator(".multiDiffEntry .view-line", { hasText: text }).first().waitFor();
      await screenshot(page, "scaffold-device");
      assert.deepEqual(
        [await readFile(at("config.ml"), "utf8"), await readFile(at("unikernel.ml"), "utf8")],
        before,
      );
      await page.locator(".editor-actions").getByRole("button", { name: "Apply Changes" }).click();
      await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
      // The question is still there.
      await clickButton(page, "Discard");
      await waitForText(page, "The changes have already been applied.");
      await editorHas("module Main (B : Mirage_block.S) = struct");
      await page.locator(".editor-instance .view-lines").first().click();
      await page.keyboard.press("ControlOrMeta+Z");
      await editorHas("module Main (B", "detached");
      assert.match((await lines()).replaceAll("\u00a0", " "), /let start \(\) = greet 1/);
      await openFile(page, "config.ml");
      await editorHas('register "first" [ main ]');
    });

    it("gets a folder with a first file when Files are added, and Undo removes that file too", async () => {
      const { page } = session;
      await runCommand(page, "MirageOS: Add Device…");
      await choose(page, "Files");
      await waitForText(page, "Add Files to first? You can undo this.");
      for (const text of ["let files = generic_kv_ro", "The unikernel reads the files of this folder."])
        await page.locator(".multiDiffEntry .view-line", { hasText: text }).first().waitFor();
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

    it("from a network template uses the sockets of the host on unix", async () => {
      const { page } = session;
      await runCommand(page, "MirageOS: New Unikernel…");
      await answerNewUnikernel(page, { template: "TCP Echo", folder: /network$/, target: "unix" });
      await choose(page, /Create$/);
      await waitForText(page, "Created network. Build and run it for unix now?");
      await runCommand(page, "MirageOS: Configure with Options…");
      await quickPickRow(page, "--net").filter({ hasText: "host" }).first().waitFor();
      await page.keyboard.press("Escape");
    });
  });

  describe("a new unikernel outside the open folder", () => {
    const create = async (page: Page, name: string) => {
      await runCommand(page, "MirageOS: New Unikernel…");
      await answerNewUnikernel(page, {
        template: "Hello",
        name,
        folder: place.path,
        target: "unix",
      });
      await choose(page, / Create$/);
      await waitForText(page, `Created ${name} in ${join(place.path, name)}.`);
      assert.match(await readFile(join(place.path, name, "config.ml"), "utf8"), /register/);
    };
    const checkConfigured = async (page: Page, name: string) => {
      // The page may be a new window, which starts the extension first.
      await waitForText(page, `Created ${name}. Build and run it for unix now?`, buildMs);
      await page.locator(".tabs-container .tab.active", { hasText: "unikernel.ml" }).waitFor();
      await clickButton(page, "Configure");
      await page.getByRole("tab", { name: "MirageOS" }).first().click();
      await waitForTreeItem(page, new RegExp(`^${name}, unix, configured`), buildMs);
      assert.ok(existsSync(join(place.path, name, "Makefile")));
    };

    it("opens in a new window, which offers to configure it", async () => {
      const { page } = session;
      // A first attempt may have failed after it created the folder.
      await rm(join(place.path, "elsewhere"), { recursive: true, force: true });
      await create(page, "elsewhere");
      await screenshot(page, "scaffold-outside");
      const opened = page.context().waitForEvent("page");
      await clickButton(page, "Open in New Window");
      const other = await opened;
      await checkConfigured(other, "elsewhere");
      await screenshot(other, "scaffold-new-window");
      await other.close();
    });
  });
});
