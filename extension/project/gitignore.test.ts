import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Run } from "../platform/process.ts";
import { findUntracked, generatedPaths, untrackedPaths, withIgnoredPaths } from "./gitignore.ts";

describe("What mirage generates, for .gitignore", () => {
  it("is where mirage runs and beside config.ml", () => {
    assert.ok(generatedPaths("").includes("mirage"));
    const inFolder = generatedPaths("mirage");
    assert.ok(inFolder.includes("mirage/mirage") && inFolder.includes("Makefile"));
    assert.ok(!inFolder.includes("mirage"), "the folder of config.ml is not generated");
  });

  it("is only what git neither tracks nor ignores", () => {
    const output = "?? apps/é app/_build/\0 M apps/é app/dune\0?? apps/é app/Makefile\0?? other/dist/\0";
    assert.deepEqual(untrackedPaths(output, "apps/é app/"), ["_build", "Makefile"]);
    assert.deepEqual(untrackedPaths("?? dist/\0", ""), ["dist"]);
    assert.deepEqual(untrackedPaths("", ""), []);
  });

  it("is asked of git, and is nothing outside of a repository and without git", async () => {
    const top = await mkdtemp(join(tmpdir(), "mirageos-ignore-"));
    try {
      const root = join(top, "é app");
      await mkdir(join(root, "_build"), { recursive: true });
      for (const name of ["_build/log", "Makefile", "dune"]) await writeFile(join(root, name), "");
      const find = () => findUntracked(run, root, generatedPaths(""));
      assert.deepEqual(await find(), []);
      execFileSync("git", ["init", "-q"], { cwd: top });
      assert.deepEqual([...(await find())].toSorted(), ["Makefile", "_build", "dune"]);
      execFileSync("git", ["add", "é app/dune"], { cwd: top });
      await writeFile(join(root, ".gitignore"), withIgnoredPaths("", ["_build"]));
      assert.deepEqual(await find(), ["Makefile"]);
      const missing: Run = () => Promise.resolve({ kind: "notFound", reason: "" });
      assert.deepEqual(await findUntracked(missing, root, ["Makefile"]), []);
    } finally {
      await rm(top, { recursive: true });
    }
  });

  it("is added to the end in the line endings of the file", () => {
    const lines = "# Files that mirage configure and make generate.\n/_build\n/dist\n";
    assert.equal(withIgnoredPaths("", ["_build", "dist"]), lines);
    assert.equal(withIgnoredPaths("*.key", ["_build", "dist"]), `*.key\n\n${lines}`);
    assert.equal(withIgnoredPaths("*.key\n", ["_build", "dist"]), `*.key\n\n${lines}`);
    assert.equal(
      withIgnoredPaths("*.key\r\n", ["_build", "dist"]),
      `*.key\r\n\r\n${lines.replaceAll("\n", "\r\n")}`,
    );
  });
});
