import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordings, run, workspace } from "./standin.ts";

const cwd = join(workspace, "hello");
const recorded = (tender: string, name: string) =>
  readFileSync(join(recordings, "runtime", tender, `${name}.stderr`), "utf8");

describe("The stand-in tenders", () => {
  for (const type of ["hvt", "spt"]) {
    it(`report the same errors as the real solo5-${type}`, async () => {
      const cases: [string, string[], number][] = [
        ["version", ["--version"], 0],
        ["help", ["--help"], 1],
        ["no-args", [], 1],
        ["missing-file", [`dist/nosuch.${type}`], 1],
        ["not-elf", ["config.ml"], 1],
      ];
      for (const [name, args, code] of cases) {
        const done = await run(`solo5-${type}`, args, cwd);
        assert.equal(done.stderr.toString(), recorded(`tender-${type}`, name), name);
        assert.equal(done.code, code, name);
      }
    });
  }

  it("report that they are stand-ins, like the other stand-in programs", async () => {
    for (const program of [
      "mirage",
      "opam",
      "opam-monorepo",
      "solo5-hvt",
      "solo5-spt",
      "solo5-elftool",
      "ocaml-crunch",
    ]) {
      const done = await run(program, ["--version", "--verbose"], cwd);
      assert.match(done.stdout.toString() + done.stderr.toString(), /stand-in/, program);
      assert.equal(done.code, 0, program);
    }
  });
});
