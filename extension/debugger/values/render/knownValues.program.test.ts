import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { ValueContext } from "../declarations.ts";
import { frameTableOf, functionPlaces } from "../imageFrames.ts";
import { editValue } from "../paths/editValue.ts";
import { evaluatePath } from "../paths/evaluatePath.ts";
import { parsePath } from "../paths/parsePath.ts";
import {
  compileProgram,
  linkerName,
  missingTools,
  runToBreakpoint,
  withWrapper,
  type TestProgram,
  type TestStop,
} from "../testing/testGdb.ts";
import { toplevelDeclarations } from "../toplevelDeclarations.ts";
import { exceptionText } from "./exceptionText.ts";
import { renderValue } from "./renderValue.ts";

/** Values with their type and their text; a regular expression where a number differs. */
const values: readonly (readonly [expression: string, type: string, text: string | RegExp])[] = [
  ['(let h = Hashtbl.create 3 in Hashtbl.add h "a" 1; h)', "(string, int) Hashtbl.t", 'Hashtbl {"a" → 1}'],
  ['M.(add "x" 1 (add "y" 2 empty))', "int M.t", 'Map {"x" → 1; "y" → 2}'],
  ["S.of_list [3; 1; 2]", "S.t", "Set {1; 2; 3}"],
  ["(let q = Queue.create () in Queue.add 1 q; Queue.add 2 q; q)", "int Queue.t", "Queue [1; 2]"],
  ["(let s = Stack.create () in Stack.push 1 s; Stack.push 2 s; s)", "int Stack.t", "Stack [2; 1]"],
  ['(let b = Buffer.create 9 in Buffer.add_string b "hi"; b)', "Buffer.t", 'Buffer "hi" (2 bytes)'],
  ["(lazy (read_line ()))", "string Lazy.t", "<lazy, not forced>"],
  ["(Ok 1 : (int, string) result)", "(int, string) result", "Ok 1"],
  ["add", "int -> int -> int", /^<fun Known\.add \(known\.ml:\d+\)>$/],
  ["(object method m = 1 end)", "< m : int >", /^<object #\d+>$/],
  ["(let rec l = 1 :: l in l)", "int list", /^\[1; 1; 1.*; …\]$/],
  ["[true; false]", "bool list", "[true; false]"],
  ["(let rec c = { next = Some c } in c)", "cycle", "{next = Some <cycle>}"],
  ["String.make 100_000_000 'y'", "string", /^"y{200}…" \(100000000 bytes\)$/],
  ['Bytes.of_string "\\000\\255"', "bytes", '"\\000\\255"'],
  ["Id 7", "unboxed", "Id 7"],
  ['Pair (Int 1, Text "a")', "(int * string) gadt", 'Pair (Int 1, Text "a")'],
  ["`B 3", "[ `A | `B of int ]", "`B 3"],
  ["Bigarray.(Array1.of_array char c_layout [| 'a'; 'b' |])", "chars", "<2 bytes: 6162>"],
  ["1.5", "float", "1.5"],
  [
    '{ id = 2; path = "/item"; body = Some "b"; at = [| 1; 2 |] }',
    "request",
    '{id = 2; path = "/item"; body = Some "b"; at = [|1; 2|]}',
  ],
  ["ref (3, 4)", "(int * int) ref", "ref (3, 4)"],
  ["Atomic.make (Some 3)", "int option Atomic.t", "Atomic (Some 3)"],
  ["Ping 3", "message", "Known.Ping 3"],
  [
    '[ Stop; Pong { code = 1; who = Some "me" }; Both (1, [ 2 ]) ]',
    "message list",
    '[Known.Stop; Known.Pong {code = 1; who = Some "me"}; Known.Both (1, [2])]',
  ],
  ["Hashtbl.hash", "hidden", "<unreadable>"],
  ['Failure "no route"', "exn", 'Failure "no route"'],
];

const exceptions = [
  'Failure "no route"',
  "Not_found",
  'Refused (1, "x", 2.5, [])',
  "Refused1 1e-05",
  "Refused1 123456789012345.",
  'Match_failure ("a.ml", 3, 4)',
  "Stack_overflow",
];

const source = `
module M = Map.Make (String)
module S = Set.Make (Int)
type cycle = { next : cycle option }
type unboxed = Id of int [@@unboxed]
type _ gadt = Int : int -> int gadt | Text : string -> string gadt | Pair : 'a gadt * 'b gadt -> ('a * 'b) gadt
type chars = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t
type request = { id : int; path : string; body : string option; at : int array }
type hidden = request
type message = ..
type message += Ping of int | Stop | Pong of { code : int; who : string option }
type message += Both of int * int list
exception Refused of int * string * float * int list
exception Refused1 of float
let[@inline never] add x y = print_string ""; x + y
let[@inline never] stop x = ignore (Sys.opaque_identity x)
let () = List.iter (fun e -> print_endline (Printexc.to_string e)) [ ${exceptions.join("; ")} ]
let () = stop [| ${[...values.map(([expression]) => expression), ...exceptions].map((each) => `Obj.repr (${each})`).join("; ")} |]
`;

describe("Values of OCaml's library", () => {
  let program: TestProgram;
  let stopped: TestStop;
  let context: ValueContext;
  let array = 0n;
  const wordAt = async (index: number) =>
    Buffer.from(await stopped.memory.read(array + BigInt(index * 8), 8)).readBigUInt64LE();
  const wordOf = (type: string) => wordAt(values.findIndex((each) => each[1] === type));

  before(async function () {
    if (missingTools() !== undefined) return this.skip();
    program = compileProgram("known", source);
    stopped = await runToBreakpoint(program, [`"*&'${linkerName(program, "Known", "stop")}'"`]);
    const frames = frameTableOf(program.elf, stopped.loadOffset);
    assert.ok(frames);
    const run = async (args: readonly string[], input: string) =>
      spawnSync(...withWrapper("ocaml", args), { input, encoding: "utf8" }).stdout;
    context = {
      memory: stopped.memory,
      scope: "Known",
      declarations: toplevelDeclarations(run, [program.folder]),
      functionAt: functionPlaces(program.elf, frames, stopped.loadOffset),
    };
    array = (await stopped.registers()).get("rax") ?? 0n;
  });
  after(async () => {
    await stopped?.end();
    program?.remove();
  });

  for (const [index, [expression, type, text]] of values.entries()) {
    it(`are shown with their type: ${expression}`, async () => {
      const rendered = await renderValue(context, await wordAt(index), type);
      if (typeof text === "string") assert.equal(rendered.text, text);
      else assert.match(rendered.text, text);
      const untyped = await renderValue(context, await wordAt(index));
      assert.match(untyped.type, /^(?:\?|float)$/);
    });
  }

  it("have children with the expressions that lead to them", async () => {
    const request = await renderValue(context, await wordOf("request"), "request");
    const children = await request.children(0, 10);
    assert.deepEqual(
      children.map(({ name, accessor, text, type }) => [name, accessor, text, type]),
      [
        ["id", ".id", "2", "int"],
        ["path", ".path", '"/item"', "string"],
        ["body", ".body", 'Some "b"', "string option"],
        ["at", ".at", "[|1; 2|]", "int array"],
      ],
    );
    const map = await renderValue(context, await wordOf("int M.t"), "int M.t");
    assert.deepEqual(
      (await map.children(1, 1)).map(({ name, text }) => `${name} ${text}`),
      ['"y" 2'],
    );
  });

  it("show exceptions as Printexc prints them", async () => {
    const printed = spawnSync(program.file, { encoding: "utf8" }).stdout.trim().split("\n");
    for (const [index, text] of printed.entries()) {
      const found = await exceptionText(context, await wordAt(values.length + index));
      assert.equal(found?.text, text);
    }
  });

  it("are unreadable without an error if a pointer or a header is damaged", async () => {
    const word = await wordOf("request");
    for (const wrong of [0n, 8n, 0xdead_beef_0000n, word + 8n, word + 4n, 1n << 63n, word - 8n]) {
      for (const type of ["request", "string", "int list", "(string, int) Hashtbl.t", undefined]) {
        const rendered = await renderValue(context, wrong, type);
        await rendered.children(0, 10);
      }
    }
    assert.equal((await renderValue(context, 8n, "request")).text, "<unreadable>");
  });

  for (const [expression, expected] of [
    ["request.id", "2"],
    ["request.at.(1) = 2 && not (request.id > 2)", "true"],
    ["request.path.[1]", "'i'"],
    ["request.body <> None", "true"],
    ['request.path = "/item" || missing', "true"],
    ["!pair", "(3, 4)"],
    ["fst !pair + 2 * snd !pair", "11"],
    ["request.at.(2)", "Index 2 is out of bounds: there are 2 elements."],
    ["list.(1)", "false"],
    ["list.(2)", "Index 2 is out of bounds: there are 2 elements."],
    ["list.(-1)", "Index -1 is out of bounds: there are 2 elements."],
    ["cycle.(1000)", "1"],
    ["request.path.(0)", "The value is not an array or a list."],
    ["request.nothing", "The value has no field “nothing”."],
    ["missing", "“missing” is not available here."],
    ["float < 2.", "true"],
  ] as const) {
    it(`are parts of expressions: ${expression}`, async () => {
      const words = new Map([
        ["request", { word: await wordOf("request"), type: "request" }],
        ["pair", { word: await wordOf("(int * int) ref"), type: "(int * int) ref" }],
        ["float", { word: await wordOf("float"), type: "float" }],
        ["cycle", { word: await wordOf("int list"), type: "int list" }],
        ["list", { word: await wordOf("bool list"), type: "bool list" }],
      ]);
      const parsed = parsePath(expression);
      assert.equal(parsed.kind, "parsed");
      const result = await evaluatePath(
        { ...context, variable: (name) => words.get(name) },
        parsed.expression,
      );
      assert.equal(result.kind === "value" ? result.rendered.text : result.reason, expected);
    });
  }

  it("can be changed if they are integers, characters, booleans or floats", async () => {
    const edit = (word: bigint | undefined, type: string, text: string) =>
      editValue(context, { word, address: 8n, type }, text);
    assert.deepEqual(await edit(5n, "int", "-3"), { kind: "word", word: BigInt.asUintN(64, -5n) });
    assert.deepEqual(await edit(1n, "bool", "true"), { kind: "word", word: 3n });
    assert.deepEqual(await edit(1n, "char", "'a'"), { kind: "word", word: 195n });
    assert.equal((await edit(5n, "int", "true")).kind, "refused");
    assert.equal((await edit(5n, "int", "4611686018427387904")).kind, "refused");
    assert.equal((await edit(await wordOf("request"), "request", "1")).kind, "refused");
    const float = Buffer.alloc(8);
    float.writeDoubleLE(2.5);
    assert.deepEqual(await edit(undefined, "float", "2.5"), { kind: "memory", address: 8n, bytes: float });
  });

  it("of a thousand words need few reads", async () => {
    const before = stopped.reads();
    const rendered = await renderValue({ ...context }, array, "int array");
    await rendered.children(0, 30);
    assert.ok(stopped.reads() - before < 40, `${stopped.reads() - before} reads`);
  });
});
