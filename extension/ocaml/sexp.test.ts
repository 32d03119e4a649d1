import assert from "node:assert/strict";
import fc from "fast-check";
import { anyText } from "../../test/harness/anyText.ts";
import { parseSexps, sexpAtoms, sexpField } from "./sexp.ts";

describe("parseSexps", () => {
  it("reads atoms, quoted strings and nested lists", () => {
    assert.deepEqual(parseSexps('(library (name a-b) (flags (:standard -w "+a b")))\n(data_only_dirs x)'), [
      ["library", ["name", "a-b"], ["flags", [":standard", "-w", "+a b"]]],
      ["data_only_dirs", "x"],
    ]);
  });

  it("skips comments, and parentheses in them and in strings", () => {
    const text = '; (library (name no))\n#| (a\n b) |# (run "(not a list) ; no comment" x) ;';
    assert.deepEqual(parseSexps(text), [["run", "(not a list) ; no comment", "x"]]);
  });

  it("reads escapes in strings", () => {
    assert.deepEqual(parseSexps('"a\\"b\\\\c\\nd"'), ['a"b\\c\nd']);
  });

  it("closes what is open at the end, and ignores what closes nothing", () => {
    assert.deepEqual(parseSexps(") (library (name shop"), [["library", ["name", "shop"]]]);
  });

  it("never fails", () => {
    fc.assert(fc.property(anyText(), (text) => void sexpAtoms(parseSexps(text))));
    assert.equal(sexpAtoms(parseSexps("(a ".repeat(100_000))).length, 100_000);
  });
});

describe("sexpField", () => {
  it("returns the items of the first list of that name", () => {
    const [stanza = []] = parseSexps("(library (libraries lwt (re_export fmt)) (name x))");
    assert.ok(Array.isArray(stanza));
    assert.deepEqual(sexpField(stanza, "libraries"), ["lwt", ["re_export", "fmt"]]);
    assert.equal(sexpField(stanza, "modules"), undefined);
  });
});
