import assert from "node:assert/strict";
import { compile, debuggedProgram } from "./testDebuggee.ts";

describe("breakpoints of a unikernel under gdb", function () {
  const { compiled, line, debug } = debuggedProgram();

  it("counts hits", async () => {
    const session = debug(compiled());
    const at = { line: line("C.print"), hitCondition: "3" };
    await session.launch(() => session.setBreakpoints(compiled().source, [at]));
    await session.stopped();
    assert.equal(session.guest.stdout, "/item/1 1\n/item/2 3\n");
    await session.request("continue", { threadId: 1 });
    await session.ended();
  });

  it("prints log messages without stopping", async () => {
    const session = debug(compiled());
    const at = { line: line("C.print"), logMessage: "here \\{1}" };
    await session.launch(() => session.setBreakpoints(compiled().source, [at]));
    await session.ended();
    assert.equal(session.output().split("here {1}\n").length, 4, session.output());
  });

  it("stops by conditions on values, and prints values in log messages", async () => {
    const session = debug(compiled());
    await session.launch(() =>
      session.setBreakpoints(compiled().source, [
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

  it("evaluates a condition in the function that has its names, if a callback is on the same line", async () => {
    const logging = await compile(`
let[@inline never] info f = f print_endline
let rec serve n path limit =
  info (fun m -> m (path ^ string_of_int n));
  if n < limit then serve (n + 1) path limit
let () = serve 1 (String.make 2 '/') 5
`);
    const session = debug(logging);
    const at = { line: logging.lineOf("info (fun"), condition: 'limit = 5 && n = 3 && path = "//"' };
    await session.launch(() => session.setBreakpoints(logging.source, [at]));
    await session.stopped();
    assert.equal(session.guest.stdout, "//1\n//2\n");
    assert.equal((await session.frames())[0]?.name, "Unikernel.serve");
    await session.request("continue", { threadId: 1 });
    await session.ended();
    assert.doesNotMatch(session.output(), /could not be evaluated/);
    assert.equal(session.events("stopped").length, 1);
    await logging.remove();
  });

  it("lets gdb evaluate conditions on integers, in registers and on the stack", async () => {
    const counting = await compile(`
let[@inline never] rec count n limit =
  print_string "";
  if n < limit then count (n + 1) limit else n
let () = ignore (count (-5) 120)
`);
    const session = debug(counting);
    const [atCall, atTest] = [counting.lineOf("print_string"), counting.lineOf("if n <")];
    await session.launch(() =>
      session.setBreakpoints(counting.source, [
        { line: atCall, condition: "n = -2 || n = 100" },
        { line: atTest, condition: "limit > 10 && 100 <= n", hitCondition: "2" },
      ]),
    );
    const stops: unknown[] = [];
    for (const ids of [[1], [1], [2]]) {
      const stop = await session.stopped();
      const [frame] = await session.frames();
      const { result } = await session.request("evaluate", { expression: "n", frameId: frame?.id });
      stops.push([frame?.line, result]);
      assert.deepEqual(stop.hitBreakpointIds, ids);
      await session.request("continue", { threadId: 1 });
    }
    assert.deepEqual(stops, [
      [atCall, "-2"],
      [atCall, "100"],
      [atTest, "101"],
    ]);
    await session.ended();
    assert.equal(session.events("stopped").length, 3);
    await counting.remove();
  });

  it("lets gdb evaluate conditions on fields, refs, booleans and constructors", async () => {
    const text = `
type state = Idle | Busy of int | Closed
type request = { id : int; mutable state : state; reply : string option; inner : inner }
and inner = { isLast : bool; size : float; sign : char }
let[@inline never] handle (request : request) counter (kind : [ \`Even | \`Other ]) (flag : bool) =
  print_string "";
  incr counter;
  ignore (Sys.opaque_identity (kind, flag, request))
let () =
  let counter = ref 0 in
  for id = 1 to 60 do
    let state = if id mod 3 = 0 then Idle else if id mod 3 = 1 then Busy id else Closed in
    let inner = { isLast = id = 60; size = 1.; sign = Char.chr (64 + id) } in
    handle
      (Sys.opaque_identity { id; state; reply = (if id mod 2 = 0 then None else Some "x"); inner })
      counter
      (if id mod 4 = 0 then \`Even else \`Other)
      (id mod 5 = 0)
  done
`;
    const counting = await compile(text, ["-g", "-bin-annot"]);
    try {
      for (const [condition, expected] of [
        ["request.id mod 25 = 7", [7, 32, 57]],
        ["request.state = Closed && request.id > 50", [53, 56, 59]],
        ["request.state <> Idle && !counter >= 57", [58, 59]],
        ["request.reply = None && request.inner.sign = 'Z'", [26]],
        ["flag && kind = `Even", [20, 40, 60]],
        ["not flag && request.inner.isLast || request.id = 3", [3]],
      ] as const) {
        const session = debug(counting);
        const at = { line: counting.lineOf("print_string"), condition };
        await session.launch(() => session.setBreakpoints(counting.source, [at]));
        const stops: unknown[] = [];
        for (const _ of expected) {
          void _;
          await session.stopped();
          const [frame] = await session.frames(1, 1);
          const frameId = frame?.id;
          stops.push((await session.request("evaluate", { expression: "request.id", frameId }))["result"]);
          const infos = { expression: "-exec info breakpoints", context: "repl" };
          assert.match(
            String((await session.request("evaluate", infos))["result"]),
            /stop only if/,
            condition,
          );
          await session.request("continue", { threadId: 1 });
        }
        assert.deepEqual(stops, expected.map(String), condition);
        await session.ended();
        assert.equal(session.events("stopped").length, expected.length, condition);
      }
    } finally {
      await counting.remove();
    }
  });
});
