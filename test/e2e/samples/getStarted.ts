import assert from "node:assert/strict";
import { buildMs } from "../../harness/limits.ts";
import { choose, openFile, runCommand, screenshot } from "../driver.ts";
import { showWalkthrough, stepOf, waitForCompleted } from "../walkthrough.ts";
import type { SamplesWindow } from "./samplesWindow.ts";

/** Defines the tests of the walkthrough, which has not been open. Everything has been done except for the graph and hvt. */
export function testGetStarted({ session }: SamplesWindow): void {
  describe("Get Started in a workspace with unikernels", () => {
    it("opens from the Welcome page of VS Code, and marks earlier work and installed tools as completed", async () => {
      const { page } = session();
      // The context keys of this window were true before the walkthrough opened.
      await runCommand(page, "Welcome: Open Walkthrough...");
      await choose(page, "Get Started with MirageOS");
      await stepOf(page, "create").waitFor();
      const done = ["opam", "mirage", "setup", "create", "configure", "fetch", "build", "run", "logs"];
      assert.deepEqual(await waitForCompleted(page, ...done), ["graph", "hvt"]);
      await screenshot(page, "first-welcome");
    });

    it("marks what the user does while it is open as completed", async () => {
      const { page } = session();
      await openFile(page, "hello/config.ml");
      await runCommand(page, "MirageOS: Show Functor Graph");
      await page
        .getByRole("tab", { name: /^Functor Graph: hello/ })
        .first()
        .waitFor({ timeout: buildMs });
      await showWalkthrough(page);
      assert.deepEqual(await waitForCompleted(page, "graph"), ["hvt"]);
    });
  });
}
