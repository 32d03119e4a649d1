import assert from "node:assert/strict";
import { symbolName } from "./symbolName.ts";

describe("the linker name of an OCaml function", () => {
  it("has a unit, a name and a number, with the separator of each version and dune's prefixes", () => {
    for (const [symbol, unit, name, stamp] of [
      ["camlUnikernel__start_376", "Unikernel", "start", 376],
      ["camlDune__exe__Unikernel__start_376", "Dune__exe__Unikernel", "start", 376],
      ["camlDune__exe__Unikernel__a__b_1", "Dune__exe__Unikernel", "a__b", 1],
      ["camlDune__exe__Unikernel.start_376", "Dune__exe__Unikernel", "start", 376],
      ["_camlDune__exe__Unikernel$start_376", "Dune__exe__Unikernel", "start", 376],
      ["camlStdlib__List__map_12", "Stdlib__List", "map", 12],
      ["camlLwt.fun_3", "Lwt", "fun", 3],
    ] as const) {
      assert.deepEqual(symbolName(symbol), { unit, name, stamp });
    }
  });

  it("is not recognized in another scheme", () => {
    for (const symbol of ["caml_raise_exn", "_CamlU9Unikernel", "main", "camlUnikernel__entry", ""])
      assert.equal(symbolName(symbol), undefined);
  });
});
