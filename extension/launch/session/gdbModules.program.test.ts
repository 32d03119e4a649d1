import assert from "node:assert/strict";
import { compile, debuggedProgram } from "./testDebuggee.ts";

/** `t` is a type of the file too, which the abstract type of the signature is not. */
const program = `
type t = A | B
module type Shape = sig
  type t
  val name : string
  val origin : t
  val sides : int
  val area : t -> int
  module Inner : sig val depth : int end
  exception Bad of int
end
module Square = struct
  type t = int
  let hidden = A
  let name = "square"
  let origin = 0
  let sides = 4
  let area n = n * n
  module Inner = struct let depth = 7 end
  exception Bad of int
end
module Make (S : Shape) (T : Shape) = struct
  let[@inline never] total count =
    print_string "total";
    S.sides + T.sides + count
  let[@inline never] each items = List.iter (fun item ->
    print_string "each";
    print_int (item + S.sides)) items
end
module App = Make (Square) (Square)
let[@inline never] pick flag = if flag then (module Square : Shape) else failwith "none"
let[@inline never] describe (module S : Shape) count =
  print_string "describe";
  S.sides + count
let[@inline never] unpack (m : (module Shape)) =
  let (module M : Shape) = m in
  let (module P : Shape) = pick true in
  let module Q = (val m) in
  let module R = (val pick true : Shape) in
  print_string "unpack";
  M.sides + P.sides + Q.sides + R.sides
let () =
  print_int (App.total 3);
  App.each [ 1 ];
  print_int (describe (module Square) 2);
  print_int (unpack (module Square))
`;

describe("the modules that functions of a unikernel get", function () {
  this.timeout(60_000);
  const { debug } = debuggedProgram();

  it("are variables with the values of their signature", async () => {
    const compiled = await compile(program, ["-g", "-bin-annot"]);
    try {
      const session = debug(compiled);
      const lines = ["total", "each", "describe", "unpack"].map((name) =>
        compiled.lineOf(`print_string "${name}"`),
      );
      await session.launch(() =>
        session.setBreakpoints(
          compiled.source,
          lines.map((line) => ({ line })),
        ),
      );
      const found: string[][] = [];
      for (const line of lines) {
        await session.stopped();
        const [frame] = await session.frames(1, 1);
        assert.equal(frame?.line, line);
        const variables = await session.scope(frame?.id, "Locals");
        found.push(variables.map(({ name, value }) => `${name} = ${value.slice(0, 23)}`));
        const [module] = variables.filter(({ type }) => type === "(module Shape)");
        const fields = await session.children(module);
        assert.deepEqual(
          fields.map(({ name, value }) => `${name} = ${value.replace(/ \(unikernel.*/, "")}`),
          [
            'name = "square"',
            "origin = 0",
            "sides = 4",
            "area = <fun Unikernel.area>",
            "Inner = module {depth = 7}",
            "Bad = Unikernel.Square.Bad",
          ],
        );
        await session.request("continue", { threadId: 1 });
      }
      const shape = 'module Shape {name = "sq';
      assert.deepEqual(found, [
        ["count = 3", `S = ${shape.slice(0, 23)}`, `T = ${shape.slice(0, 23)}`],
        ["item = 1", `S = ${shape.slice(0, 23)}`],
        ["count = 2", `S = ${shape.slice(0, 23)}`],
        ["m", "M", "P", "Q", "R"].map((name) => `${name} = ${shape.slice(0, 23)}`),
      ]);
      await session.ended();
    } finally {
      await compiled.remove();
    }
  });
});
