import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findFrame, frameCandidates, displayFrameName } from "./frameSources.ts";

/** Creates a folder for a project `p` and the libraries `s` of a switch. */
async function tree() {
  const folder = await mkdtemp(join(tmpdir(), "mirageos-frames-"));
  return {
    folder,
    put: async (path: string, text = "") => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    /** The path of a frame's file below the folder, or the reason why there is none. */
    found: async (file: string, name?: string) => {
      const roots = { project: join(folder, "p"), libraries: [join(folder, "s")] };
      const source = await findFrame({ file, name }, roots);
      return "file" in source ? source.file.slice(folder.length + 1) : source.reason;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

describe("findFrame", () => {
  const roots = { project: "/p", libraries: ["/s/lib"] };
  it("searches the project, its builds and the switch", () => {
    assert.equal(frameCandidates("unikernel.ml", roots)[0], "/p/unikernel.ml");
    assert.equal(
      frameCandidates("duniverse/lwt/src/core/lwt.ml", roots)[0],
      "/p/duniverse/lwt/src/core/lwt.ml",
    );
    assert.equal(frameCandidates("_build/solo5/unikernel.ml", roots)[0], "/p/unikernel.ml");
    assert.ok(frameCandidates("camlinternalLazy.ml", roots).includes("/s/lib/ocaml/camlinternalLazy.ml"));
    assert.deepEqual(frameCandidates("/x/_build/default/a.ml", roots), ["/x/_build/default/a.ml", "/x/a.ml"]);
  });

  it("returns no candidates outside the project", () => {
    assert.deepEqual(frameCandidates("../../etc/passwd", roots), []);
    assert.deepEqual(frameCandidates("", roots), []);
  });

  it("finds files of libraries in duniverse and in the switch, and gives a reason for missing files", async () => {
    const { put, found, remove } = await tree();
    try {
      for (const path of ["p/unikernel.ml", "p/duniverse/logs/src/logs.ml", "p/duniverse/other/src/main.ml"])
        await put(path);
      for (const path of ["s/lwt/unix/lwt_engine.ml", "s/a/main.ml", "s/b/main.ml", "s/ocaml/list.ml"])
        await put(path);
      assert.equal(await found("unikernel.ml"), "p/unikernel.ml");
      assert.equal(await found("duniverse/logs/src/logs.ml"), "p/duniverse/logs/src/logs.ml");
      assert.equal(await found("src/logs.ml", "Logs.report"), "p/duniverse/logs/src/logs.ml");
      assert.equal(
        await found("src/unix/lwt_engine.ml", "Lwt_engine.libev#iter"),
        "s/lwt/unix/lwt_engine.ml",
      );
      assert.equal(await found("list.ml", "Stdlib__List.map"), "s/ocaml/list.ml");
      assert.equal(await found("lib/main.ml", "A.run"), "s/a/main.ml");
      assert.equal(await found("lib/main.ml", "Zed.run"), "several libraries have a file main.ml");
      assert.match(await found("duniverse/gone/x.ml"), /not in duniverse/);
      assert.match(await found("../p/unikernel.ml"), /no such file/);
    } finally {
      await remove();
    }
  });

  it("finds files by their paths in builds", async () => {
    assert.equal(frameCandidates("/workspace_root/lib/a.ml", roots)[0], "/p/lib/a.ml");
    assert.equal(frameCandidates("/workspace_root/_build/default/lib/a.ml", roots)[0], "/p/lib/a.ml");
    assert.equal(frameCandidates("_build/.sandbox/0123abcd/default/lib/a.ml", roots)[0], "/p/lib/a.ml");
    assert.deepEqual(frameCandidates("/x/_build/.sandbox/0123abcd/default/a.ml", roots)[1], "/x/a.ml");
    assert.deepEqual(frameCandidates("/workspace_root/../../etc/passwd", roots), []);
    const { folder, put, found, remove } = await tree();
    try {
      for (const path of ["s/lwt/core/lwt.ml", "s/other/core/lwt.ml", "s/logs/logs.ml"]) await put(path);
      const built = "/home/opam/.opam/5.1/.opam-switch/build";
      assert.equal(await found(`${built}/lwt.5.7.0/_build/default/src/core/lwt.ml`), "s/lwt/core/lwt.ml");
      assert.equal(await found(`${built}/logs.0.7.0+dune/src/logs.ml`), "s/logs/logs.ml");
      assert.match(await found(`${built}/gone.1/src/gone.ml`), /not among the project's sources or/);
      assert.match(await found(`${folder}/gone.ml`), /no such file/);
    } finally {
      await remove();
    }
  });

  it("does not mistake a file of the project for a library's file of the same name", async () => {
    const { put, found, remove } = await tree();
    try {
      await put("p/lib/main.ml");
      await put("p/lib/dune", "(library\n (name own))");
      await put("p/lib/inner/deep.ml");
      await put("p/list.ml");
      await put("p/main.ml");
      await put("p/_build/default/lib/main.ml");
      assert.equal(await found("lib/main.ml", "Own__Main.run"), "p/lib/main.ml");
      assert.equal(await found("lib/inner/deep.ml", "Own__Deep.run"), "p/lib/inner/deep.ml");
      assert.equal(await found("lib/main.ml", undefined), "p/lib/main.ml");
      assert.equal(await found("main.ml", "Dune__exe__Main.run"), "p/main.ml");
      assert.equal(await found("list.ml", "List.map"), "p/list.ml");
      assert.match(await found("lib/main.ml", "Unix_os__Main.run"), /not among the project's sources/);
      assert.match(await found("list.ml", "Stdlib__List.map"), /not among the project's sources/);
      await put("s/mirage-unix/main.ml");
      await put("s/ocaml/list.ml");
      assert.equal(await found("lib/main.ml", "Unix_os__Main.run"), "s/mirage-unix/main.ml");
      assert.equal(await found("list.ml", "Stdlib__List.map"), "s/ocaml/list.ml");
    } finally {
      await remove();
    }
  });

  it("displays function names as in the source", () => {
    assert.equal(displayFrameName("Dune__exe__Unikernel.start"), "Unikernel.start");
    assert.equal(displayFrameName(undefined), "");
  });
});
