import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createSources } from "./sources.ts";

describe("the sources of a program", () => {
  let root: string;
  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "sources é ")));
    for (const file of [
      "unikernel.ml",
      "duniverse/lwt/lwt.ml",
      "_build/default/unikernel.ml",
      "_build/default/duniverse/lwt/lwt.ml",
    ]) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), `(* ${file.includes("_build") ? "old" : "new"} *)`);
    }
  });
  after(() => rm(root, { recursive: true }));
  const sourcesOf = (...fullNames: string[]) => {
    const sources = createSources({ root, workspaceFolders: [] });
    sources.setFiles(fullNames);
    return sources;
  };

  it("are those of the project, and not of libraries or of dune's copies", () => {
    const built = join(root, "_build/default/unikernel.ml");
    const sources = sourcesOf(join(root, "_build/default/duniverse/lwt/lwt.ml"), built, "/gone/a.ml");
    assert.deepEqual(sources.all()[0], { built, path: join(root, "unikernel.ml") });
    assert.equal(sources.all().length, 2);
    assert.deepEqual(
      sources.all().map(({ path }) => sources.isUser(path)),
      [true, false],
    );
  });

  it("are found when the project was built elsewhere, with the text that was compiled", async () => {
    const file = join(root, "unikernel.ml");
    const built = "/former/place/_build/default/unikernel.ml";
    const library = "/opam/build/fmt/_build/default/src/fmt.ml";
    const sources = sourcesOf(library, built, "/former/place/_build/default/duniverse/lwt/lwt.ml");
    assert.equal(sources.built(file), built);
    assert.equal(sources.path(built), file);
    assert.equal(sources.path(library), undefined);
    assert.equal(await sources.builtText(file), "(* old *)");
    assert.equal(await sources.builtCopy(file), join(root, "_build/default/unikernel.ml"));
  });

  it("are not taken from another build if the program was built in the project", () => {
    const other = "/opam/build/other/_build/default/unikernel.ml";
    const sources = sourcesOf(other, join(root, "_build/default/unikernel.ml"));
    assert.equal(sources.path(other), undefined);
  });
});
