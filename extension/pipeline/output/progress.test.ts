import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { lineSplitter } from "../../platform/lines.ts";
import { stepProgress, type Progress } from "./progress.ts";
import { anyText } from "../../../test/harness/anyText.ts";

function progressOf(recording: string): Progress[] {
  const seen: Progress[] = [];
  const progress = stepProgress();
  const splitter = lineSplitter((line) => {
    const now = progress.line(line);
    if (now) seen.push(now);
  });
  splitter.push(
    readFileSync(new URL(`../../../test-workspace/recordings/mirage-4.11.1/${recording}`, import.meta.url)),
  );
  splitter.end();
  return seen;
}

const phases = (seen: readonly Progress[]) => [...new Set(seen.map(({ text }) => text))];

describe("stepProgress", () => {
  it("reports the steps of make depend and opam's packages", () => {
    const seen = progressOf("make-depend/tutorial/hello-spt/make-depend.stdout");
    assert.deepEqual(phases(seen), [
      "generate lockfile for monorepo dependencies",
      "found 37 dependencies",
      "reading the metadata of the dependencies",
      "locating the exact sources",
      "wrote the lock file",
      "opam install switch dependencies",
      "installing packages",
      "installed solo5.0.12.1",
      "installed ocaml-solo5.1.3.2",
      "install external dependencies for monorepo",
      "fetch monorepo dependencies in the duniverse folder",
      "pulling sources",
    ]);
    assert.deepEqual(
      seen.filter(({ total }) => total === 2).map(({ done }) => done),
      [0, 1, 2],
    );
    assert.deepEqual(seen.at(-1), { text: "pulling sources", done: 23, total: 23 });
  });

  it("counts the sources that opam monorepo pulls on a terminal", () => {
    const seen = progressOf("make-depend/tutorial/hello-unix/make-depend-tty.stdout").filter(({ text }) =>
      text.startsWith("fetch "),
    );
    assert.deepEqual(
      seen.flatMap(({ done }) => done ?? []),
      Array.from({ length: 21 }, (_, i) => i + 1),
    );
  });

  it("counts what dune has built on a terminal", () => {
    const seen = progressOf("errors/build/hvt/type-error/dune-build-tty.stdout");
    assert.deepEqual(seen.at(-1), { text: "build", done: 624, total: 631 });
    assert.deepEqual(stepProgress().line("dune build --profile release --root . ./dist"), { text: "build" });
  });

  it("ignores other lines", () => {
    fc.assert(fc.property(anyText(), (line) => void stepProgress().line(line)));
    assert.equal(stepProgress().line(`Done: 1% (1/2, 1 left)${" ".repeat(100_000)}`), undefined);
    assert.equal(stepProgress().line("Your unikernel binary is now ready in ./dist/hello"), undefined);
  });
});
