import assert from "node:assert/strict";
import { readBrackets } from "../../../ocaml/brackets.ts";
import { readSourceText } from "../source/sourceFunction.ts";
import { readPattern, type PatternStep } from "./patternReader.ts";

const shownStep = (step: PatternStep): string =>
  step.kind === "field"
    ? String(step.index)
    : step.kind === "record"
      ? `.${step.name}`
      : `${step.name} ${step.index}/${step.count}`;

describe("A pattern of a source", () => {
  const read = (text: string) => {
    const brackets = readBrackets(text);
    return readPattern(brackets, 0, brackets.tokens.length).map(({ name, steps }) =>
      [name, ...steps.map(shownStep)].join(" "),
    );
  };
  for (const [text, names] of [
    ["x", ["x"]],
    ["_", []],
    ["a, (b, _)", ["a 0", "b 1 0"]],
    ["Some x", ["x Some 0/1"]],
    ["Ok (`Data b)", ["b Ok 0/1 1"]],
    ["Ok (Closed (a, b) as c)", ["a Ok 0/1 Closed 0/2", "b Ok 0/1 Closed 1/2", "c Ok 0/1"]],
    ["M.Pair (a, b)", ["a Pair 0/2", "b Pair 1/2"]],
    ["first :: (second :: _ as rest)", ["first 0", "second 1 0", "rest 1"]],
    ["[ a; b ]", ["a 0", "b 1 0"]],
    ["{ id; path = Some p; _ }", ["id .id", "p .path Some 0/1"]],
    ["(x : int), y", ["x 0", "y 1"]],
    ["Some 'a'..'z', -1, \"text\", n", ["n 3"]],
    ["lazy x", []],
    ["exception Failure text", []],
    ["[| a; b |]", []],
  ] as const) {
    it(`has its names with the way to them: ${text}`, () => {
      assert.deepEqual(read(text), names);
    });
  }

  const textOf = (text: string, { start, end }: { readonly start: number; readonly end: number }) =>
    text.slice(start, end);
  const visible = (text: string) =>
    (readSourceText(text).functionNamed("f", 1)?.patterns ?? []).map(
      ({ root, variables, visible: [first, last] }) => [
        typeof root === "number" ? root : textOf(text, "raisedIn" in root ? root.raisedIn : root),
        ...variables.map(({ name }) => name),
        first,
        last,
      ],
    );
  it("is visible in the lines that only its case has", () => {
    const cases = "  | Some a ->\n    g a\n  | None -> 0\n";
    assert.deepEqual(visible(`let f x =\n  match x with\n${cases}\nlet b = 1`), [["x", "a", 3, 4]]);
    assert.deepEqual(visible(`let f x = function\n${cases}`), [[1, "a", 2, 3]]);
    assert.deepEqual(visible("let f x = match x with Some a -> g a | None -> 0"), [["x", "a", 2, 1]]);
  });

  it("is also that of a parameter or of a let", () => {
    assert.deepEqual(visible("let f n { id; path } =\n  let a, b = g n in\n  a + id"), [
      [1, "id", "path", 1, 3],
      ["g n", "a", "b", 2, 3],
    ]);
  });

  it("ends where a loop ends, and contains the cases of a match at its end", () => {
    const nested =
      "  | A a ->\n    (match a with\n    | B b -> b)\n  | C c ->\n    match c with\n    | D d -> d\n    | E e ->\n      e\n";
    assert.deepEqual(visible(`let f x =\n  match x with\n${nested}`), [
      ["x", "a", 3, 5],
      ["x", "c", 6, 10],
      ["a", "b", 5, 5],
      ["c", "d", 8, 8],
      ["c", "e", 9, 10],
    ]);
    assert.deepEqual(
      visible("let f x =\n  while true do\n    match x with\n    | A a ->\n      g a\n  done;\n  0"),
      [["x", "a", 4, 5]],
    );
  });

  it("is that of an exception in a try, after which the cases of a match in it end", () => {
    const text =
      "let f x =\n  try\n    match g x with\n    | A a ->\n      h a\n  with\n  | B b ->\n    h b\n  | _ -> 0";
    const [body, matched] = [text.slice(text.indexOf("match"), text.indexOf("\n  with")), "g x"];
    assert.deepEqual(
      visible(text).filter(([, name]) => typeof name === "string"),
      [
        [body, "b", 7, 8],
        [matched, "a", 4, 5],
      ],
    );
  });
});
