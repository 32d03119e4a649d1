import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "../platform/process.ts";
import { libraryFolders } from "./libraries.ts";

describe("libraryFolders", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "libraries-"));
    for (const name of ["extra", "switch/lib", "system", "bin"]) {
      await mkdir(join(folder, name), { recursive: true });
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("returns the existing folders of OCAMLPATH, the opam switch and findlib", async function () {
    if (process.platform === "win32") this.skip();
    const ocamlfind = join(folder, "bin", "ocamlfind");
    await writeFile(
      ocamlfind,
      `#!/bin/sh\necho '${join(folder, "system")}'\necho '${join(folder, "switch/lib")}'\n`,
    );
    await chmod(ocamlfind, 0o755);
    const env = {
      PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter),
      OCAMLPATH: [join(folder, "extra"), join(folder, "gone"), "relative"].join(delimiter),
      OPAM_SWITCH_PREFIX: join(folder, "switch"),
    };
    assert.deepEqual(await libraryFolders(env, run, folder), [
      join(folder, "extra"),
      join(folder, "switch/lib"),
      join(folder, "system"),
    ]);
  });

  it("adds the folders of findlib's toolchains", async function () {
    if (process.platform === "win32") this.skip();
    const ocamlfind = join(folder, "bin", "ocamlfind");
    await writeFile(
      ocamlfind,
      `#!/bin/sh\n[ "$*" = '-toolchain solo5 printconf path' ] && echo '${join(folder, "extra")}'\necho '${join(folder, "system")}'\n`,
    );
    await chmod(ocamlfind, 0o755);
    const env = { PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter) };
    assert.deepEqual(await libraryFolders(env, run, folder, ["solo5", "unikraft"]), [
      join(folder, "system"),
      join(folder, "extra"),
    ]);
  });

  it("returns none without OCAMLPATH, switch and findlib", async () => {
    assert.deepEqual(await libraryFolders({ PATH: join(folder, "extra") }, run, folder), []);
  });
});
