import assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { compile, debuggedProgram } from "./testDebuggee.ts";

describe("steps of a unikernel under gdb", function () {
  const { compiled, line, debug } = debuggedProgram();

  it("steps into functions of the user through a library, over inlined lines, and out", async () => {
    const session = debug(compiled());
    await session.launch(() =>
      session.setBreakpoints(compiled().source, [{ line: line("Main.start items") }]),
    );
    await session.stopped();
    await session.go("stepIn");
    assert.equal((await session.frames())[0]?.name, "Unikernel.Make.start");
    for (const name of ["Unikernel.Make.start.loop", "Unikernel.Make.handle"]) {
      while ((await session.frames())[0]?.name !== name) await session.go("stepIn");
    }
    await session.go("stepOut");
    const [frame] = await session.frames();
    assert.equal(frame?.name, "Unikernel.Make.start.loop");
  });

  it("steps into the call that is chosen of those on a line", async () => {
    const calls = await compile(`
let[@inline never] twice n = print_string ""; n * 2
let[@inline never] both f n = f (twice n)
let[@inline never] greet n = print_endline (string_of_int n)
let () =
  greet (both (fun n -> twice n + 1) (twice 1));
  print_string "end"
`);
    try {
      const session = debug(calls);
      const at = calls.lineOf("greet (both");
      await session.launch(() => session.setBreakpoints(calls.source, [{ line: at }]));
      await session.stopped();
      const [frame] = await session.frames();
      const { targets } = await session.request<DebugProtocol.StepInTargetsResponse["body"]>(
        "stepInTargets",
        { frameId: frame?.id },
      );
      const text = "  greet (both (fun n -> twice n + 1) (twice 1));";
      assert.deepEqual(
        targets.map(({ label, column, endColumn }) => [
          label,
          text.slice((column ?? 1) - 1, (endColumn ?? 1) - 1),
        ]),
        [
          ["Unikernel.twice", "(twice 1)"],
          ["Unikernel.both", "(both (fun n -> twice n + 1) (twice 1))"],
          ["Unikernel.greet", "greet (both (fun n -> twice n + 1) (twice 1))"],
        ],
      );
      // It would stop in the function that is on this line too.
      await session.setBreakpoints(calls.source, []);
      await session.go("stepIn", { targetId: targets[2]?.id });
      const [top, caller] = await session.frames();
      assert.deepEqual([top?.name, caller?.line], ["Unikernel.greet", at]);
    } finally {
      await calls.remove();
    }
  });

  it("steps from a call that raises to the handler, and out of a function that a library calls", async () => {
    const calls = await compile(`
let[@inline never] check n =
  if n > 1 then failwith "large";
  n
let[@inline never] guarded n =
  match check n with
  | m -> m
  | exception Failure _ -> -1
let[@inline never] finish () = print_endline "end"
let[@inline never] last () =
  let first = guarded 2 in
  let second = check 0 in
  print_int (first + second)
let () =
  at_exit finish;
  at_exit last
`);
    try {
      const session = debug(calls);
      await session.launch(() =>
        session.setBreakpoints(calls.source, [{ line: calls.lineOf("match check n") }]),
      );
      await session.stopped();
      await session.go("next");
      assert.equal(await session.line(), calls.lineOf("exception Failure"));
      await session.go("stepOut");
      assert.equal(await session.line(), calls.lineOf("let first"));
      await session.go("stepOut");
      // Not in a function that is called before the step has left its own.
      assert.equal((await session.frames(1, 1))[0]?.name, "Unikernel.finish");
    } finally {
      await calls.remove();
    }
  });

  it("steps over the end of a function into the middle of the line that calls it", async () => {
    const calls = await compile(`
let[@inline never] twice n =
  print_string "";
  n * 2
let[@inline never] both n =
  twice n + twice (n + 1)
let () =
  List.iter (fun n -> print_int (twice n)) [ 1; 2 ];
  print_int (both 3)
`);
    try {
      const session = debug(calls);
      await session.launch(() => session.setBreakpoints(calls.source, [{ line: calls.lineOf("n * 2") }]));
      await session.stopped();
      await session.setBreakpoints(calls.source, []);
      const names: (string | undefined)[] = [];
      // Each call of the line is reached, also by a library that makes two calls on a line.
      for (let count = 0; count < 30; count++) {
        const [frame] = await session.frames(1, 1);
        if (frame?.name !== names.at(-1)) names.push(frame?.name);
        if (names.filter((name) => name === "Unikernel.both").length === 3) break;
        await session.go("stepIn");
      }
      const fun = "Unikernel.(fun)";
      const twice = "Unikernel.twice";
      assert.deepEqual(names, [
        twice,
        fun,
        twice,
        fun,
        "Unikernel",
        "Unikernel.both",
        twice,
        "Unikernel.both",
        twice,
        "Unikernel.both",
      ]);
    } finally {
      await calls.remove();
    }
  });

  it("stops at the first line of the user's code", async () => {
    const session = debug(compiled(), {}, { stopOnEntry: true });
    await session.launch();
    const stop = await session.stopped();
    assert.equal(stop.reason, "entry");
    const [frame] = await session.frames();
    assert.equal(frame?.source?.path, compiled().source);
    assert.equal(session.guest.stdout, "");
  });

  it("steps over the end of an Lwt callback into the next one of the user", async () => {
    const lwt = await compile(
      `
open Lwt.Infix

let later value = Lwt_unix.sleep 0.01 >>= fun () -> Lwt.return value

let rec greet left =
  if left = 0 then Lwt.return_unit
  else
    later left >>= fun value ->
    print_endline (string_of_int value);
    let next = value - 1 in
    greet next

let () = Lwt_main.run (greet 2)
`,
      ["-g", "-thread", "-package", "lwt.unix"],
    );
    try {
      const session = debug(lwt);
      const at = lwt.lineOf("print_endline");
      await session.launch(() => session.setBreakpoints(lwt.source, [{ line: at }]));
      await session.stopped();
      const stack = await session.frames(1, 50);
      assert.equal(stack[0]?.presentationHint, undefined);
      const library = stack.filter(({ presentationHint }) => presentationHint === "subtle");
      assert.ok(
        library.some(({ name }) => /Lwt/.test(name)),
        "frames of Lwt are subtle",
      );
      await session.setBreakpoints(lwt.source, []);
      const lines: (number | undefined)[] = [];
      for (let count = 0; count < 12 && !lines.includes(at); count += 1) {
        await session.go("next");
        const [frame] = await session.frames(1, 1);
        assert.equal(frame?.source?.path, lwt.source, `step ${count}: ${frame?.name}`);
        lines.push(frame?.line);
      }
      assert.ok(lines.includes(lwt.lineOf("fun () -> Lwt.return value")), String(lines));
      assert.ok(lines.includes(at), String(lines));
      assert.equal(session.guest.stdout, "2\n");
    } finally {
      await lwt.remove();
    }
  });

  it("steps from a line to one after it if a callback begins on the line", async () => {
    const lwt = await compile(
      `
open Lwt.Infix

let[@inline never] start value =
  print_endline "start";
  Lwt.nchoose [ Lwt_unix.sleep value ] >>= function
  | [] -> Lwt.return value
  | first :: _ ->
      print_endline "in the callback";
      Lwt.return (snd (Sys.opaque_identity (first, value)))

let () = ignore (Lwt_main.run (Lwt.pause () >>= fun () -> start 0.01))
`,
      ["-g", "-thread", "-package", "lwt.unix"],
    );
    try {
      const session = debug(lwt);
      const at = lwt.lineOf("Lwt.nchoose");
      // The function has no caller of the user, because the callback calls it last.
      await session.launch(() => session.setBreakpoints(lwt.source, [{ line: at }]));
      await session.stopped();
      await session.setBreakpoints(lwt.source, []);
      const lines: (number | undefined)[] = [];
      while (lines.length < 5 && lines.at(-1) !== lwt.lineOf("in the callback")) {
        await session.go("next");
        lines.push(await session.line());
      }
      assert.equal(lines.at(-1), lwt.lineOf("in the callback"), String(lines));
      assert.equal(lines.includes(at), false, String(lines));
    } finally {
      await lwt.remove();
    }
  });
});
