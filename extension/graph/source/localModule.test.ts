import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { findLocalModule } from "./localModule.ts";

describe("findLocalModule", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-local-"));
    const files = {
      "unikernel.ml": "let x = 1\nmodule Main = struct let start () = x end\nmodule Ping = struct end\n",
      "goods/dune": "(library (name shop))",
      "goods/shop.ml": "module Main (B : Mirage_block.S) = struct end\nmodule Cart = Cart\n",
      "goods/cart.ml": "\nmodule Make () = struct end\n",
      "goods/hidden.ml": "module Make () = struct end\n",
      "unikernel/dune": "(library (name unikernel) (wrapped false))",
      "unikernel/deep.ml": "module Main = struct end\n",
      "duniverse/odd/dune": "(library (name odd))",
      "duniverse/odd/odd.ml": "module Main = struct end\n",
      "dist/odd/dune": "(library (name odd))",
      "dist/odd/odd.ml": "module Main = struct end\n",
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const of = async (path: string) => {
    const found = await findLocalModule(path, { root: folder, buildDir: folder });
    if (!found) return undefined;
    const { file, text, span } = found;
    return [relative(folder, file).replaceAll("\\", "/"), text.slice(0, span.start).split("\n").length];
  };

  it("finds a module in a file next to config.ml", async () => {
    assert.deepEqual(await of("Unikernel.Main"), ["unikernel.ml", 2]);
    assert.deepEqual(await of("Unikernel.Ping"), ["unikernel.ml", 3]);
    assert.deepEqual(await of("Unikernel"), ["unikernel.ml", 1]);
  });

  it("finds a module in a local library, directly or through the main module of the library", async () => {
    assert.deepEqual(await of("Shop.Main"), ["goods/shop.ml", 1]);
    assert.deepEqual(await of("Shop.Cart.Make"), ["goods/cart.ml", 2]);
    assert.deepEqual(await of("Deep.Main"), ["unikernel/deep.ml", 1]);
  });

  it("returns undefined for modules of other projects and modules that the library does not export", async () => {
    for (const path of ["Odd.Main", "Netif", "struct end", "Unikernel.Other", "Shop.Hidden.Make"])
      assert.equal(await of(path), undefined, path);
  });
});
