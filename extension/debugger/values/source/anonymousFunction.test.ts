import assert from "node:assert/strict";
import { readSourceText } from "./sourceFunction.ts";

/** The parameters of the function that has a call of `marked`, which is on one line of a text. */
function parametersAround(text: string, marked: string): readonly (string | undefined)[] | undefined {
  const start = text.indexOf(marked);
  const line = text.slice(0, start).split("\n").length;
  const calls = [{ start, end: start + marked.length }];
  return readSourceText(text)
    .anonymousAt(line, calls)
    ?.parameters.map(({ name }) => name);
}

describe("An anonymous function of a source", () => {
  for (const [text, parameters] of [
    ["let a = f (fun x y -> g 1)", ["x", "y"]],
    ["let a = f (fun ~x (y : int) -> g 1)", ["x", "y"]],
    ["let a = f (fun (x, (y, z)) -> g 1)", ["x", undefined]],
    ["let a = p >>= fun x -> q >>= fun y -> g 1", ["y"]],
    ["let a = f (fun x -> h x) (fun y -> g 1)", ["y"]],
    ["let a = f (function 1 -> g 1 | _ -> 2)", [undefined]],
    ["let a = f (fun x -> h (fun y -> y) (g 1))", ["x"]],
    ["let a = let* x = p in f (fun y -> g 1)", ["y"]],
    ["let a = let* x = p in h (g 1)", ["x"]],
    ["let a = let* x = p in let* y = g 1 in h y", ["x"]],
    ["let a =\n let* x = p in\n let* y = q in\n h (g 1)", ["y"]],
    ["let a = let* (x, y) = p in h (g 1)", ["x", "y"]],
    ["let a = let* x, y = p in h (g 1)", ["x", "y"]],
    ["let a = let* x = p and* y = q in h (g 1)", ["x", "y"]],
    ["let a = let* x : int = p in h (g 1)", ["x"]],
    ["let a = let* () = p in h (g 1)", [undefined]],
    ["let a = let%lwt { x } = p in h (g 1)", [undefined]],
  ] as const) {
    it(`is the innermost one that contains its calls: ${text}`, () => {
      assert.deepEqual(parametersAround(text, "g 1"), parameters);
    });
  }

  for (const text of [
    "let a = f (fun x -> fun y -> g 1)",
    "let a = f (fun x -> (function y -> g 1))",
    "let a = f (fun x -> lazy (g 1))",
    "let a = f (fun x -> h (fun ((y, z) as both) -> g 1))",
    "let a = let* x = p in let* y = q in g 1",
    "let a = let%other x = p in h (g 1)",
    "let a = let* (x as y, z) = p in h (g 1)",
    "let a = f (fun ((x, y) as both) -> g 1)",
    "let a = f (fun x -> x) (g 1)",
    "let a = g 1",
  ]) {
    it(`is unknown if the compiler may have made another one: ${text}`, () => {
      assert.equal(parametersAround(text, "g 1"), undefined);
    });
  }

  it("is unknown without a call", () => {
    assert.equal(readSourceText("let a = f (fun x -> x)").anonymousAt(1, []), undefined);
  });

  it("ends with the binding that contains it, and begins on its line", () => {
    const text = "let a =\n  let b = p >>= fun x ->\n    g 1 in\n  b x\n\nlet c = 1\n";
    const start = text.indexOf("g 1");
    const found = readSourceText(text).anonymousAt(2, [{ start, end: start + 3 }]);
    assert.equal(text.slice(found?.span.start, found?.span.end), "fun x ->\n    g 1");
    assert.equal(found?.mentions("g"), true);
    assert.equal(found?.mentions("b"), false);
  });
});

describe("A let of a source", () => {
  it("ends with the binding of the let around it", () => {
    const text = "let f x =\n  let g y =\n    let a = x in\n    a + y in\n  let b = g x in\n  b\n";
    const bindings = readSourceText(text).functionNamed("f", 1)?.bindings ?? [];
    assert.deepEqual(
      bindings.map(({ name, visible }) => [name, ...visible]),
      [
        ["a", 3, 4],
        ["b", 5, 6],
      ],
    );
  });
});
