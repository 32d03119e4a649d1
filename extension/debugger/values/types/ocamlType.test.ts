import assert from "node:assert/strict";
import { parseDeclaration } from "./declaration.ts";
import { parseType, printType } from "./ocamlType.ts";

describe("Types of OCaml", () => {
  for (const text of [
    "int",
    "int list option",
    "('a, int) Hashtbl.t",
    "int * string -> (int -> 'a) -> x:int -> ?y:string -> unit",
    "[ `A | `B of int * string ]",
    "int Map.Make(String).t",
    "'a Map.Make(A.B)(C).t",
    "< m : int; n : string -> int > list",
    "(module S) list",
    "(int * string) list * bool",
    "x:int * y:int",
    "(int -> int) option",
    "('a -> 'b) list as 'c",
  ]) {
    it(`are printed as they were written: ${text}`, () => {
      const type = parseType(text);
      assert.equal(type && printType(type), text);
    });
  }

  for (const text of ["", "int)", "(int", "int ->", "[ `A", "'", "a b/2", "(".repeat(10_000)]) {
    it(`are refused: ${text.slice(0, 20)}`, () => assert.equal(parseType(text), undefined));
  }

  it("are the same without the bounds of an open variant", () => {
    const type = parseType("[< `A | `B > `A ] list");
    assert.equal(type && printType(type), "[ `A | `B ] list");
  });
});

describe("Declarations of types", () => {
  const fieldsOf = (text: string) => {
    const definition = parseDeclaration(text)?.definition;
    assert.equal(definition?.kind, "record");
    return definition.fields.map(({ name, type, mutable }) => [name, printType(type), mutable]);
  };
  const constructorsOf = (text: string) => {
    const definition = parseDeclaration(text)?.definition;
    assert.equal(definition?.kind, "variant");
    return definition.constructors.map(({ name, arguments: parts, fields, result }) => [
      name,
      fields ? fields.map((each) => each.name).join() : parts.map((each) => printType(each)).join(" and "),
      result ? printType(result) : "",
    ]);
  };

  it("of records have fields, with those of polymorphic types", () => {
    assert.deepEqual(
      fieldsOf("type 'a t = private {\n  f : 'b. 'b -> 'a;\n  mutable path : string; [@deprecated]\n}"),
      [
        ["f", "'b -> 'a", false],
        ["path", "string", true],
      ],
    );
  });

  it("of variants have constructors with arguments, a tuple or fields", () => {
    assert.deepEqual(
      constructorsOf(
        "type t = M.t =\n | A of { a : int; b : string; } | B | C of (int * string) | D of int * string",
      ),
      [
        ["A", "a,b", ""],
        ["B", "", ""],
        ["C", "int * string", ""],
        ["D", "int and string", ""],
      ],
    );
    assert.deepEqual(constructorsOf("type t = |"), []);
  });

  it("of generalized variants have result types", () => {
    assert.deepEqual(
      constructorsOf("type _ g =\n Int : int -> int T.g | P : 'a T.g * 'b T.g -> ('a * 'b) T.g | N : int g"),
      [
        ["Int", "int", "int T.g"],
        ["P", "'a T.g and 'b T.g", "('a * 'b) T.g"],
        ["N", "", "int g"],
      ],
    );
  });

  it("may be abstract, open, an abbreviation or unboxed", () => {
    assert.equal(parseDeclaration("type (+'a, !-'b) t")?.definition.kind, "abstract");
    assert.deepEqual(parseDeclaration("type (+'a, !-'b) t")?.parameters, ["a", "b"]);
    assert.equal(parseDeclaration("type e = ..")?.definition.kind, "open");
    const abbreviation = parseDeclaration("type t = private int")?.manifest;
    assert.equal(abbreviation && printType(abbreviation), "int");
    assert.equal(parseDeclaration("type u = U of int [@@unboxed]")?.unboxed, true);
    assert.equal(parseDeclaration("type u = { unboxed : int }")?.unboxed, false);
    assert.equal(parseDeclaration("val x : int"), undefined);
  });
});
