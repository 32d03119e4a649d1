import assert from "node:assert/strict";
import { compile, debuggedProgram } from "./testDebuggee.ts";

/** `bind` and `promise` are what lwt_ppx generates for `let%lwt`, and what Lwt does with an exception. */
const program = `
exception Refused of string * int
let[@inline never] promise f = try Ok (f ()) with e -> Error e
let[@inline never] bind add r f = match r with Ok x -> f x | Error e -> Error (add e)
let[@inline never] check n = if n > 2 then raise (Refused ("too many", n)); n
let[@inline never] empty s = if s = "" then failwith "empty" else String.length s
let[@inline never] loop n =
  let e = if n > 0 then Exit else Not_found in
  try raise e with Exit -> 1
let step n =
  (let module Reraise = struct external reraise : exn -> 'a = "%reraise" end in
  bind (fun exn -> try Reraise.reraise exn with exn -> exn) (promise (fun () -> check n)) (fun x -> Ok (x + 1)))
let () =
  Printexc.record_backtrace true;
  (try ignore (step 3 |> function Ok n -> n | Error e -> raise e) with Not_found -> () | Refused _ -> ());
  (try (try ignore (empty "") with Not_found -> ()) with Failure _ -> ());
  (try ignore (List.find (fun x -> x > 3) [ 1 ]) with Not_found -> ());
  ignore (loop 1 + loop 2)
`;

describe("exceptions that are raised in the user's code", function () {
  this.timeout(60_000);
  const { debug } = debuggedProgram();

  it("stop where they are raised first, also by failwith, and not where they are raised again", async () => {
    const raising = await compile(program, ["-g", "-bin-annot"]);
    try {
      const session = debug(raising);
      await session.launch(() => session.request("setExceptionBreakpoints", { filters: ["user"] }));
      const places: (string | undefined)[] = [];
      for (let count = 0; count < 4; count += 1) {
        const { text } = await session.stopped();
        const user = (await session.frames()).find((frame) => frame.presentationHint !== "subtle");
        places.push(`${text} ${user?.line}`);
        await session.request("continue", { threadId: 1 });
      }
      await session.ended();
      assert.deepEqual(places, [
        `Unikernel.Refused("too many", 3) ${raising.lineOf("check n = ")}`,
        `Failure("empty") ${raising.lineOf("empty s = ")}`,
        `Stdlib.Exit ${raising.lineOf("raise e with")}`,
        `Stdlib.Exit ${raising.lineOf("raise e with")}`,
      ]);
    } finally {
      await raising.remove();
    }
  });

  it("stop at a call of failwith that ends a function which a library calls, once", async () => {
    const raising = await compile(`
let[@inline never] check n =
  if n > 2 then
    failwith ("too " ^ "many");
  if n > 1 then invalid_arg "n"
let () =
  List.iter
    (fun n -> try List.iter check [ n ] with Failure _ | Invalid_argument _ -> print_int n)
    [ 1; 2; 3; 3 ]
`);
    const { lineOf } = raising;
    try {
      for (const filters of [["user"], ["all"], ["user", "all"]]) {
        const session = debug(raising);
        // The modules of Stdlib raise other exceptions when they are initialized.
        const condition = "Failure, Invalid_argument";
        const filterOptions = filters.map((filterId) => ({ filterId, condition }));
        await session.launch(() =>
          session.request("setExceptionBreakpoints", { filters: [], filterOptions }),
        );
        assert.equal((await session.stopped()).text, 'Invalid_argument("n")');
        assert.equal(await session.line(), lineOf("invalid_arg"));
        const { text } = await session.go("continue");
        assert.equal(text, 'Failure("too many")');
        const [frame] = await session.frames();
        assert.deepEqual([frame?.name, frame?.line], ["Unikernel.check", lineOf("failwith")]);
        const [exn] = await session.scope(frame?.id, "Exception");
        assert.equal(exn?.value, 'Failure "too many"');
        const [n] = await session.scope(frame?.id, "Arguments");
        assert.equal(n?.name, "n");
        const info = await session.request("exceptionInfo", { threadId: 1 });
        assert.deepEqual([info["exceptionId"], info["description"]], ["Failure", text]);
        await session.go("next");
        assert.equal(await session.line(), lineOf("with Failure"));
        await session.go("continue");
        assert.equal(await session.line(), lineOf("failwith"));
        await session.request("continue", { threadId: 1 });
        await session.ended();
      }
    } finally {
      await raising.remove();
    }
  });

  it("stop at a call of failwith, and again where the exception is not caught", async () => {
    const raising = await compile(`
let stored = ref None
let () =
  (try List.iter (fun s -> if s <> "" then failwith s) [ ""; "end" ] with e -> stored := Some e);
  Option.iter raise !stored
`);
    try {
      const session = debug(raising);
      await session.launch(() =>
        session.request("setExceptionBreakpoints", { filters: ["user", "uncaught"] }),
      );
      assert.equal((await session.stopped()).text, 'Failure("end")');
      assert.equal(await session.line(), raising.lineOf("failwith"));
      // The filters change while the exception is on its way.
      await session.request("setExceptionBreakpoints", { filters: ["uncaught"] });
      assert.equal((await session.go("continue")).text, 'Failure("end")');
      const info = await session.request("exceptionInfo", { threadId: 1 });
      assert.equal(info["breakMode"], "unhandled");
    } finally {
      await raising.remove();
    }
  });

  it("are followed by a step to their handler, and left by a step out", async () => {
    const handled = await compile(`
let[@inline never] check n =
  if n > 2 then raise Not_found;
  n
let[@inline never] attempt n =
  try check n
  with Not_found -> 0
let[@inline never] inside n =
  let m =
    try if n > 2 then raise Exit else n
    with Exit -> 7
  in
  m + 1
let[@inline never] outside n =
  let m = inside n in
  m * 2
let () =
  Printexc.record_backtrace true;
  for n = 3 to 5 do
    print_int (attempt n)
  done;
  print_int (outside 3)
`);
    const { lineOf } = handled;
    try {
      const session = debug(handled);
      await session.launch(() => session.request("setExceptionBreakpoints", { filters: ["user"] }));
      await session.stopped();
      for (const kind of ["next", "stepIn", "stepOut"]) {
        assert.equal(await session.line(), lineOf("raise Not_found"), kind);
        assert.equal((await session.go(kind)).reason, "step", kind);
        const [frame] = await session.frames();
        assert.equal(frame?.name, "Unikernel.attempt", kind);
        assert.ok(
          [lineOf("try check n"), lineOf("with Not_found")].includes(frame?.line),
          `${kind} ${frame?.line}`,
        );
        await session.go("continue");
      }
      assert.equal(await session.line(), lineOf("raise Exit"));
      await session.go("stepOut");
      assert.equal((await session.frames())[0]?.name, "Unikernel.outside");
    } finally {
      await handled.remove();
    }
  });
});
