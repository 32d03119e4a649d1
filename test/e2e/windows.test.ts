import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { temporarySamples } from "../harness/samples.ts";
import { showWorkbench } from "../harness/browser.ts";
import {
  openFile,
  runCommand,
  waitForCommand,
  waitForError,
  waitForStatus,
  waitForTreeItem,
} from "./driver.ts";
import { programsFirst } from "./programs.ts";
import { openSession } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

const showView = async (page: Page) => {
  await page.getByRole("tab", { name: "MirageOS" }).first().click();
  await waitForTreeItem(page, /^hello, unix/);
};

const locked = join(root, "test-workspace", "recordings", "mirage-4.11.1", "locks", "second-build.stderr");

describe("Two windows with the same project", () => {
  it("report a build that runs in the other window, and both show its result", async () => {
    // Dune before 3.0 has no lock, so this simulates the lock of a newer dune and prints its message.
    const programs = await programsFirst({
      make: `
if [ "$1" = build ]; then
  if ! mkdir "$FOLDER/lock"; then cat "${locked}" >&2; exit 2; fi
  while [ ! -e "$FOLDER/go" ]; do sleep 0.1; done
fi`,
    });
    const samples = await temporarySamples();
    const session = await openSession({ folder: samples.path, env: programs.env });
    try {
      const one = session.page;
      const address = one.url();
      await showView(one);
      await waitForCommand(one, "MirageOS: Fetch Dependencies");
      await openFile(one, "hello/config.ml");
      await runCommand(one, "MirageOS: Fetch Dependencies");
      await waitForTreeItem(one, "hello, unix, fetched", buildMs);
      const two = await one.context().newPage();
      await showWorkbench(two, address);
      await showView(two);
      await waitForTreeItem(two, "hello, unix, fetched");
      await waitForCommand(two, "MirageOS: Build");
      await runCommand(one, "MirageOS: Build");
      await waitForStatus(one, "hello: build");
      await openFile(two, "hello/config.ml");
      await runCommand(two, "MirageOS: Build");
      const message = await waitForError(two, 30_000);
      assert.match(message, /hello: Another dune uses _build.*Wait until it ends or stop it, then try again/);
      await writeFile(join(programs.folder, "go"), "");
      await waitForTreeItem(one, "hello, unix, built", buildMs);
      await waitForTreeItem(two, "hello, unix, built");
    } finally {
      await session.close();
      await samples.remove();
      await programs.remove();
    }
  });
});
