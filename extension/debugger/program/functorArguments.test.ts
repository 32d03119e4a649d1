import assert from "node:assert/strict";
import { functorArguments } from "./functorArguments.ts";

const main = `module Ethernet_make__12 = Ethernet.Make(Netif)

module Unikernel_main__14 = Unikernel.Main(Stack.V4V6)(Ethernet_make__12)
let start = lazy (Unikernel_main__14.start 1)
`;
const source = "module Main (S : T) (E : U with type t = int) = struct let start s = s end\n";

describe("the modules that the functor of a unikernel gets", () => {
  const read = (texts: { main?: string; source?: string; others?: readonly string[] }) =>
    functorArguments({ module: "Unikernel", name: "Main" }, { main, source, others: [], ...texts });

  it("are those of main.ml, which has some of them itself", () => {
    assert.deepEqual(
      [...(read({ others: ["let a = Main.start 1"] }) ?? [])],
      [
        ["S", "Stack.V4V6"],
        ["E", "Dune__exe__Main.Ethernet_make__12"],
      ],
    );
  });

  for (const [title, texts] of [
    ["it is applied again", { main: `${main}module Again = Unikernel.Main(A)(B)` }],
    ["it is applied by a file of the user", { others: ["module Again = Unikernel.Main (A) (B)"] }],
    ["a module in it has the name of a parameter", { source: `${source}module S = String\n` }],
    ["an argument is no path", { main: main.replace("Stack.V4V6", "Stack.Make(A)") }],
    ["it gets other numbers of modules", { main: main.replace("(Ethernet_make__12)", "") }],
    ["there are two functors of the name", { source: source + source }],
  ] as const) {
    it(`are unknown if ${title}`, () => {
      assert.equal(read(texts), undefined);
    });
  }
});
