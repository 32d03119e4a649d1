import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { canDebug, compile, debugged, type Compiled, type Debugged } from "./testDebuggee.ts";

const program = `
exception Rejected of string * int
type request = { id : int; path : string; body : string option }

module type Console = sig
  val print : string -> unit
end

let[@inline never] add a b = a + b

module Make (C : Console) = struct
  let handle request count =
    let total = add request.id count in
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
      const [early] = await setBreakpoints(compiled.source, [{ line: line("let total = add") }]);
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
        [line("let total = add"), compiled.source],
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
    assert.equal((await frames())[0]?.line, line("let total = add"));
    await setBreakpoints(compiled.source, []);
    await request("continue", { threadId: 1 });
    await ended();
    assert.deepEqual(guest, { stdout: "/item/1 1\n/item/2 3\n/item/3 7\n", stderr: "total 4\n" });
    assert.deepEqual(events("exited"), [{ exitCode: 3 }]);
  });

  it("stops at functions by their names, with functors in them, and says which do not exist", async () => {
    session = debugged(compiled);
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

  it("counts hits", async () => {
    session = debugged(compiled);
    const at = { line: line("C.print"), hitCondition: "3" };
    await session.launch(() => session.setBreakpoints(compiled.source, [at]));
    await session.stopped();
    assert.equal(session.guest.stdout, "/item/1 1\n/item/2 3\n");
    await session.request("continue", { threadId: 1 });
    await session.ended();
  });

  it("prints log messages without stopping", async () => {
    session = debugged(compiled);
    const at = { line: line("C.print"), logMessage: "here \\{1}" };
    await session.launch(() => session.setBreakpoints(compiled.source, [at]));
    await session.ended();
    assert.equal(session.output().split("here {1}\n").length, 4, session.output());
  });

  it("stops at exceptions of the user's code, names them, and steps to their handler", async () => {
    session = debugged(compiled);
    await session.launch(() => session.request("setExceptionBreakpoints", { filters: ["user"] }));
    const stop = await session.stopped();
    assert.equal(stop.reason, "exception");
    const [frame, caller] = await session.frames();
    assert.deepEqual([frame?.line, caller?.line], [line("raise (Rejected"), line("try handle item")]);
    const info = await session.request("exceptionInfo", { threadId: 1 });
    assert.equal(info["exceptionId"], "Unikernel.Rejected");
    assert.match(String(info["description"]), /Rejected\("\/item\/3", 7\)/);
    await session.go("next");
    assert.equal((await session.frames())[0]?.name, "Unikernel.Make.start.loop");
    await session.request("continue", { threadId: 1 });
    await session.ended();
  });

  it("does not stop at exceptions with other names, nor at caught ones if only uncaught ones stop", async () => {
    const failing = await compile(program.replace("exit 3", 'failwith (List.assoc total [ (4, "lost") ])'));
    try {
      session = debugged(failing);
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

  it("steps into functions of the user through a library, over inlined lines, and out", async () => {
    session = debugged(compiled);
    await session.launch(() => session.setBreakpoints(compiled.source, [{ line: line("Main.start items") }]));
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

  it("stops at the first line of the user's code", async () => {
    session = debugged(compiled, {}, { stopOnEntry: true });
    await session.launch();
    const stop = await session.stopped();
    assert.equal(stop.reason, "entry");
    const [frame] = await session.frames();
    assert.equal(frame?.source?.path, compiled.source);
    assert.equal(session.guest.stdout, "");
  });

  it("says why a breakpoint is not set", async () => {
    session = debugged(compiled);
    const set = (path: string, at: object) => session.setBreakpoints(path, [{ line: 1, ...at }]);
    await session.launch(async () => {
      await session.setBreakpoints(compiled.source, [{ line: line("handle request count =") }]);
    });
    await session.stopped();
    const [comment] = await set(compiled.source, { line: line("The end of the program") });
    assert.equal(comment?.line, line("exit 3"), "a comment moves to the next line with code");
    const [late] = await set(compiled.source, { line: 5000 });
    assert.match(late?.message ?? "", /no code at this line/);
    const [other] = await set("/elsewhere/other.ml", {});
    assert.match(other?.message ?? "", /not part of the image/);
    const [hits] = await set(compiled.source, { line: line("C.print"), hitCondition: "often" });
    assert.match(hits?.message ?? "", /not a number of hits/);
    assert.deepEqual(
      [comment?.verified, late?.verified, other?.verified, hits?.verified],
      [true, false, false, false],
    );
  });

  it("evaluates commands of gdb in the console, disassembles and reads memory", async () => {
    session = debugged(compiled);
    await session.launch(() => session.setBreakpoints(compiled.source, [{ line: line("C.print") }]));
    await session.stopped();
    const [frame] = await session.frames();
    const memoryReference = frame?.instructionPointerReference;
    const printed = await session.request("evaluate", { expression: "-exec print 6 * 7", context: "repl" });
    assert.equal(printed["result"], "$1 = 42");
    const { instructions } = await session.request<{
      instructions: { address: string; instruction: string; line?: number }[];
    }>("disassemble", {
      memoryReference,
      instructionOffset: -3,
      instructionCount: 6,
    });
    assert.equal(instructions.length, 6);
    assert.equal(BigInt(instructions[3]?.address ?? 0), BigInt(memoryReference ?? 0));
    assert.equal(instructions[3]?.line, line("C.print"));
    const memory = await session.request("readMemory", { memoryReference, count: 4 });
    assert.equal(Buffer.from(String(memory["data"]), "base64").length, 4);
    const unreadable = await session.request("readMemory", { memoryReference: "0x10", count: 4 });
    assert.deepEqual(unreadable, { address: "0x10", unreadableBytes: 4 });
    await session.go("next", { granularity: "instruction" });
    const [after] = await session.frames();
    assert.equal(after?.instructionPointerReference, instructions[4]?.address);
  });

  it("sets breakpoints and pauses while the program runs, and ends it without leaving a process", async () => {
    const endless = await compile(`
let rec wait n =
  Unix.sleepf 0.01;
  if n >= 0 then wait (n + 1)

let () = wait 0
`);
    try {
      session = debugged(endless, {}, { debug: true });
      await session.launch();
      const [set] = await session.setBreakpoints(endless.source, [{ line: endless.lineOf("if n >= 0") }]);
      assert.equal(set?.verified, true);
      assert.equal((await session.stopped()).reason, "breakpoint");
      await session.setBreakpoints(endless.source, []);
      await session.request("continue", { threadId: 1 });
      const refused = await session.tryRequest("evaluate", { expression: "n" });
      assert.match(refused.success ? "" : (refused.message ?? ""), /running/);
      await session.request("pause", { threadId: 1 });
      assert.equal((await session.stopped()).reason, "pause");
      assert.ok((await session.frames()).some(({ name }) => name === "Unikernel.wait"));
      await session.request("restart");
      await session.request("disconnect");
      await session.ended();
      assert.deepEqual(processesOf(endless.image), []);
    } finally {
      await endless.remove();
    }
  });

  it("shows the console byte for byte as without gdb, and passes arguments, variables and signals on", async () => {
    const talking = await compile(`
let () =
  Array.iter print_endline (Sys.argv |> Array.to_list |> List.tl |> Array.of_list);
  List.iter (fun name -> print_endline (try name ^ "=" ^ Sys.getenv name with Not_found -> name))
    [ "SHELL"; "LINES"; "COLUMNS"; "LC_ALL"; "ODD" ];
  print_string (try input_line stdin with End_of_file -> "no input");
  flush stdout;
  Sys.set_signal Sys.sigusr1 (Sys.Signal_handle (fun _ -> prerr_string "usr1"));
  Unix.kill (Unix.getpid ()) Sys.sigusr1;
  prerr_string (Sys.getcwd ());
  flush stderr;
  Unix.kill (Unix.getpid ()) Sys.sigterm
`);
    try {
      const args = ["a b", "", "'\";$(touch x)`y`", "é🐫", "*", "a\\b"];
      const env = { PATH: "/usr/bin:/bin", SHELL: "/usr/bin/fish", LINES: "7", ODD: "a 'b' $c" };
      const plain = debugged(talking, { args, env });
      await plain.launch();
      await plain.ended();
      session = debugged(talking, { args, env }, { debug: true });
      await session.launch();
      await session.ended();
      assert.match(plain.guest.stdout, /no input$/);
      assert.deepEqual(session.guest, plain.guest);
      assert.deepEqual(session.events("exited"), plain.events("exited"));
    } finally {
      await talking.remove();
    }
  });

  it("says that an image is stripped, or has no lines", async () => {
    for (const [options, message] of [
      [["-g", "-ccopt", "-s"], /no symbols/],
      [[], /-g|not part of the image/],
    ] as const) {
      const image = await compile(program, options);
      try {
        session = debugged(image);
        await session.launch(() => session.setBreakpoints(image.source, [{ line: 12 }]));
        await session.ended();
        const [changed] = session.events("breakpoint") as {
          breakpoint: { verified: boolean; message?: string };
        }[];
        assert.equal(changed?.breakpoint.verified, false);
        assert.match(changed?.breakpoint.message ?? "", message);
        assert.match(session.guest.stdout, /item\/3/, "it runs all the same");
      } finally {
        await image.remove();
      }
    }
  });

  it("says that gdb cannot trace programs, and what helps", async () => {
    const gdb = join(compiled.folder, "gdb");
    const script = String.raw`#!/bin/sh
printf '%s\n' '~"GNU gdb (Debian) 13.1\n"'
while read -r line; do
  number=$(echo "$line" | sed 's/-.*//')
  case "$line" in
    *-exec-run*)
      echo "Could not trace the inferior process. ptrace: Operation not permitted" >&2
      printf '%s\n' "$number^error,msg=\"During startup program exited with code 127.\"" ;;
    *) echo "$number^done" ;;
  esac
done`;
    await writeFile(gdb, script, { mode: 0o755 });
    session = debugged(compiled, { gdb }, { debug: true });
    assert.equal((await session.launch()).success, false);
    assert.deepEqual(session.problems, ["ptrace-forbidden"]);
    assert.match(session.output(), /SYS_PTRACE/);
  });

  it("ends with gdb, and says so", async () => {
    session = debugged(compiled, { gdb: "gdb" });
    await session.launch(() => session.setBreakpoints(compiled.source, [{ line: line("C.print") }]));
    await session.stopped();
    await session
      .request("evaluate", { expression: "-exec shell kill -9 $PPID", context: "repl" })
      .catch(() => undefined);
    await session.ended();
    assert.match(session.output(), /gdb has ended, and the unikernel with it/);
    assert.deepEqual(processesOf(compiled.image), []);
  });

  it("is stopped while it starts, and restarted while it is stopped", async () => {
    session = debugged(compiled);
    const launched = session.launch(() =>
      session.setBreakpoints(compiled.source, [{ line: line("C.print") }]),
    );
    await session.until(() => (session.output().includes("unikernel.exe") ? true : undefined));
    session.session.dispose();
    await launched;
    await session.ended();
    assert.deepEqual(processesOf(compiled.image), []);

    session = debugged(compiled);
    const other = debugged(compiled);
    try {
      for (const each of [session, other])
        await each.launch(() => each.setBreakpoints(compiled.source, [{ line: line("C.print") }]));
      await Promise.all([session.stopped(), other.stopped()]);
      await session.request("restart");
      await session.stopped();
      assert.equal(session.guest.stdout, "");
      assert.equal((await other.frames())[0]?.line, line("C.print"));
    } finally {
      await other.request("disconnect");
    }
  });

  it("marks the breakpoints of a file that has changed since the build", async () => {
    const built = join(compiled.folder, "_build", "default", "unikernel.ml");
    await mkdir(dirname(built), { recursive: true });
    await writeFile(built, "let () = ()");
    session = debugged(compiled);
    await session.launch(() => session.setBreakpoints(compiled.source, [{ line: line("C.print") }]));
    await session.stopped();
    const [changed] = session.events("breakpoint") as { breakpoint: { message?: string } }[];
    assert.match(changed?.breakpoint.message ?? "", /unikernel\.ml has changed since the build/);
    const [frame] = await session.frames();
    assert.deepEqual([frame?.source?.name, frame?.source?.path], ["unikernel.ml", built], "the built text");
    await rm(join(compiled.folder, "_build"), { recursive: true });
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
      session = debugged(lwt);
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

  it("shows arguments and local variables with their types, and sets them", async () => {
    session = debugged(compiled);
    await session.launch(() => session.setBreakpoints(compiled.source, [{ line: line("C.print") }]));
    await session.stopped();
    const [frame, caller] = await session.frames();
    const inArguments = await session.scope(frame?.id, "Arguments");
    const request = inArguments.find(({ name }) => name === "request");
    assert.deepEqual(
      [request?.value, request?.type],
      ['{id = 1; path = "/item/1"; body = None}', "Unikernel.request"],
      JSON.stringify(inArguments),
    );
    const fields = await session.children(request);
    assert.deepEqual(
      fields.map(({ name, value, evaluateName }) => [name, value, evaluateName]),
      [
        ["id", "1", "request.id"],
        ["path", '"/item/1"', "request.path"],
        ["body", "None", "request.body"],
      ],
    );
    const locals = await session.scope(frame?.id, "Locals");
    const total = locals.find(({ name }) => name === "total");
    assert.equal(total?.value, "1");
    assert.ok((await session.scope(caller?.id, "Arguments")).some(({ name }) => name === "n"));
    const registers = await session.scope(frame?.id, "Registers");
    assert.ok(
      registers.some(({ name, value }) => name === "rip" && value === frame?.instructionPointerReference),
    );
    const evaluated = await session.request("evaluate", {
      expression: "request.id + total",
      frameId: frame?.id,
      context: "watch",
    });
    assert.equal(evaluated["result"], "2");
    const { targets } = await session.request<{ targets: { label: string }[] }>("completions", {
      text: "req",
      column: 4,
      frameId: frame?.id,
    });
    assert.deepEqual(
      targets.map(({ label }) => label),
      ["request"],
    );
    const scope = await session.scopeReference(frame?.id, "Locals");
    await session.request("setVariable", { variablesReference: scope, name: "total", value: "41" });
    await session.setBreakpoints(compiled.source, []);
    await session.go("next");
    assert.equal(session.guest.stdout, "/item/1 41\n");
  });

  it("stops by conditions on values, and prints values in log messages", async () => {
    session = debugged(compiled);
    await session.launch(() =>
      session.setBreakpoints(compiled.source, [
        { line: line("let total = add"), condition: 'request.id = 2 && request.path <> "x"' },
        { line: line("C.print"), logMessage: "{request.path} has {total}" },
        { line: line("loop (sum + n) rest"), condition: "nowhere > 1" },
      ]),
    );
    const unknown = await session.stopped();
    assert.deepEqual(unknown.hitBreakpointIds, [3], "a condition that is not understood stops");
    assert.match(session.output(), /The condition nowhere > 1 could not be evaluated/);
    await session.go("continue");
    const [frame] = await session.frames();
    const [request] = await session.scope(frame?.id, "Arguments");
    assert.match(request?.value ?? "", /id = 2/);
    assert.match(session.output(), /"\/item\/1" has 1\n/);
  });
});

/** The processes whose program is an image. */
function processesOf(image: string): readonly string[] {
  const all = execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n");
  return all.filter((command) => command.startsWith(image));
}
