import assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { run, type Run } from "../../platform/process.ts";
import { compile, debuggedProgram } from "./testDebuggee.ts";

describe("the values of a unikernel under gdb", function () {
  const { compiled, line, debug } = debuggedProgram();

  it("evaluates commands of gdb in the console, disassembles and reads memory", async () => {
    const session = debug(compiled());
    await session.launch(() => session.setBreakpoints(compiled().source, [{ line: line("C.print") }]));
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
    const { instructions: before } = await session.request<{ instructions: { address: string }[] }>(
      "disassemble",
      {
        memoryReference,
        instructionOffset: -200,
        instructionCount: 210,
      },
    );
    assert.ok(
      before.every(
        ({ address }, index) => index === 0 || BigInt(address) > BigInt(before[index - 1]?.address ?? 0),
      ),
    );
    assert.deepEqual(
      before.filter(({ address }) => address === memoryReference),
      [instructions[3]],
    );
    assert.deepEqual(before.slice(199, 202), instructions.slice(2, 5));
    assert.ok(before.slice(0, 200).every((each) => !("presentationHint" in each)));
    const memory = await session.request("readMemory", { memoryReference, count: 4 });
    assert.equal(Buffer.from(String(memory["data"]), "base64").length, 4);
    const unreadable = await session.request("readMemory", { memoryReference: "0x10", count: 4 });
    assert.deepEqual(unreadable, { address: "0x10", unreadableBytes: 4 });
    await session.go("next", { granularity: "instruction" });
    const [after] = await session.frames();
    assert.equal(after?.instructionPointerReference, instructions[4]?.address);
  });

  it("shows arguments and local variables with their types, and sets them", async () => {
    const session = debug(compiled());
    await session.launch(() => session.setBreakpoints(compiled().source, [{ line: line("C.print") }]));
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
    const completions = async (text: string) => {
      const column = text.length + 1;
      const { targets } = await session.request<DebugProtocol.CompletionsResponse["body"]>("completions", {
        text,
        column,
        frameId: frame?.id,
      });
      return targets.map(({ label, start = 0 }) => `${text.slice(0, start)}${label}`);
    };
    assert.deepEqual(await completions("1 + req"), ["1 + request"]);
    assert.deepEqual(await completions("request."), ["request.id", "request.path", "request.body"]);
    assert.deepEqual(await completions("request.p"), ["request.path"]);
    assert.deepEqual(await completions("request.nothing."), []);
    assert.deepEqual(await completions("-exec info regis"), ["-exec info registers"]);
    const scope = await session.scopeReference(frame?.id, "Locals");
    await session.request("setVariable", { variablesReference: scope, name: "total", value: "41" });
    await session.request("setVariable", {
      variablesReference: request?.variablesReference,
      name: "id",
      value: "7",
    });
    const [changed] = await session.scope(frame?.id, "Arguments");
    assert.equal(changed?.value, '{id = 7; path = "/item/1"; body = None}');
    assert.deepEqual(session.events("invalidated"), [{ areas: ["variables"] }, { areas: ["variables"] }]);
    await session.setBreakpoints(compiled().source, []);
    await session.go("next");
    assert.equal(session.guest.stdout, "/item/1 41\n");
  });

  it("name their scopes before the types are read", async () => {
    const isReadable = Promise.withResolvers<void>();
    const slow: Run = async (spec, hooks) => {
      if (spec.file === "ocaml") await isReadable.promise;
      return run(spec, hooks);
    };
    const session = debug(compiled(), { run: slow });
    await session.launch(() => session.setBreakpoints(compiled().source, [{ line: line("C.print") }]));
    await session.stopped();
    const [frame] = await session.frames();
    const { scopes } = await session.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId: frame?.id,
    });
    assert.deepEqual(
      scopes.map(({ name }) => name),
      ["Locals", "Arguments", "Registers"],
    );
    isReadable.resolve();
    const [request] = await session.scope(frame?.id, "Arguments");
    assert.equal(request?.type, "Unikernel.request");
  });

  it("knows the types that the compiler inferred for local variables, and the parameter that one hides", async () => {
    const text = `
type shape = { sides : int; label : string }
let[@inline never] make sides = { sides; label = "é" ^ string_of_int sides }
let[@inline never] draw shape = print_endline shape.label
let[@inline never] start label count =
  let shape = make count in
  draw shape;
  let label = make (count + 1) in
  draw shape;
  draw label
let () = start "first" 3
`;
    const typed = await compile(text, ["-g", "-bin-annot"]);
    const session = debug(typed);
    const lines = [typed.lineOf("let label"), typed.lineOf("draw label")];
    await session.launch(() =>
      session.setBreakpoints(
        typed.source,
        lines.map((at) => ({ line: at })),
      ),
    );
    const shown = async () => {
      const [frame] = await session.frames();
      const all = await session.scope(frame?.id, "Locals");
      return all.map(({ name, value, type }) => `${name} : ${type} = ${value}`);
    };
    await session.stopped();
    const before = await shown();
    assert.ok(before.includes('shape : shape = {sides = 3; label = "é3"}'), before.join("\n"));
    await session.go("continue");
    const after = await shown();
    assert.ok(after.includes('label : shape = {sides = 4; label = "é4"}'), after.join("\n"));
    assert.equal(after.filter((each) => each.startsWith("label ")).length, 1);
    session.session.dispose();
    await typed.remove();
  });

  it("shows what a function allocates for its variables, and the variables of let*", async () => {
    const text = `
type part = { size : int; label : string }
let[@inline never] ( let* ) value f = f (Sys.opaque_identity value)
let[@inline never] say text = print_string (Sys.opaque_identity text)
let[@inline never] show label count =
  let part = { size = count; label } in
  let pair = (part, [ part ]) in
  let length = ref count in
  say label;
  let* total, next = (!length + 1, fun n -> n + count) in
  say part.label;
  ignore (Sys.opaque_identity (pair, part, length));
  total + next 1
let () = ignore (show (String.make 2 'x') 3)
`;
    const allocating = await compile(text, ["-g", "-bin-annot"]);
    const session = debug(allocating);
    const at = ["say label", "say part"].map((each) => ({
      line: allocating.lineOf(each),
    }));
    try {
      await session.launch(() => session.setBreakpoints(allocating.source, at));
      const shown = async () => {
        const [frame] = await session.frames(1, 1);
        const variables = await session.scope(frame?.id, "Locals");
        return variables.map(({ name, type, value }) => `${name} : ${type} = ${value}`);
      };
      await session.stopped();
      assert.deepEqual(await shown(), [
        'label : string = "xx"',
        "count : int = 3",
        'part : part = {size = 3; label = "xx"}',
        'pair : part * part list = ({size = 3; label = "xx"}, [{size = 3; label = "xx"}])',
        "length : int ref = ref 3",
      ]);
      await session.go("continue");
      // OCaml gives the call of the operator the place of its body, too.
      if ((await session.frames(1, 1))[0]?.name.endsWith("show") === true) await session.go("continue");
      const inside = await shown();
      assert.ok(inside.includes("total : int = 4"), inside.join("\n"));
      assert.ok(inside.includes('part : part = {size = 3; label = "xx"}'), inside.join("\n"));
    } finally {
      await allocating.remove();
    }
  });

  it("shows the names of patterns, and does not set those in values that others share", async () => {
    const text = `
type answer = Data of string * int | Closed of (string * int)
type point = { x : float; y : float }
let[@inline never] handle size (first, last) { x; y } = function
  | Ok (Data (text, count)) ->
    print_endline text;
    print_int count
  | Ok (Closed (text, count) as closed) ->
    ignore (Sys.opaque_identity closed);
    print_endline text;
    print_int (count + size + first);
    print_endline last;
    print_float (x +. y)
  | Error (\`Failed reasons) ->
    List.iter (fun (reason, code) ->
      print_endline reason;
      print_int code) reasons
let () =
  let call = handle (Sys.opaque_identity 1) (Sys.opaque_identity (2, "last")) { x = 1.5; y = 2. } in
  call (Ok (Data ("data", 3)));
  call (Ok (Closed ("closed", 4)));
  call (Error (\`Failed [ ("reason", 5) ]))
`;
    const compiledPatterns = await compile(text, ["-g", "-bin-annot"]);
    const session = debug(compiledPatterns);
    const at = [6, 10, 16];
    try {
      await session.launch(() =>
        session.setBreakpoints(
          compiledPatterns.source,
          at.map((each) => ({ line: each })),
        ),
      );
      const found: string[][] = [];
      for (const [index] of at.entries()) {
        await session.stopped();
        const [frame] = await session.frames(1, 1);
        const variables = await session.scope(frame?.id, "Locals");
        found.push(variables.map(({ name, type, value }) => `${name} : ${type} = ${value}`));
        if (index === 1) {
          const variablesReference = await session.scopeReference(frame?.id, "Locals");
          const set = { variablesReference, name: "first", value: "7" };
          assert.match((await session.tryRequest("setVariable", set)).message ?? "", /can't be changed/);
        }
        await session.request("continue", { threadId: 1 });
      }
      assert.deepEqual(found.slice(1), [
        [
          "size : int = 1",
          "first : int = 2",
          'last : string = "last"',
          "x : float = not available here",
          "y : float = not available here",
          'text : string = "closed"',
          "count : int = 4",
          'closed : answer = Closed ("closed", 4)',
        ],
        ['reason : string = "reason"', "code : int = 5"],
      ]);
      await session.ended();
    } finally {
      await compiledPatterns.remove();
    }
  });
});
