import assert from "node:assert/strict";
import { frameTableOf } from "../imageFrames.ts";
import { renderValue } from "../render/renderValue.ts";
import { compileProgram, missingTools, runToBreakpoint, type TestProgram } from "../testing/testGdb.ts";
import { variablesAt } from "./variablesAt.ts";

/**
 * Each variable has a value that names the variable and the value of `id`, so that a value of another variable or
 * another call is recognized. Allocations make the collector run and move values at almost every call.
 */
const source = `
type box = { tag : string; id : int; body : int list }
let[@inline never] make tag id = { tag; id; body = List.init 3 (fun i -> i + id) }
let[@inline never] waste n = List.fold_left (+) 0 (List.init n (fun i -> i * 2))
let[@inline never] weight b = waste (List.length b.body) + b.id

let[@inline never] plain id alpha beta =
  let first = make "first" id in
  let sum = weight alpha in
  let second = make "second" id in
  let other = weight beta + weight first + sum in
  ignore (weight second);
  if other > 5 then ignore (weight alpha) else ignore (waste 3);
  ignore (weight first);
  other + id

let[@inline never] handlers id alpha beta gamma =
  let first = make "first" id in
  let caught =
    try
      if id mod 3 = 0 then raise Not_found;
      ignore (weight beta);
      if id mod 3 = 1 then failwith "one";
      weight first
    with
    | Not_found -> weight alpha
    | Failure _ ->
      let inner = make "inner" id in
      weight inner + weight gamma
  in
  let last = make "last" id in
  ignore (weight last);
  ignore (weight gamma);
  caught

let rec recursive id count alpha =
  let step = make "step" id in
  ignore (weight step);
  if count = 0 then weight alpha
  else begin
    ignore (waste count);
    recursive id (count - 1) (make "alpha" id)
  end

let[@inline never] loops id alpha beta =
  let total = ref 0 in
  for i = 0 to 3 do
    let each = make "each" id in
    total := !total + weight each + i;
    ignore (weight alpha)
  done;
  while !total mod 7 <> 0 do
    let again = make "again" id in
    incr total;
    ignore (weight again)
  done;
  ignore (weight beta);
  !total

let[@inline never] cases id alpha kind =
  match kind with
  | 0 -> let zero = make "zero" id in ignore (waste 2); weight zero
  | 1 -> ignore (weight alpha);
    weight alpha
  | 2 -> ignore (waste 5);
    let two = make "two" id in
    ignore (weight two);
    weight alpha + weight two
  | 3 -> waste 3
  | 4 -> ignore (waste 4);
    weight alpha
  | _ -> ignore (weight alpha);
    let rest = make "rest" id in
    weight rest

let[@inline never] shadow id alpha =
  ignore (weight alpha);
  let alpha = make "alpha2" id in
  ignore (weight alpha);
  let again = make "again" id in
  let f alpha = weight alpha + id in
  ignore (f again);
  List.iter (fun alpha -> ignore (weight alpha)) [ make "alpha2" id ];
  weight alpha

let[@inline never] many id a1 a2 a3 a4 a5 a6 a7 a8 =
  ignore (weight a3);
  let first = make "first" id in
  ignore (weight a1 + weight a8);
  ignore (weight a5 + weight a6 + weight a7);
  weight a2 + weight a4 + weight first

let[@inline never] labels ~id ?(size = 3) ~alpha:renamed () =
  ignore (waste size);
  ignore (weight renamed);
  let first = make "first" id in
  ignore (waste size);
  weight first + weight renamed

let[@inline never] closures id alpha beta =
  let first = make "first" id in
  let sum = weight alpha in
  List.iter (fun each ->
    ignore (weight each + weight beta);
    let inner = make "inner" id in
    List.iter (fun deep ->
      ignore (weight first + sum);
      ignore (weight deep + weight inner + weight alpha);
      ignore (waste id)) [ make "deep" id ];
    ignore (weight alpha)) [ make "each" id; make "each" id ];
  let rec local count gamma =
    ignore (weight gamma);
    ignore (weight beta + weight first);
    if count > 0 then local (count - 1) (make "gamma" id) else weight alpha
  in
  let alpha = make "alpha2" id in
  let use = fun beta ->
    ignore (weight beta + weight first);
    weight alpha + id
  in
  let two = (fun left right ->
    ignore (weight left + weight first);
    weight right + weight alpha) in
  ignore (two (make "left" id) (make "right" id));
  use beta + local 2 (make "gamma" id)

type sides = Two of box * box | One of (box * box)
type room = { inside : box; mutable outside : box }
let[@inline never] pair id = (make "left" id, \`Both (make "right" id, make "third" id))

let[@inline never] patterns id alpha =
  match pair id with
  | left, \`Both (right, third) ->
    ignore (weight alpha);
    ignore (weight left);
    let other = weight right in
    ignore (weight third);
    other

let rec items id alpha = function
  | [] -> weight alpha
  | [ head ] ->
    ignore (weight head);
    weight alpha
  | head :: next :: rest ->
    ignore (weight head);
    ignore (weight next);
    items id alpha rest

let[@inline never] constructed id alpha sides =
  match sides with
  | Two (head, next) ->
    ignore (weight head);
    ignore (waste id);
    weight next
  | One (next, head) ->
    ignore (weight alpha);
    ignore (waste id);
    weight head + weight next

let[@inline never] rebound id alpha maybe =
  match maybe with
  | Some head ->
    ignore (weight head);
    let maybe = Sys.opaque_identity (Some (make "again" id)) in
    ignore (weight alpha);
    (match maybe with
    | Some again ->
      ignore (weight again);
      weight head
    | None -> 0)
  | None -> weight alpha

let[@inline never] arguments id (left, right) { inside; outside } =
  let next, beta = Sys.opaque_identity (make "next" id, make "beta" id) in
  ignore (weight left + weight inside);
  ignore (weight next);
  ignore (waste id);
  List.iter (fun (head, each) ->
    ignore (weight head + weight right);
    ignore (waste id);
    ignore (weight each)) [ (make "head" id, make "each" id) ];
  weight right + weight outside + weight beta

let () =
  for id = 1 to 12 do
    let b tag = make tag id in
    ignore (closures id (b "alpha") (b "beta"));
    ignore (patterns id (b "alpha"));
    ignore (items id (b "alpha") [ b "head"; b "next"; b "head" ]);
    ignore (constructed id (b "alpha") (Two (b "head", b "next")));
    ignore (constructed id (b "alpha") (One (b "next", b "head")));
    ignore (rebound id (b "alpha") (Some (b "head")));
    ignore (arguments id (b "left", b "right") { inside = b "inside"; outside = b "outside" });
    ignore (plain id (b "alpha") (b "beta"));
    ignore (handlers id (b "alpha") (b "beta") (b "gamma"));
    ignore (recursive id 3 (b "alpha"));
    ignore (loops id (b "alpha") (b "beta"));
    ignore (cases id (b "alpha") (id mod 6));
    ignore (shadow id (b "alpha"));
    ignore (many id (b "a1") (b "a2") (b "a3") (b "a4") (b "a5") (b "a6") (b "a7") (b "a8"));
    ignore (labels ~id ~alpha:(b "renamed") ())
  done
`;

const functions = [
  "plain",
  "handlers",
  "recursive",
  "loops",
  "cases",
  "shadow",
  "many",
  "labels",
  "closures",
  "fun",
  "local",
  "use",
  "patterns",
  "items",
  "constructed",
  "rebound",
  "arguments",
];
/** Variables that are no boxes. */
const others = /^(?:rest|sides|maybe)$/;
const layout = {
  constructors: new Map([
    ["Two", 2],
    ["One", 1],
    ["Some", 1],
  ]),
  fields: new Map([["inside", 0]]),
};
/** Every pattern has the layout above. */
class Bindings extends Map<number, string> {
  override get = () => "any";
}
const stops = Number(process.env["MIRAGEOS_TRACKING_STOPS"] ?? 300);
const boxType = "type box = { tag : string; id : int; body : int list }";

/** The symbols of the functions above, in which every parameter and variable is checked. */
function symbolsOf({ elf }: TestProgram): readonly string[] {
  return elf.functions
    .map(({ name }) => name)
    .filter((name) => functions.some((each) => new RegExp(`^camlSound(?:__|\\.)${each}_\\d+$`).test(name)));
}

describe("Variables of OCaml functions", () => {
  it("never have a wrong value, while the collector runs all the time", async function () {
    const missing = missingTools();
    if (missing !== undefined) return this.skip();
    const program = compileProgram("sound", source);
    const lines = source
      .split("\n")
      .flatMap((text, index) => (/\(waste|weight/.test(text) ? [index + 1] : []));
    const stopped = await runToBreakpoint(
      program,
      ["sound.ml:4", ...lines.filter((line) => line > 7).map((line) => `sound.ml:${line}`)],
      { OCAMLRUNPARAM: "s=256" },
    );
    const frames = frameTableOf(program.elf, stopped.loadOffset);
    assert.ok(frames);
    const symbols = symbolsOf(program);
    const table = await stopped.command("-symbol-list-lines sound.ml");
    const lineAt = new Map(
      [...table.matchAll(/pc="(0x[0-9a-f]+)",line="(\d+)"/g)].map(([, pc, line]) => [
        BigInt(pc ?? 0),
        Number(line),
      ]),
    );
    const firstLine = (symbol: string) => lineAt.get(addressOf(program, symbol) + stopped.loadOffset);
    const code = await Promise.all(
      symbols.map(async (symbol) => ({
        instructions: await stopped.disassemble(addressOf(program, symbol) + stopped.loadOffset),
        symbol,
        line: firstLine(symbol),
      })),
    );
    const functionsWith = async (address: bigint) =>
      code.filter(({ instructions }) =>
        instructions.some(({ text }) => text.includes(`# 0x${address.toString(16)} `)),
      );
    let [shown, kept, captured, matched] = [0, 0, 0, 0];
    try {
      for (let stop = 0; stop < stops; stop++) {
        const registers = await stopped.registers();
        let stackPointer = registers.get("rsp") ?? 0n;
        const stack = await stopped.frames(6);
        const context = {
          memory: stopped.memory,
          declarations: async (path: string) => (path === "box" ? boxType : undefined),
        };
        const seen: { name: string; text: string; symbol: string }[] = [];
        for (const [index, frame] of stack.entries()) {
          if (symbols.includes(frame.symbol)) {
            const head = code.find(({ symbol }) => symbol === frame.symbol);
            if (!head) break;
            const variables = await variablesAt(
              {
                memory: stopped.memory,
                frames,
                code: head,
                source,
                outline: [],
                bindings: new Bindings(),
                layoutOf: async () => layout,
                functionsWith,
              },
              {
                pc: frame.pc,
                stackPointer,
                registers: index === 0 ? registers : undefined,
                line: frame.line,
              },
            );
            for (const { name, value } of variables) {
              if (others.test(name)) continue;
              if (value && /^(?:left|right|third|head|next|again|inside)$/.test(name)) matched++;
              if (value && "isInClosure" in value.place) captured++;
              if (!value) kept++;
              else {
                const type = /^(?:id|count|sum|other|caught|kind|total|size)$/.test(name) ? "int" : "box";
                const { text } = await renderValue(context, value.word, type);
                seen.push({ name, text, symbol: frame.symbol });
                shown++;
              }
            }
            check(
              seen.filter((each) => each.symbol === frame.symbol),
              frame.line,
            );
            break;
          }
          const size = frames.find(index === 0 ? 0n : frame.pc)?.frameSize;
          if (index === 0) {
            // The called function has just been entered or has a frame of its own, of which gdb knows the caller's.
            const depth = /value="(0x[0-9a-f]+)"/.exec(
              await stopped.command("-data-evaluate-expression --frame 1 --thread 1 $sp"),
            )?.[1];
            if (depth === undefined) break;
            stackPointer = BigInt(depth);
          } else if (size === undefined) break;
          else stackPointer += BigInt(size);
        }
        if (!(await stopped.proceed())) break;
      }
    } finally {
      await stopped.end();
      program.remove();
    }
    assert.ok(matched > 0, `${matched} values of patterns were shown`);
    assert.ok(captured > 0, "no captured values were shown");
    assert.ok(shown > Math.min(stops, 300), `${shown} values were shown, ${kept} were not available`);
  });
});

const addressOf = ({ elf }: TestProgram, symbol: string): bigint => elf.symbol(symbol)?.address ?? 0n;

/** The values of one frame agree: each box has the name of its variable and the number of the call. */
function check(seen: readonly { readonly name: string; readonly text: string }[], line: number): void {
  const id = seen.find(({ name }) => name === "id")?.text;
  for (const { name, text } of seen) {
    if (/^(?:id|count|sum|other|caught|kind|total|size)$/.test(name)) {
      assert.match(text, /^-?\d+$/, `${name} in line ${line}`);
      continue;
    }
    const [, tag, number] = /^\{tag = "(\w+)"; id = (\d+); body = \[.*\]\}$/.exec(text) ?? [];
    assert.ok(tag === name || (name === "alpha" && tag === "alpha2"), `${name} in line ${line} is ${text}`);
    if (id !== undefined) assert.equal(number, id, `${name} in line ${line} is ${text}`);
  }
}
