import assert from "node:assert/strict";
import { parsePath } from "../values/paths/parsePath.ts";
import { conditionByAddress, gdbCondition } from "./gdbCondition.ts";

const places = new Map([
  ["n", { register: "rbx" }],
  ["left", { stackOffset: 16n }],
]);
const translated = (text: string) => {
  const parsed = parsePath(text);
  assert.ok(parsed.kind === "parsed", text);
  return gdbCondition(parsed.expression, (name) => places.get(name));
};

describe("a condition that gdb evaluates", () => {
  it("compares words of OCaml, and stops at a word that is not an integer", () => {
    assert.equal(translated("n = 3"), "((long)$rbx & 1) == 0 || ((long)$rbx == 7)");
    assert.equal(translated("-2 < n"), "((long)$rbx & 1) == 0 || ((long)$rbx > -3)");
    const stack = "*(long*)((char*)$sp+16)";
    assert.equal(
      translated("not (n <> 0) || left >= 1 && n < 9"),
      `((long)$rbx & 1) == 0 || (${stack} & 1) == 0 || (!(((long)$rbx != 1)) || ((${stack} >= 3) && ((long)$rbx < 19)))`,
    );
  });

  it("is not one of anything else", () => {
    for (const text of [
      "n",
      "other = 1",
      "n = left",
      "n + 1 = 2",
      'n = "x"',
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
