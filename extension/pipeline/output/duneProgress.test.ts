import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDuneProgress } from "./duneProgress.ts";

describe("readDuneProgress", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "dune-count-"));
    await mkdir(join(root, "_build"));
  });
  afterEach(() => rm(root, { recursive: true }));

  for (const [name, before, mark] of [
    ["trace.csexp", "(6:config4:init)", "(7:process5:start)"],
    ["log", "# dune build\n", "$ (cd _build/default && ocamlc -c a.ml)\n"],
  ] as const) {
    it(`counts the commands in _build/${name} as they are appended, in chunks of any size`, async () => {
      const file = join(root, "_build", name);
      const counter = readDuneProgress(root, 0);
      assert.equal(await counter.read(), 0);
      await writeFile(file, before);
      assert.equal(await counter.read(), 0);
      const text = mark.repeat(5);
      for (let at = 0; at < text.length; at += 4) {
        await appendFile(file, text.slice(at, at + 4));
        await counter.read();
      }
      assert.equal(await counter.read(), 5);
    });
  }

  it("ignores the journal of an earlier dune", async () => {
    await writeFile(join(root, "_build", "log"), "# dune\n$ old\n$ older\n");
    assert.equal(await readDuneProgress(root, Date.now() + 10_000).read(), 0);
  });
});
