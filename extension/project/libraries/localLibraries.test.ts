import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { libraryFiles } from "./localLibraries.ts";

describe("the libraries of a project's own", () => {
  let folder: string;
  afterEach(() => rm(folder, { recursive: true }));

  const filesOf = async (files: Readonly<Record<string, string>>, buildDir = "") => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-local-"));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, dirname(name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return async () =>
      Object.fromEntries(
        [...(await libraryFiles(folder, join(folder, buildDir)))].map(([module, file]) => [
          module,
          relative(folder, file).replaceAll("\\", "/"),
        ]),
      );
  };

  it("are listed by the module paths that others write", async () => {
    const files = await filesOf({
      "config.ml": "",
      "unikernel.ml": "",
      dune: "(include dune.build)",
      "hello/dune": "(library\n (name hello)) ; greets",
      "hello/hello.ml": "",
      "hello/world.ml": "",
      "hello/api.mli": "",
      "hello/no module.ml": "",
      "src/deep/dune": "(library (public_name my-shop) (wrapped false))",
      "src/deep/cart.ml": "",
    });
    assert.deepEqual(await files(), {
      Hello: "hello/hello.ml",
      "Hello.World": "hello/world.ml",
      Cart: "src/deep/cart.ml",
    });
  });

  it("share a folder according to their field modules", async () => {
    const files = await filesOf({
      "lib/dune": `(library (name a) (modules one two))
(library (name b) (modules (:standard \\ one two)) (libraries a))
(executable (name three) (modules three))`,
      "lib/one.ml": "",
      "lib/two.ml": "",
      "lib/three.ml": "",
    });
    assert.deepEqual(await files(), {
      "A.One": "lib/one.ml",
      "A.Two": "lib/two.ml",
      "B.Three": "lib/three.ml",
    });
  });

  it("include subfolders if their dune file says so", async () => {
    const files = await filesOf({
      "flat/dune": "(include_subdirs unqualified) (library (name flat))",
      "flat/in/side.ml": "",
      "tree/dune": "(include_subdirs qualified) (library (name tree))",
      "tree/in/side.ml": "",
      "tree/in/in.ml": "",
    });
    assert.deepEqual(await files(), {
      "Flat.Side": "flat/in/side.ml",
      "Tree.In": "tree/in/in.ml",
      "Tree.In.Side": "tree/in/side.ml",
    });
  });

  it("are those of the folder where mirage runs, without fetched and generated files", async () => {
    const library = "(library (name x))";
    const files = await filesOf(
      {
        dune: library,
        "x.ml": "",
        "mirage/dune": library,
        "mirage/unikernel.ml": "",
        "mirage/mirage/dune": library,
        "mirage/mirage/main.ml": "",
        "mirage/duniverse/d/dune": library,
        "mirage/duniverse/d/y.ml": "",
        "_build/default/dune": library,
        "_build/default/z.ml": "",
      },
      "mirage",
    );
    assert.deepEqual(await files(), { X: "x.ml" });
  });

  it("are found behind a symbolic link, even one that leads in a circle", async function () {
    if (process.platform === "win32") this.skip();
    const files = await filesOf({ "real/dune": "(library (name real))", "real/a.ml": "", "p/config.ml": "" });
    await symlink(join(folder, "real"), join(folder, "p", "linked"));
    await symlink(join(folder, "p"), join(folder, "p", "again"));
    assert.equal((await files())["Real.A"]?.endsWith("/a.ml"), true);
    assert.deepEqual(
      [...(await libraryFiles(join(folder, "p"), join(folder, "p")))].map(([module]) => module),
      ["Real.A"],
    );
  });
});
