import assert from "node:assert/strict";
import { parsePath } from "../values/paths/parsePath.ts";
import { conditionByAddress, gdbCondition } from "./gdbCondition.ts";
import type { GdbValue } from "./gdbValue.ts";

const values = new Map<string, GdbValue>([
  ["n", { word: "(long)$rbx", type: "int" }],
  ["left", { word: "*(long*)((char*)$sp+16)", type: "int" }],
  ["sign", { word: "$a", type: "char" }],
  ["isOpen", { word: "$b", type: "bool" }],
  ["state", { word: "$c", type: { constructors: new Map([["Closed", 2n]]) } }],
  ["unknown", { word: "$d", type: undefined }],
]);
const translated = (text: string) => {
  const parsed = parsePath(text);
  assert.ok(parsed.kind === "parsed", text);
  return gdbCondition(parsed.expression, (of) => (of.kind === "name" ? values.get(of.name) : undefined));
};

describe("a condition that gdb evaluates", () => {
  for (const [text, expected] of [
    ["n = 3", "((long)$rbx == 7)"],
    ["-2 < n", "((long)$rbx > -3)"],
    ["n > left", "((long)$rbx > *(long*)((char*)$sp+16))"],
    [
      "not (n <> 0) || left >= 1 && n < 9",
      "(!(((long)$rbx != 1)) || ((*(long*)((char*)$sp+16) >= 3) && ((long)$rbx < 19)))",
    ],
    ["n mod 100 = 0", "(((long)$rbx >> 1) % 100 == 0)"],
    ["5 < n / 2", "(((long)$rbx >> 1) / 2 > 5)"],
    ["sign >= 'a'", "($a >= 195)"],
    ["isOpen && not isOpen", "(($b == 3) && !(($b == 3)))"],
    ["isOpen <> false", "($b != 1)"],
    ["state = Closed", "($c == 5)"],
    ["unknown = 3", "($d & 1) == 0 || ($d == 7)"],
  ] as const)
    it(`compares words of OCaml: ${text}`, () => assert.equal(translated(text), expected));

  it("is not one of anything else", () => {
    for (const text of [
      "n",
      "other = 1",
      "n + 1 = 2",
      "n mod 0 = 1",
      "n mod left = 1",
      'n = "x"',
      "n = true",
      "n = 'a'",
      "n = Closed",
      "n = state",
      "state = Open",
      "state < Closed",
      "isOpen < true",
      "unknown = true",
      "unknown = n",
      "n = 3 && other",
      "r.n = 3",
      "n = 4611686018427387904",
    ])
      assert.equal(translated(text), undefined, text);
  });

  it("is true at the addresses for which none is known", () => {
    const test = conditionByAddress(
      new Map([
        [16n, "a"],
        [32n, "b"],
      ]),
    );
    assert.equal(
      test,
      "((unsigned long)$pc == 16 && (a)) || ((unsigned long)$pc == 32 && (b)) || ((unsigned long)$pc != 16 && (unsigned long)$pc != 32)",
    );
  });
});
