import assert from "node:assert/strict";
import { moduleAt, readSource, type SourceModule } from "./functors.ts";
import { cpuMs } from "../../test/harness/cpuTime.ts";

const read = (text: string, ...path: string[]): SourceModule => {
  const found = moduleAt(readSource(text), path);
  assert.ok(found, `no module ${path.join(".")} in ${text}`);
  return found;
};
const header = ({ parameters }: SourceModule) =>
  parameters?.map(({ name, signature }) => `${name ?? ""}:${signature ?? ""}`);
const startOf = ({ start }: SourceModule) => start?.parameters.map(({ text }) => text);

describe("functor headers of a unikernel", () => {
  it("are read with their parameters in any layout, with comments and attributes", () => {
    const text = `
      module Main (* (X : Wrong) *)
        (N : Mirage_net.S)
        (_ : sig type t (* end *) val v : t end) ()
        (I : Tcpip.Ip.S with type ipaddr =
           Ipaddr.V6.t) : sig val start : unit end with type t = int =
      struct let start n () i = N.listen n end [@@ocaml.warning "-32"]`;
    const main = read(text, "Main");
    assert.deepEqual(header(main), [
      "N:Mirage_net.S",
      "_:sig type t (* end *) val v : t end",
      ":",
      "I:Tcpip.Ip.S with type ipaddr = Ipaddr.V6.t",
    ]);
    assert.equal(text.slice(main.nameSpan.start, main.nameSpan.end), "Main");
    assert.deepEqual(
      main.parameters?.map(({ span }) => text.slice(span.start, span.end).slice(0, 3)),
      ["(N ", "(_ ", "()", "(I "],
    );
    assert.equal(text.slice(main.insertAt).trimStart()[0], ":");
    assert.deepEqual(startOf(main), ["n", "()", "i"]);
  });

  it("can be written with `functor`", () => {
    const text = "module Make = functor (A : S) (B : T) -> functor () -> struct let start a b = () end";
    const make = read(text, "Make");
    assert.deepEqual(header(make), ["A:S", "B:T", ":"]);
    assert.equal(text.slice(make.insertAt, make.insertAt + 6), "struct");
    assert.equal(make.keyword, true);
  });

  it("have no known parameters if the module is not written out", () => {
    for (const text of ["module M = Other.Make", "module M (A : S) = F (A)", "module M (A : S"]) {
      assert.equal(read(text, "M").parameters, undefined, text);
      assert.equal(read(text, "M").open, true, text);
    }
  });

  it("belong to the module around them, and local modules to none", () => {
    const text = `
      module Outer = struct
        module Inner (S : A) = struct let start = fun s -> s end
        let helper = let module Local = struct let start () = () end in Local.start
      end
      module type T = sig module Not : sig end end`;
    assert.deepEqual(header(read(text, "Outer", "Inner")), ["S:A"]);
    assert.deepEqual(
      readSource(text).modules.map(({ name }) => name),
      ["Outer"],
    );
    assert.equal(read(text, "Outer").start, undefined);
  });

  it("are found after text that is being typed", () => {
    const main = "\nmodule Main (S : Mirage_kv.RO) = struct\n  let start s = S.get s\nend\n";
    for (const half of [
      "let x = (foo [",
      "module A (B : ",
      "let f = \n",
      "module\n",
      "open",
      "module M = struct\n  let x = 1\n",
    ]) {
      const source = readSource(half + main);
      assert.deepEqual(header(moduleAt(source, ["Main"]) ?? source), ["S:Mirage_kv.RO"], half);
    }
  });

  it("are read in linear time", () => {
    for (const piece of [
      "(",
      "struct ",
      "module M (",
      "let ",
      "module M = functor (A:S) -> ",
      "= ",
      "module A : ",
    ]) {
      const begun = cpuMs();
      readSource(piece.repeat(10_000));
      assert.ok(cpuMs() - begun < 2000, piece);
    }
  });
});

describe("the function start", () => {
  it("is the last binding of that name that is an item", () => {
    const text = "let start () = 1\nlet other = let start a b = a in start\nlet rec start ?x ~y:(a, b) z = z";
    const { start } = readSource(text);
    assert.deepEqual(
      start?.parameters.map((each) => [each.text, each.optional]),
      [
        ["?x", true],
        ["~y:(a, b)", false],
        ["z", false],
      ],
    );
  });

  it("is known to return when Lwt makes its result, and not otherwise", () => {
    const ends = (text: string) => readSource(text).start?.ends;
    assert.equal(ends("let start a = f a >>= fun x -> g x"), true);
    assert.equal(ends("let start a = let b = a in let open X in Lwt.return b"), true);
    assert.equal(ends("let start a = let* b = a in c"), true);
    assert.equal(ends("let start a = helper a"), false);
    assert.equal(ends("let start a = helper @@ fun b -> c >>= d"), false);
    assert.equal(ends("let start = let f a = a >>= b in f"), false);
    assert.equal(ends("let start = partial a\nlet other = a >>= b"), false);
    assert.equal(readSource("let start a = fun b -> function X -> y >>= z").start?.further, 2);
  });

  it("is undefined while its parameters are being typed", () => {
    assert.equal(readSource("let start a b \nlet x = 1").start, undefined);
  });
});
