import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./programs.ts";
import { commandTexts } from "./commandTexts.ts";
import { filledPages } from "./tables.ts";

/** Removes the spaces and dashes with which a formatter aligns tables. */
const unaligned = (text: string): string => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");

describe("The tables in docs/", () => {
  it("list the existing commands, templates, properties, settings, tools and snippets", async () => {
    for (const [page, expected] of await filledPages()) {
      const text = await readFile(join(root, page), "utf8");
      assert.equal(unaligned(text), unaligned(expected), `update ${page} with: node scripts/tables.ts`);
    }
  });

  it("describe every command", async () => {
    const manifest: { contributes: { commands: { command: string }[] } } = JSON.parse(
      await readFile(join(root, "package.json"), "utf8"),
    );
    const ids = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(Object.keys(commandTexts).toSorted(), ids.toSorted());
  });
});
