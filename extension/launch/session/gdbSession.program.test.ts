import assert from "node:assert/strict";
import { compile, debuggedProgram } from "./testDebuggee.ts";
import { program } from "./testProgram.ts";

describe("a unikernel under gdb", function () {
  const { compiled, line, debug } = debuggedProgram();

  it("stops at a line, shows the stack, steps, continues and exits", async () => {
    const session = debug(compiled(), { args: ["a b", "'c'"] });
    const { setBreakpoints, stopped, frames, go, request, guest, ended, events } = session;
    const launched = await session.launch(async () => {
      const [early] = await setBreakpoints(compiled().source, [{ line: line("let total = add") }]);
      assert.equal(early?.verified, false);
    });
    assert.ok(launched.success, launched.message);
    const [changed] = events("breakpoint") as { breakpoint: { verified: boolean; line: number } }[];
    assert.deepEqual(
      [changed?.breakpoint.verified, changed?.breakpoint.line],
      [true, line("let total = add")],
    );
    const stop = await stopped();
    assert.deepEqual([stop.reason, stop.hitBreakpointIds], ["breakpoint", [1]]);
    const stack = await frames();
    assert.deepEqual(
      stack.slice(0, 3).map((frame) => [frame.line, frame.source?.path]),
      [
        [line("let total = add"), compiled().source],
        [line("try handle item"), compiled().source],
        [line("Main.start items"), compiled().source],
      ],
    );
    assert.equal((await go("next")).reason, "step");
    assert.equal(await session.line(), line("C.print"));
    await go("next");
    assert.equal(await session.line(), line("try handle item"), "the comparison has no line of its own");
    assert.equal(guest.stdout, "/item/1 1\n");
    await go("continue");
    assert.equal((await frames())[0]?.line, line("let total = add"));
    await setBreakpoints(compiled().source, []);
    await request("continue", { threadId: 1 });
    await ended();
    assert.deepEqual(guest, { stdout: "/item/1 1\n/item/2 3\n/item/3 7\n", stderr: "total 4\n" });
    assert.deepEqual(events("exited"), [{ exitCode: 3 }]);
  });

  it("shows the frames of libraries at a stop without a function of the user", async () => {
    const short = await compile("let[@inline never] say text = print_string text\nlet () = say {|short|}");
    try {
      const session = debug(short);
      await session.launch(() => session.setBreakpoints(short.source, [{ line: 1 }]));
      await session.stopped();
      const expression = "-exec print caml_do_exit";
      const { result } = await session.request<{ result: string }>("evaluate", {
        expression,
        context: "repl",
      });
      const breakpoints = [{ instructionReference: /0x[0-9a-f]+/.exec(result)?.[0] }];
      await session.request("setInstructionBreakpoints", { breakpoints });
      await session.go("continue");
      const frames = await session.frames();
      assert.match(frames[0]?.name ?? "", /caml_do_exit/);
      assert.deepEqual(
        frames.filter(({ presentationHint }) => presentationHint === "subtle"),
        [],
      );
    } finally {
      await short.remove();
    }
  });

  it("stops at functions by their names, with functors in them, and says which do not exist", async () => {
    const session = debug(compiled());
    const set = { breakpoints: [{ name: "Unikernel.Make.handle" }, { name: "nowhere" }] };
    await session.launch(() => session.request("setFunctionBreakpoints", set));
    assert.equal((await session.stopped()).reason, "breakpoint");
    const [frame] = await session.frames();
    assert.equal(frame?.name, "Unikernel.Make.handle");
    const changed = session.events("breakpoint") as { breakpoint: { verified: boolean; message?: string } }[];
    assert.deepEqual(
      changed.map(({ breakpoint }) => breakpoint.verified),
      [true, false],
    );
    assert.match(changed[1]?.breakpoint.message ?? "", /no function nowhere/);
  });

  it("stops at exceptions of the user's code, names them, and steps to their handler", async () => {
    const session = debug(compiled());
    await session.launch(() => session.request("setExceptionBreakpoints", { filters: ["user"] }));
    const stop = await session.stopped();
    assert.equal(stop.reason, "exception");
    const [frame, caller] = await session.frames();
    assert.deepEqual([frame?.line, caller?.line], [line("raise (Rejected"), line("try handle item")]);
    const info = await session.request("exceptionInfo", { threadId: 1 });
    assert.equal(info["exceptionId"], "Unikernel.Rejected");
    assert.match(String(info["description"]), /Rejected\("\/item\/3", 7\)/);
    const shown = await session.scope(frame?.id, "Locals");
    assert.deepEqual(
      shown.filter(({ name }) => name === "total").map(({ value }) => value),
      ["7"],
    );
    await session.go("next");
    assert.equal((await session.frames())[0]?.name, "Unikernel.Make.start.loop");
    await session.request("continue", { threadId: 1 });
    await session.ended();
  });

  it("names the fields of an exception, and says where it was raised before", async () => {
    const text = `
exception Sold_out of { sku : int; wanted : int * string }
let[@inline never] buy sku = if sku > 2 then raise (Sold_out { sku; wanted = (sku + 1, "nut") }); sku
let[@inline never] promise f = try Ok (f ()) with e -> Error e
let[@inline never] run = function Ok n -> n | Error e -> raise e
let () =
  Printexc.record_backtrace true;
  print_int (run (promise (fun () -> buy 3 + 1)))
`;
    const failing = await compile(text, ["-g", "-bin-annot"]);
    try {
      const session = debug(failing);
      await session.launch(() => session.request("setExceptionBreakpoints", { filters: ["uncaught"] }));
      await session.stopped();
      const [frame] = await session.frames();
      assert.equal(frame?.line, failing.lineOf("let[@inline never] run"));
      const info = await session.request("exceptionInfo", { threadId: 1 });
      assert.equal(info["description"], 'Unikernel.Sold_out {sku = 3; wanted = (4, "nut")}');
      const { stackTrace } = info["details"] as { stackTrace: string };
      const [title, ...places] = stackTrace.split("\n");
      assert.equal(title, "First raised in:");
      assert.match(
        places[0] ?? "",
        new RegExp(`Unikernel\\.buy .*unikernel\\.ml:${failing.lineOf("buy sku")}:`),
      );
      const [exn] = await session.scope(frame?.id, "Exception");
      const fields = await session.children(exn);
      assert.deepEqual(
        fields.map(({ name, value, type }) => `${name} : ${type} = ${value}`),
        ["sku : int = 3", 'wanted : int * string = (4, "nut")'],
      );
      session.session.dispose();
    } finally {
      await failing.remove();
    }
  });

  it("does not stop at exceptions with other names, nor at caught ones if only uncaught ones stop", async () => {
    const failing = await compile(program.replace("exit 3", 'failwith (List.assoc total [ (4, "lost") ])'));
    try {
      const session = debug(failing);
      const filterOptions = [{ filterId: "all", condition: "Exit, End_of_file" }, { filterId: "uncaught" }];
      await session.launch(() => session.request("setExceptionBreakpoints", { filters: [], filterOptions }));
      const stop = await session.stopped();
      assert.deepEqual([stop.reason, stop.text], ["exception", 'Failure("lost")']);
      const user = (await session.frames()).find((frame) => frame.presentationHint !== "subtle");
      assert.equal(user?.line, failing.lineOf("failwith"));
      await session.request("continue", { threadId: 1 });
      await session.ended();
      assert.match(session.guest.stderr, /Fatal error: exception Failure\("lost"\)/);
      assert.deepEqual(session.events("exited"), [{ exitCode: 2 }]);
    } finally {
      await failing.remove();
    }
  });
});
