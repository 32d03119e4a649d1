import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findFrame, frameCandidates, frameLabel } from "./links.ts";

describe("the source of a frame", () => {
  const roots = { project: "/p", libraries: ["/s/lib"] };
  it("looks in the project, its builds and the switch", () => {
    assert.equal(frameCandidates("unikernel.ml", roots)[0], "/p/unikernel.ml");
    assert.equal(
      frameCandidates("duniverse/lwt/src/core/lwt.ml", roots)[0],
      "/p/duniverse/lwt/src/core/lwt.ml",
    );
    assert.equal(frameCandidates("_build/solo5/unikernel.ml", roots)[0], "/p/unikernel.ml");
    assert.ok(frameCandidates("camlinternalLazy.ml", roots).includes("/s/lib/ocaml/camlinternalLazy.ml"));
    assert.deepEqual(frameCandidates("/x/_build/default/a.ml", roots), ["/x/_build/default/a.ml", "/x/a.ml"]);
  });

  it("follows no name out of the project", () => {
    assert.deepEqual(frameCandidates("../../etc/passwd", roots), []);
    assert.deepEqual(frameCandidates("", roots), []);
  });

  it("finds files of libraries in duniverse and in the switch, and says why it does not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mirageos-frames-"));
    const put = async (path: string) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), "");
    };
    try {
      for (const path of ["p/unikernel.ml", "p/duniverse/logs/src/logs.ml", "p/duniverse/other/src/main.ml"])
        await put(path);
      for (const path of ["s/lwt/unix/lwt_engine.ml", "s/a/main.ml", "s/b/main.ml", "s/ocaml/list.ml"])
        await put(path);
      const found = async (file: string, name?: string) => {
        const source = await findFrame(
          { file, name },
          { project: join(folder, "p"), libraries: [join(folder, "s")] },
        );
        return "file" in source ? source.file.slice(folder.length + 1) : source.reason;
      };
      assert.equal(await found("unikernel.ml"), "p/unikernel.ml");
      assert.equal(await found("duniverse/logs/src/logs.ml"), "p/duniverse/logs/src/logs.ml");
      assert.equal(await found("src/logs.ml", "Logs.report"), "p/duniverse/logs/src/logs.ml");
      assert.equal(
        await found("src/unix/lwt_engine.ml", "Lwt_engine.libev#iter"),
        "s/lwt/unix/lwt_engine.ml",
      );
      assert.equal(await found("list.ml", "Stdlib__List.map"), "s/ocaml/list.ml");
      assert.equal(await found("lib/main.ml", "A.run"), "s/a/main.ml");
      assert.equal(await found("lib/main.ml", "Zed.run"), "several libraries have a main.ml");
      assert.match(await found("duniverse/gone/x.ml"), /not in duniverse/);
      assert.match(await found("../p/unikernel.ml"), /no such file/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("names functions as the source does", () => {
    assert.equal(frameLabel("Dune__exe__Unikernel.start"), "Unikernel.start");
    assert.equal(frameLabel(undefined), "");
  });
});
