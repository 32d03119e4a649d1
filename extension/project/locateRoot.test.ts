import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { useConfigureChoices } from "./configureFolder.ts";
import { folderUsedBy, locateRoot } from "./locateRoot.ts";

const config = `open Mirage let () = register "x" [ main "Unikernel" job ]`;
const pin = (folder: string) =>
  `open Mirage\nlet pin = "git+file://" ^ ${folder} ^ "#HEAD"\nlet () = register "x" []`;
const generated = "BUILD_DIR = ./\nUNIKERNEL_NAME = x-hvt\n";

describe("the folder in which mirage/config.ml is configured", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mirageos-root-"))));
  afterEach(async () => {
    useConfigureChoices(() => undefined);
    await rm(folder, { recursive: true });
  });

  const located = async (files: Readonly<Record<string, string>>, configFile = "mirage/config.ml") => {
    for (const [name, text] of Object.entries({ [configFile]: config, ...files })) {
      await mkdir(join(folder, dirname(name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return locateRoot(join(folder, configFile), folder);
  };
  const above = () => folder;
  const inside = () => join(folder, "mirage");

  it("is the one above by convention", async () => {
    const found = await located({ "README.md": "A web server.\n" });
    assert.deepEqual([found.root, found.certainty], [above(), "convention"]);
  });

  it("is the one that config.ml needs for the pin of its own repository", async () => {
    for (const code of [
      "Filename.dirname (Sys.getcwd ())",
      "(let cwd = Sys.getcwd () in Filename.dirname cwd)",
      `Sys.getcwd () ^ "/.."`,
    ])
      assert.equal((await located({ "mirage/config.ml": pin(code) })).root, inside(), code);
    assert.equal((await located({ "mirage/config.ml": pin("Sys.getcwd ()") })).root, above());
    const comment = `(* ${pin("Filename.dirname (Sys.getcwd ())")} *) ${config}`;
    assert.equal((await located({ "mirage/config.ml": comment })).certainty, "convention");
  });

  it("is the one that CI files and READMEs use", async () => {
    for (const [name, text] of [
      [".github/workflows/build.yml", "run: |\n  cd mirage\n  mirage configure -t hvt\n"],
      [".github/workflows/build.yaml", "working-directory: ./mirage\nrun: mirage configure && make depend\n"],
      [".cirrus.yml", "script: cd mirage && mirage configure -t spt && make depends && cd ..\n"],
      ["Dockerfile", "WORKDIR /src/mirage\nRUN mirage configure -t hvt\n"],
      ["README.md", "```\n$ cd mirage/\n$ mirage configure -t unix\n```\n"],
    ] as const) {
      const found = await located({ [name]: text });
      assert.deepEqual([found.root, found.certainty], [inside(), "certain"], name);
      assert.deepEqual(found.evidence.configFolder, [name]);
      await rm(join(folder, name));
    }
    const found = await located({ "README.md": "    mirage configure -f mirage/config.ml -t hvt\n" });
    assert.deepEqual([found.root, found.certainty], [above(), "certain"]);
  });

  it("is the one of the CI file where a README disagrees, until the user has chosen", async () => {
    const found = await located({
      "README.md": "mirage configure -f mirage/config.ml\n",
      ".github/workflows/ci.yml": "cd mirage; mirage configure -t hvt\n",
    });
    assert.deepEqual([found.root, found.certainty], [inside(), "contradictory"]);
    assert.deepEqual(found.evidence, {
      configFolder: [".github/workflows/ci.yml"],
      parentFolder: ["README.md"],
    });
    useConfigureChoices(() => "parentFolder");
    const chosen = await locateRoot(join(inside(), "config.ml"), folder);
    assert.deepEqual([chosen.root, chosen.certainty], [above(), "certain"]);
  });

  it("is the one with the files of the last configure, also beside a Makefile that mirage did not write", async () => {
    const own = { Makefile: "all:\n\tdune build\n" };
    assert.equal((await located({ ...own, "mirage/Makefile": generated })).root, inside());
    await located({ Makefile: generated });
    await utimes(join(inside(), "Makefile"), 1, 1);
    assert.equal((await locateRoot(join(inside(), "config.ml"), folder)).root, above());
    await rm(join(inside(), "Makefile"));
    const found = await located({ "README.md": "cd mirage\nmirage configure\n" });
    assert.deepEqual([found.root, found.certainty], [above(), "certain"]);
    // The Makefile above can be of the unikernel there.
    assert.equal((await located({ "config.ml": config })).root, inside());
  });

  it("is not a choice for a config.ml elsewhere, nor outside of the workspace folder", async () => {
    useConfigureChoices(() => "parentFolder");
    assert.equal((await located({}, "hello/config.ml")).root, join(folder, "hello"));
    await located({});
    assert.equal((await locateRoot(join(inside(), "config.ml"), inside())).root, inside());
  });

  it("is not that of a clone of mirage itself", () => {
    const clone = "git clone https://github.com/mirage/mirage\ncd mirage\nmake build\n";
    assert.deepEqual(folderUsedBy(clone), { inPlace: false, fromAbove: false });
    assert.deepEqual(folderUsedBy("cd mirage-www\nmirage configure\n"), { inPlace: false, fromAbove: false });
    assert.deepEqual(folderUsedBy("make -C app/mirage depend\n"), { inPlace: true, fromAbove: false });
  });
});
