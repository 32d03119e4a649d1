import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { enablesCram, findDuneTests, testArguments, testOfFolder, testsIn } from "./findDuneTests.ts";

describe("Tests of dune", () => {
  it("are the names of test and tests with their lines, also in a subdir", () => {
    const text = `; (test (name no))
(test
 (name calc)
 (libraries alcotest))
(subdir deep
 (tests (names "one" two)))
(executable (name main))`;
    const found = testsIn(text, "/p/test", "test");
    assert.deepEqual(
      found.map(({ name, folder, alias, line }) => ({ name, folder, alias, line })),
      [
        { name: "calc", folder: "test", alias: "runtest-calc", line: 2 },
        { name: "one", folder: "test/deep", alias: "runtest-one", line: 5 },
        { name: "two", folder: "test/deep", alias: "runtest-two", line: 5 },
      ],
    );
    assert.equal(found[1]?.source, join("/p/test", "deep", "one.ml"));
    assert.equal(found[0]?.file, join("/p/test", "dune"));
  });

  it("are found in any half-typed file", () => {
    for (const text of ["(test", "(test (name", "(tests (names a b", "(subdir", ")(", "(test name)"])
      assert.ok(Array.isArray(testsIn(text, "/p", "")));
  });

  it("include cram tests if the language is that of dune 3, or if they are enabled", () => {
    assert.equal(enablesCram("(lang dune 3.0)"), true);
    assert.equal(enablesCram("(lang dune 2.9)"), false);
    assert.equal(enablesCram("(lang dune 2.9)(cram enable)"), true);
    assert.equal(enablesCram("(lang dune 3.0)(cram disable)"), false);
  });

  it("are not searched in fetched packages, builds, switches and other unikernels", async () => {
    const root = await mkdtemp(join(tmpdir(), "dune tests é "));
    const write = async (path: string, text: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    };
    try {
      const stanza = "(test (name t))";
      await write("config.ml", "");
      await write("dune-project", "(lang dune 2.9)");
      await write("ignored.t", "  $ true\n");
      for (const folder of ["duniverse/a", "_build/a", "_opam/a", "dist", ".git", "mirage"])
        await write(`${folder}/dune`, stanza);
      await write("other/config.ml", "");
      await write("other/dune", stanza);
      await write("test/dune-project", "(lang dune 3.0)");
      await write("test/boot.t", "  $ true\n");
      await write("test/folder.t/run.t", "  $ true\n");
      await write("test/folder.t/dune", stanza);
      await write("test/empty.t/data", "");
      await write("test/dune", stanza);
      const found = await findDuneTests(root, root);
      assert.deepEqual(
        found.map(({ folder, alias }) => testArguments({ folder, alias }).at(-1)),
        ["@_build/default/test/runtest-t", "@_build/default/test/boot", "@_build/default/test/folder"],
      );
      assert.equal(found[2]?.file, join(root, "test", "folder.t", "run.t"));
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it("run with the whole folder if dune has no alias for one of them", () => {
    // From dune 2.9.3.
    const output =
      'Error: Alias "runtest-good" specified on the command line is empty.\nIt is not defined in test or any of its descendants.\n';
    const test = { folder: "test", alias: "runtest-good" };
    const whole = testOfFolder(test, output);
    assert.ok(whole);
    assert.equal(testArguments(whole).at(-1), "@@_build/default/test/runtest");
    assert.equal(testOfFolder(whole, output), undefined);
    assert.equal(testOfFolder(test, "Error: exit 1"), undefined);
    assert.equal(testOfFolder({ ...test, alias: "runtest-other" }, output), undefined);
  });
});
