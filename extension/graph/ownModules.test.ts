import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { ownModules } from "./ownModules.ts";

describe("ownModules", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-own-"));
    const files = {
      "unikernel.ml": "let x = 1\nmodule Main = struct let start () = x end\nmodule Ping = struct end\n",
      "shop/shop.ml": "module Main (B : Mirage_block.S) = struct end\n",
      "shop/cart.ml": "module Make () = struct end\n",
      "duniverse/odd/odd.ml": "module Main = struct end\n",
      "dist/odd/odd.ml": "module Main = struct end\n",
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const of = async (path: string, below = true) =>
    (await ownModules(path, folder, below)).map(({ file, text, span }) => [
      relative(folder, file).replaceAll("\\", "/"),
      text.slice(0, span.start).split("\n").length,
    ]);

  it("are found beside config.ml, whether main or another device names them", async () => {
    assert.deepEqual(await of("Unikernel.Main"), [["unikernel.ml", 2]]);
    assert.deepEqual(await of("Unikernel.Ping"), [["unikernel.ml", 3]]);
    assert.deepEqual(await of("Unikernel"), [["unikernel.ml", 1]]);
  });

  it("are found in a local library, by its own module or one within", async () => {
    assert.deepEqual(await of("Shop.Main"), [["shop/shop.ml", 1]]);
    assert.deepEqual(await of("Shop.Cart.Make"), [["shop/cart.ml", 1]]);
    assert.deepEqual(await of("Shop.Main", false), []);
  });

  it("are not those of others", async () => {
    for (const path of ["Odd.Main", "Netif", "struct end", "Unikernel.Other"])
      assert.deepEqual(await of(path), [], path);
  });
});
