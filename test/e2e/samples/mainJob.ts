import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildMs } from "../../harness/limits.ts";
import { closeEditors, showUnikernels, waitForTreeItem } from "../driver.ts";
import { runMainJobSteps } from "../mainJob.ts";
import type { SamplesWindow } from "./samplesWindow.ts";

/** Defines the test of the main job. It begins with `hello` as it is in the samples. */
export function testMainJob({ session }: SamplesWindow): void {
  describe("The main job", () => {
    before(async () => {
      const { page, folder } = session();
      await closeEditors(page);
      // VS Code showed its debug view when a breakpoint was reached.
      await showUnikernels(page);
      const hello = join(folder, "hello");
      for (const name of await readdir(hello))
        if (!["config.ml", "unikernel.ml"].includes(name)) await rm(join(hello, name), { recursive: true });
      await waitForTreeItem(page, /^hello, unix, not configured/, buildMs);
    });

    it("configures, builds and runs hello, and shows its output", async () => {
      const save = () => Promise.resolve(undefined);
      assert.ok(
        await runMainJobSteps(session(), { fetch: true, save }),
        "a step failed; see the output above",
      );
    });
  });
}
