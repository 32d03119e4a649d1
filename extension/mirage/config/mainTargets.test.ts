import assert from "node:assert/strict";
import { readConfigSource } from "./parseConfig.ts";
import { mismatches } from "../../../language-bridge/features/mainMismatch.ts";
import { moduleLocation, startPaths, mainTargets } from "./mainTargets.ts";
import { readSource } from "../../ocaml/functors.ts";

const files = (texts: Readonly<Record<string, string>>) => {
  const read = new Map(Object.entries(texts).map(([file, text]) => [file, readSource(text)]));
  return (file: string) => read.get(file);
};

const unikernel = "module Main (S : Tcpip.Stack.V4V6) = struct let start _ = Lwt.return_unit end";

describe("what main names", () => {
  it("is found in a file beside config.ml or in a file of a library", () => {
    const source = files({ Unikernel: unikernel, "Shop.Cart": unikernel });
    assert.deepEqual(moduleLocation("Unikernel.Main", source), { file: "Unikernel", path: ["Main"] });
    assert.deepEqual(moduleLocation("Shop.Cart.Main", source), { file: "Shop.Cart", path: ["Main"] });
    assert.deepEqual(moduleLocation("Shop.Cart", source), { file: "Shop.Cart", path: [] });
    assert.equal(moduleLocation("Shop.Other", source), undefined);
  });

  it("is found through the aliases of a library's main module", () => {
    const own = `module App = Cart\nmodule Inner = struct module Cart = Cart end\nmodule Here = Cart.Main
module Made = Cart.Main (Stack)`;
    const source = files({ Shop: own, "Shop.Cart": unikernel });
    assert.deepEqual(moduleLocation("Shop.App.Main", source), { file: "Shop.Cart", path: ["Main"] });
    assert.deepEqual(moduleLocation("Shop.App", source), { file: "Shop.Cart", path: [] });
    assert.deepEqual(moduleLocation("Shop.Inner.Cart.Main", source), { file: "Shop.Cart", path: ["Main"] });
    // A name that the library's own module gives is defined there.
    assert.deepEqual(moduleLocation("Shop.Here", source), { file: "Shop", path: ["Here"] });
    assert.deepEqual(moduleLocation("Shop.Made", source), { file: "Shop", path: ["Made"] });
    assert.deepEqual(moduleLocation("Shop.Cart.Main", source), { file: "Shop", path: ["Cart", "Main"] });
    const nested = files({ A: "module B = B", "A.B": "module C = C", "A.B.C": unikernel });
    assert.deepEqual(moduleLocation("A.B.C.Main", nested), { file: "A.B.C", path: ["Main"] });
  });

  it("is offered if it can have a start function", () => {
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

  it("is compared with the functor of a library, which is named by its file", () => {
    const config = readConfigSource(`open Mirage
let a = main "Store.Till.Main" job ~local_libs:[ "store" ]
let b = main "Shop.Hidden" job`);
    const source = files({ "Store.Till": unikernel, Shop: "module Cart = Cart", "Shop.Hidden": unikernel });
    const [definition] = mainTargets(config, source).map(({ definition: at }) => at);
    assert.equal(unikernel.slice(definition?.start, definition?.end), "Main");
    assert.deepEqual(
      mismatches({ config, source }).map(({ file, kind, config: { message } }) => [file, kind, message]),
      [
        [
          "Store.Till",
          "arity",
          "config.ml passes no devices to Store.Till.Main, but the functor Main takes 1 parameter.",
        ],
        ["Shop", "module", "shop.ml has no module Hidden."],
      ],
    );
  });
});
