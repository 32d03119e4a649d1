import assert from "node:assert/strict";
import { readConfigSource } from "./configSource.ts";
import { mismatches } from "./mismatch.ts";
import { placeOf, startPaths, targets } from "./names.ts";
import { readSource } from "./unikernelSource.ts";

const files = (texts: Readonly<Record<string, string>>) => {
  const read = new Map(Object.entries(texts).map(([file, text]) => [file, readSource(text)]));
  return (file: string) => read.get(file);
};

const unikernel = "module Main (S : Tcpip.Stack.V4V6) = struct let start _ = Lwt.return_unit end";

describe("what main names", () => {
  it("is in the file beside config.ml, or in that of a library", () => {
    const source = files({ Unikernel: unikernel, "Shop.Cart": unikernel });
    assert.deepEqual(placeOf("Unikernel.Main", source), { file: "Unikernel", path: ["Main"] });
    assert.deepEqual(placeOf("Shop.Cart.Main", source), { file: "Shop.Cart", path: ["Main"] });
    assert.deepEqual(placeOf("Shop.Cart", source), { file: "Shop.Cart", path: [] });
    assert.equal(placeOf("Shop.Other", source), undefined);
  });

  it("is what a library's own module hands on, under whatever name", () => {
    const own = `module App = Cart\nmodule Inner = struct module Cart = Cart end\nmodule Here = Cart.Main
module Made = Cart.Main (Stack)`;
    const source = files({ Shop: own, "Shop.Cart": unikernel });
    assert.deepEqual(placeOf("Shop.App.Main", source), { file: "Shop.Cart", path: ["Main"] });
    assert.deepEqual(placeOf("Shop.App", source), { file: "Shop.Cart", path: [] });
    assert.deepEqual(placeOf("Shop.Inner.Cart.Main", source), { file: "Shop.Cart", path: ["Main"] });
    // A name that the library's own module gives is defined there.
    assert.deepEqual(placeOf("Shop.Here", source), { file: "Shop", path: ["Here"] });
    assert.deepEqual(placeOf("Shop.Made", source), { file: "Shop", path: ["Made"] });
    assert.deepEqual(placeOf("Shop.Cart.Main", source), { file: "Shop", path: ["Cart", "Main"] });
    const nested = files({ A: "module B = B", "A.B": "module C = C", "A.B.C": unikernel });
    assert.deepEqual(placeOf("A.B.C.Main", nested), { file: "A.B.C", path: ["Main"] });
  });

  it("is offered where it can have a start", () => {
    const source = {
      Unikernel: "module Main = struct let start () = () end module Other = struct end",
      Shop: "module App = Cart\nmodule Odd = F (X)\nlet start () = ()",
      "Shop.Cart": unikernel,
      "Shop.Hidden": unikernel,
      "Store.Till": unikernel,
    };
    assert.deepEqual(startPaths(Object.keys(source), files(source)), [
      "Unikernel.Main",
      "Shop",
      "Shop.App.Main",
      "Shop.Odd",
      "Store.Till.Main",
    ]);
  });

  it("is compared with the functor of a library too, which is named as its file", () => {
    const config = readConfigSource(`open Mirage
let a = main "Store.Till.Main" job ~local_libs:[ "store" ]
let b = main "Shop.Hidden" job`);
    const source = files({ "Store.Till": unikernel, Shop: "module Cart = Cart", "Shop.Hidden": unikernel });
    const [definition] = targets(config, source).map(({ definition: at }) => at);
    assert.equal(unikernel.slice(definition?.start, definition?.end), "Main");
    assert.deepEqual(
      mismatches({ config, source }).map(({ file, kind, config: { message } }) => [file, kind, message]),
      [
        [
          "Store.Till",
          "arity",
          "config.ml gives Store.Till.Main no devices, but the functor Main takes 1 parameter.",
        ],
        ["Shop", "module", "shop.ml has no module Hidden."],
      ],
    );
  });
});
