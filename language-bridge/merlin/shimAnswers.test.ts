import assert from "node:assert/strict";
import { answerFor, answerPath, duneRootOf, pathBelow } from "./shimAnswers.ts";

describe("answers of the shim", () => {
  it("rejects lists that are nested too deeply", () => {
    const nested = (depth: number) => Buffer.from("(".repeat(depth) + ")".repeat(depth));
    assert.deepEqual(answerFor(nested(100), "/s", "/home"), nested(100));
    assert.throws(() => answerFor(nested(100_000), "/s", "/home"), SyntaxError);
  });

  it("derives one short file name for each config.ml from any path", () => {
    const one = answerPath("/store", "/a b/é/config.ml");
    assert.match(one, /^\/store\/[0-9a-f]{32}\.csexp$/);
    assert.notEqual(one, answerPath("/store", "/a b/e/config.ml"));
    assert.match(answerPath("/store", `/${"long/".repeat(2000)}config.ml`), /^.{0,60}$/);
  });

  it("finds the dune project of a file as ocaml-lsp does", () => {
    const files = new Set(["/w/dune-project", "/w/a/b/dune-workspace"]);
    const root = (file: string) => duneRootOf(file, (path) => files.has(path));
    assert.equal(root("/w/a/b/c/x.ml"), "/w/a/b");
    assert.equal(root("/w/a/x.ml"), "/w");
    assert.equal(root("/elsewhere/x.ml"), undefined);
    assert.equal(pathBelow("/w", "/w/a/x.ml"), "a/x.ml");
    assert.equal(pathBelow("/w/a", "/w/x.ml"), "/w/x.ml");
  });

  it("replaces the build folder by the user's folder in source paths only", () => {
    const given = "((11:SOURCE_ROOT2:/s)(1:S2:/s)(1:S3:/st)(1:B9:/s/_build)(3:FLG(2:-w)))";
    const moved = answerFor(Buffer.from(given), "/s", "/home");
    assert.equal(
      moved.toString(),
      "((11:SOURCE_ROOT5:/home)(1:S5:/home)(1:S3:/st)(1:B9:/s/_build)(3:FLG(2:-w)))",
    );
  });
});
