import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfigFile } from "./registrations.ts";
import { ocamlTokens } from "../../ocaml/lexer.ts";
import { cpuMs } from "../../../test/harness/cpuTime.ts";
import { anyText } from "../../../test/harness/anyText.ts";

const names = (text: string) => readConfigFile(text).registers.map(({ name }) => name);

describe("readConfig", () => {
  it("reads header and name of a usual config.ml, with their ranges", () => {
    const text = `(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package "duration" ]
let main = main ~packages "Unikernel" job
let () = register "hello-key" [ main ]
`;
    const config = readConfigFile(text);
    assert.equal(config.isUnikernel, true);
    assert.deepEqual(config.registers, [
      { name: "hello-key", range: { startLine: 5, startColumn: 9, endLine: 5, endColumn: 29 } },
    ]);
    assert.deepEqual(config.header, {
      text: "(* mirage >= 4.9.0 & < 4.12.0 *)",
      range: { startLine: 0, startColumn: 0, endLine: 0, endColumn: 32 },
      constraint: [
        { operator: ">=", version: "4.9.0" },
        { operator: "<", version: "4.12.0" },
      ],
    });
  });

  it("reads the name of the last register", () => {
    for (const [config, name] of [
      ['let () = register "hello" [ main ]', "hello"],
      ['(* register "old" *)\nlet () = Mirage.register "hello" [ main ]', "hello"],
      ['let () =\n  register ~argv:(f "x" [ 1 ]) ~packages "hello" [ main ]', "hello"],
      ['let name = "hello"\nlet () = register name [ main ]', "hello"],
      ['let () = register ("a" ^ "b") [ main ]', undefined],
      ["let () = register", undefined],
      ["", undefined],
    ] as const)
      assert.equal(names(`open Mirage\n${config}`).at(-1), name, config);
  });

  it("finds every way to call register", () => {
    for (const text of [
      'let () = Mirage.register "n" []',
      'open! Mirage\nlet () = register "n" [ main ]',
      'let () = let open Mirage in register "n" []',
      'let () = Mirage.(register "n" [])',
      'include Mirage\nlet () = register\n  "n" []',
      'module M = Mirage\nlet () = M.register "n" []',
      'module M = Mirage\nopen M\nlet () = register "n" []',
      'open Mirage\nlet name = "n"\nlet () = register name [ main ]',
      "open Mirage\nlet name : string = {|n|};;\nlet () = register (name) []",
      'open Mirage\nlet () = register ~argv:(Key.argv ()) ?init:None ~src:`None "n" []',
      "open Mirage\nlet () = register ~reporter:M.x ~argv {id|n|id} []",
      'open Mirage let register_it () = () let () = register ("n") []',
      'let () = let module M = Mirage in M.register "n" []',
      'let () =\n  let open! Mirage in\n  let m = main "U" job in\n  register "n" [ m ]',
      'let open Mirage in\nlet m = main "U" job in\nregister "n" [ m ]',
      'open Mirage;;\nlet m = main "U" job in\nregister "n" [ m ]',
      'module M = struct include Mirage end\nlet () = M.register "n" []',
      'open Mirage\nlet () = [ main "U" job ] |> register ~packages "n"',
      'open Mirage\nlet () = main "U" job |> fun m -> register "n" [ m ]',
      'open Mirage\nlet () = register ~packages:[ package "a" ] "n" ~reporter:r []',
      'open Mirage\nlet reg = register\nlet () = reg "n" []',
      'let reg = Mirage.register ~packages:[]\nlet () = reg "n" []',
      'open Mirage\nlet reg = register "n"\nlet () = reg []',
      'open Mirage\nlet reg name jobs = register name ~packages:[] jobs\nlet () = reg "n" []',
      'open Mirage\nlet reg ~name = register name\nlet () = [] |> reg ~name:"n"',
    ]) {
      assert.deepEqual(names(text), ["n"], text);
      assert.equal(readConfigFile(text).isUnikernel, true, text);
    }
  });

  it("returns no name if config.ml computes it, but still finds the unikernel", () => {
    for (const text of [
      'open Mirage\nlet () = register (Sys.getenv "N") []',
      'open Mirage\nlet name = "a" ^ "b"\nlet () = register name []',
      'open Mirage\nlet name = "a"\nlet name = f name\nlet () = register name []',
      'open Mirage\nlet () = List.iter (fun n -> register n []) [ "a"; "b" ]',
      "open Mirage\nlet () = register",
      "open Mirage\nlet reg = register",
      "open Mirage\nlet reg = register\nlet () = reg (",
      "let () = let module M = Mirage in M.register",
      "let () =\n  let open Mirage in\n  register ~packages:[ package",
    ]) {
      assert.deepEqual(names(text), [undefined], text);
    }
  });

  it("ranges over the call, also if another name of register has the name of the unikernel", () => {
    const text = 'open Mirage\nlet reg = register "n"\nlet () = reg []';
    const [found] = readConfigFile(text).registers;
    assert.deepEqual(found?.range, { startLine: 2, startColumn: 9, endLine: 2, endColumn: 12 });
  });

  it("finds both of two calls of register", () => {
    assert.deepEqual(names('open Mirage\nlet () = register "a" []\nlet () = register "b" []'), ["a", "b"]);
  });

  it("does not take other files named config.ml for a unikernel", () => {
    for (const text of [
      "",
      'let () = register "n" []',
      '(* open Mirage *) let () = register "n" []',
      'let text = "open Mirage" let () = register "n" []',
      'open Mirage\n(* let () = register "n" [] *)',
      "open Mirage\nlet x = {|register|} let y = r.register ~register:3",
      'open Mirage_types\nlet () = register "n" []',
      'open Mirage\nlet () = Other.register "n" []',
      'open Mirage\nlet register name = print_endline name\nlet () = register "n"',
      'let x = Other.Mirage.register "n" []',
      'open Mirage\nlet register name jobs = f name jobs\nlet reg = register\nlet () = reg "n" []',
      'open Mirage\nlet reg = Other.register\nlet () = reg "n" []',
    ]) {
      assert.equal(readConfigFile(text).isUnikernel, false, text);
    }
  });

  it("is not misled by quotes in comments, characters and primes", () => {
    const text = `open Mirage (* it's "*)" (* nested '"' *) {x|*)|x} don't *)
let f' = function '"' -> '\\'' | '\\\\' -> 'a' | _ -> '('
type 'a t = 'a list
let () = register "é\\"n" []
`;
    assert.deepEqual(names(text), ['é"n']);
  });

  it("returns columns in UTF-16 units and lines as an editor counts them", () => {
    const [found] = readConfigFile('open Mirage\r\n(* 🐫 *)\rlet () = f "🐫é"; register "n" []').registers;
    assert.deepEqual(found?.range, { startLine: 2, startColumn: 18, endLine: 2, endColumn: 30 });
  });

  it("returns the error of a header that mirage refuses", () => {
    const { header } = readConfigFile("(* mirage > 4.0.0 *) open Mirage");
    assert.ok(header && "error" in header);
    assert.match(header.error, /form/);
    assert.equal(header.range.endColumn, 20);
  });

  it("accepts any text, in linear time", () => {
    const pieces = fc.constantFrom(
      ..."Mirage register open let module = . ( ) ~ : \" ' \\ {| |} {%a ( * (* *) \n 🐫 \ud800 x'".split(" "),
      " ",
    );
    const source = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(anyText(), source), (text) => {
        const { registers } = readConfigFile(`open Mirage\n${text}`);
        for (const { range } of registers) assert.ok(range.endLine >= range.startLine);
        let end = 0;
        for (const token of ocamlTokens(text)) {
          assert.ok(token.start >= end && token.end > token.start && token.end <= text.length);
          end = token.end;
        }
      }),
      { numRuns: 200 },
    );
    const n = 5_000;
    const began = cpuMs();
    for (const piece of [
      "(*",
      '"\\',
      "{%a",
      "{aaaa",
      "register ~a:(",
      "'\\",
      "let register",
      "Mirage.",
      "{|",
    ]) {
      readConfigFile(`open Mirage ${piece.repeat(n)}`);
    }
    assert.ok(cpuMs() - began < 1000);
  });
});
