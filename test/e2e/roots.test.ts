import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { temporarySamples } from "../harness/samples.ts";
import { openFile, screenshot, waitForTreeItem } from "./driver.ts";
import { hovered } from "./hover.ts";
import { programsFirst } from "./programs.ts";
import { openSession } from "./session.ts";

const standIn = join(root, "test-workspace", "toolchain", "lib", "ocamllsp.mjs");

describe("a workspace of two folders", function () {
  this.timeout(180_000);

  it("has a language server for each, although both know the same commands", async () => {
    const programs = await programsFirst({
      ocamllsp: `[ "$1" = --version ] || pwd >> "$FOLDER/starts"\nexec '${process.execPath}' '${standIn}' "$@"`,
    });
    const samples = await temporarySamples();
    const workspace = join(samples.path, "two.code-workspace");
    const folders = ["network", "second"];
    await cp(join(samples.path, "network"), join(samples.path, "second"), { recursive: true });
    await writeFile(workspace, JSON.stringify({ folders: folders.map((path) => ({ path })) }));
    const session = await openSession({ folder: workspace, env: programs.env });
    const { page } = session;
    try {
      await page.getByRole("tab", { name: "MirageOS" }).first().click();
      await waitForTreeItem(page, /^network/, 60_000);
      for (const folder of folders) {
        await openFile(page, `${folder}/config.ml`);
        await hovered(page, "settings:");
      }
      const starts = (await readFile(join(programs.folder, "starts"), "utf8")).trim().split("\n");
      assert.deepEqual(
        starts,
        folders.map((folder) => join(samples.path, folder)),
      );
    } catch (error) {
      await screenshot(page, "e2e-roots-failed");
      throw error;
    } finally {
      await session.close();
      await samples.remove();
      await programs.remove();
    }
  });
});
