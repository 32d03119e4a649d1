import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./programs.ts";
import { commandTexts, readmeTables, withTables } from "./tables.ts";

/** Each line without the spaces and dashes by which a formatter aligns a table. */
const unaligned = (text: string): string => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");

describe("README.md", () => {
  it("lists the commands, task properties, settings and snippets there are", async () => {
    const readme = await readFile(join(root, "README.md"), "utf8");
    const wanted = withTables(readme, await readmeTables());
    assert.equal(unaligned(readme), unaligned(wanted), "write the tables anew with: node scripts/tables.ts");
  });

  it("says of every command what it does", async () => {
    const manifest: { contributes: { commands: { command: string }[] } } = JSON.parse(
      await readFile(join(root, "package.json"), "utf8"),
    );
    const ids = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(Object.keys(commandTexts).toSorted(), ids.toSorted());
  });

  it("shows only pictures and links only to files that are there", async () => {
    for (const document of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]) {
      const text = await readFile(join(root, document), "utf8");
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = ""]) => path);
      assert.deepEqual(
        links.filter((path) => !existsSync(join(root, path))),
        [],
        document,
      );
    }
  });
});
