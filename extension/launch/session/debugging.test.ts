import assert from "node:assert/strict";
import { canDebug, compile, debugged, type Compiled, type Debugged } from "./testDebuggee.ts";

const program = `
exception Rejected of string * int
type request = { id : int; path : string; body : string option }

module type Console = sig
  val print : string -> unit
end

module Make (C : Console) = struct
  let handle request count =
    let total = request.id + count in
    C.print (Printf.sprintf "%s %d" request.path total);
    if total > 4 then raise (Rejected (request.path, total));
    total

  let start items =
    let rec loop n = function
      | [] -> n
      | item :: rest ->
          let sum = try handle item n with Rejected _ -> 0 in
          loop (sum + n) rest
    in
    loop 0 items
end

module Main = Make (struct
  let print = print_endline
end)

let () =
  let items =
    List.map (fun id -> { id; path = "/item/" ^ string_of_int id; body = None }) [ 1; 2; 3 ]
  in
  let total = Main.start items in
  prerr_endline ("total " ^ string_of_int total);
  (* The end of the program. *)
  exit 3
`;

describe("a unikernel under gdb", function () {
  let compiled: Compiled;
  let session: Debugged;
  before(async function () {
    if (!canDebug()) return this.skip();
    compiled = await compile(program);
  });
  after(() => compiled?.remove());
  afterEach(() => session?.session.dispose());
  const line = (text: string) => compiled.lineOf(text);

  it("stops at a line, shows the stack, steps, goes on and ends", async () => {
    session = debugged(compiled, { args: ["a b", "'c'"] });
    const { setBreakpoints, stopped, frames, go, request, guest, ended, events } = session;
    const launched = await session.launch(async () => {
      const [early] = await setBreakpoints(compiled.source, [{ line: line("let total = request") }]);
      assert.equal(early?.verified, false);
    });
    assert.ok(launched.success, launched.message);
    const [changed] = events("breakpoint") as { breakpoint: { verified: boolean; line: number } }[];
    assert.deepEqual(
      [changed?.breakpoint.verified, changed?.breakpoint.line],
      [true, line("let total = request")],
    );
    const stop = await stopped();
    assert.deepEqual([stop.reason, stop.hitBreakpointIds], ["breakpoint", [1]]);
    const stack = await frames();
    assert.deepEqual(
      stack.slice(0, 3).map((frame) => [frame.line, frame.source?.path]),
      [
        [line("let total = request"), compiled.source],
        [line("try handle item"), compiled.source],
        [line("Main.start items"), compiled.source],
      ],
    );
    assert.equal((await go("next")).reason, "step");
    assert.equal(await session.line(), line("C.print"));
    await go("next");
    assert.equal(await session.line(), line("| item :: rest"), "the comparison has no line of its own");
    assert.equal(guest.stdout, "/item/1 1\n");
    await go("continue");
    assert.equal((await frames())[0]?.line, line("let total = request"));
    await setBreakpoints(compiled.source, []);
    await request("continue", { threadId: 1 });
    await ended();
    assert.deepEqual(guest, { stdout: "/item/1 1\n/item/2 3\n/item/3 7\n", stderr: "total 4\n" });
    assert.deepEqual(events("exited"), [{ exitCode: 3 }]);
  });
});
