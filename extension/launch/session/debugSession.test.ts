import assert from "node:assert/strict";
import { debugProblems } from "../../platform/debugErrors.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { DapMessage } from "./dap.ts";
import { harness } from "./testSession.ts";

const succeeded = (message: DapMessage) => message.type === "response" && message.success;
const bodyOf = (message: DapMessage) => message.body as Record<string, unknown>;

describe("a debug session", () => {
  it("boots, shows both streams and ends with the exit code and its description", async () => {
    const { request, program, event, output, logs } = harness();
    assert.ok(succeeded(await request("initialize")));
    assert.ok(succeeded(await request("launch", { name: "Run hello" })));
    const { hooks, end } = await program();
    assert.equal(hooks.guarded, true);
    hooks.onStdout?.(Buffer.from("out é"));
    hooks.onStderr?.(Buffer.from("err"));
    end({ kind: "exited", code: 2 });
    assert.deepEqual(bodyOf(await event("exited")), { exitCode: 2 });
    await event("terminated");
    assert.deepEqual(
      output().map(({ category, output: text }) => [category, text]),
      [
        ["console", "solo5-hvt -- hello.hvt\n"],
        ["stdout", "out é"],
        ["stderr", "err"],
        ["stderr", "hello: explained exited\n"],
      ],
    );
    assert.deepEqual(logs, [{ text: "out éerr", outcome: { kind: "failed", text: "explained exited" } }]);
  });

  it("tells the log which process was started, without gdb", async () => {
    const { request, program, event, logs } = harness();
    await request("launch");
    const { hooks, end } = await program();
    hooks.onStart?.(4242);
    end({ kind: "exited", code: 0 });
    await event("terminated");
    assert.deepEqual(logs[0]?.started, [4242, false]);
  });

  it("decodes characters that arrive in two pieces", async () => {
    const { request, program, event, output } = harness();
    await request("launch");
    const { hooks, end } = await program();
    const bytes = Buffer.from("🐫");
    hooks.onStdout?.(bytes.subarray(0, 2));
    await event("output");
    hooks.onStdout?.(bytes.subarray(2));
    end({ kind: "exited", code: 0 });
    await event("terminated");
    const texts = output().filter(({ category }) => category === "stdout");
    assert.equal(texts.map(({ output: text }) => text).join(""), "🐫");
  });

  it("omits most of a flood from the debug console and says so, but writes all of it to the log", async () => {
    const { request, program, event, output, logs } = harness();
    await request("launch");
    const { hooks, end } = await program();
    const chunk = Buffer.alloc(65_536, "a");
    for (let i = 0; i < 100; i++) hooks.onStdout?.(chunk);
    end({ kind: "exited", code: 0 });
    await event("terminated");
    const shown = output().reduce((sum, { output: text }) => sum + text.length, 0);
    assert.ok(shown < 100_000, `${shown} characters`);
    assert.ok(output().some(({ output: text }) => /\d+ bytes omitted/.test(text)));
    assert.equal(logs[0]?.text.length, 6_553_600);
  });

  it("shows one thread without gdb, and refuses expressions and later breakpoints with a reason", async () => {
    const { request, shown } = harness();
    await request("launch");
    assert.deepEqual(bodyOf(await request("threads")), { threads: [{ id: 1, name: "hello on hvt" }] });
    const answer = await request("evaluate", { expression: "1+1" });
    assert.ok(!succeeded(answer));
    assert.match(JSON.stringify(answer), /expressions can't be evaluated/);
    assert.ok(!succeeded(await request("pause")));
    const source = { path: "/ws/unikernel.ml" };
    const points = bodyOf(
      await request("setBreakpoints", { source, breakpoints: [{ line: 1 }, { line: 2 }] }),
    );
    assert.deepEqual(points, {
      breakpoints: [1, 2].map((id) => ({ id, verified: false, message: "Restart to stop here." })),
    });
    assert.deepEqual(shown, ["restart"]);
  });

  it("reports no states of breakpoints if the launch is refused, because VS Code would keep them", async () => {
    const refused = { refused: "no tap", byUser: false };
    const here = { source: { path: "/ws/unikernel.ml" }, breakpoints: [{ line: 1 }] };
    const { send, event } = harness({}, [refused]);
    const launched = send("launch");
    await event("initialized");
    const early = send("setBreakpoints", here);
    await event("terminated");
    assert.ok(!succeeded(await launched));
    assert.ok(!succeeded(await early));
    assert.ok(!succeeded(await send("setBreakpoints", here)));
    assert.ok(!succeeded(await send("setFunctionBreakpoints", { breakpoints: [{ name: "start" }] })));
  });

  it("boots without gdb if no breakpoint concerns the unikernel, or without debugging", async () => {
    const elsewhere = { source: { path: "/other/a.ml" }, breakpoints: [{ line: 1 }] };
    const here = { source: { path: "/ws/unikernel.ml" }, breakpoints: [{ line: 1 }] };
    for (const [noDebug, breakpoints] of [
      [false, elsewhere],
      [true, here],
    ] as const) {
      const { send, event, program, shown } = harness();
      const launched = send("launch", { noDebug });
      await event("initialized");
      await send("setBreakpoints", breakpoints);
      await send("setExceptionBreakpoints", { filters: noDebug ? ["uncaught"] : [] });
      await send("configurationDone");
      assert.ok(succeeded(await launched));
      await program();
      assert.deepEqual(shown, []);
    }
  });

  it("does not start without gdb if there is a breakpoint, a filter for exceptions or a request for it", async () => {
    const support = {
      unavailable: undefined,
      concerns: () => true,
      request: () => Promise.reject(new ProblemError(debugProblems.gdbMissing())),
    };
    for (const [command, args, isRequired] of [
      ["setBreakpoints", { source: { path: "/ws/a.ml" }, breakpoints: [{ line: 1 }] }, false],
      ["setFunctionBreakpoints", { breakpoints: [{ name: "start" }] }, false],
      ["setExceptionBreakpoints", { filters: ["user"] }, false],
      ["setExceptionBreakpoints", { filters: [] }, true],
    ] as const) {
      const { send, event, programs, shown, logs } = harness({ debugging: { ...support, isRequired } });
      const launched = send("launch");
      await event("initialized");
      await send(command, args);
      await send("configurationDone");
      assert.ok(!succeeded(await launched));
      await event("terminated");
      assert.deepEqual([programs.length, shown, logs[0]?.outcome?.kind], [0, ["gdb-missing"], "failed"]);
    }
  });

  it("boots without gdb and says why if the target cannot be debugged", async () => {
    const unavailable = "Images for xen can't be debugged.";
    const { send, event, program, shown } = harness({
      debugging: {
        unavailable,
        isRequired: false,
        concerns: () => true,
        request: () => Promise.reject(new Error()),
      },
    });
    const launched = send("launch");
    await event("initialized");
    const breakpoints = { source: { path: "/ws/a.ml" }, breakpoints: [{ line: 1 }] };
    await send("setBreakpoints", breakpoints);
    await send("configurationDone");
    assert.ok(succeeded(await launched));
    await program();
    const again = bodyOf(await send("setBreakpoints", breakpoints));
    assert.deepEqual(again, { breakpoints: [{ id: 1, verified: false, message: unavailable }] });
    assert.deepEqual(shown, []);
  });

  it("prints why it does not start, without a second message by VS Code", async () => {
    const { request, event, output } = harness({}, [{ refused: "no tap", byUser: false }]);
    const launched = await request("launch");
    assert.deepEqual(bodyOf(launched), { error: { id: 1, format: "no tap", showUser: false } });
    await event("terminated");
    assert.deepEqual(output(), [{ category: "stderr", output: "no tap\n" }]);
  });

  it("leaves the log panel in front if it shows why the launch was refused", async () => {
    const refused = { refused: "no KVM", byUser: false, isLogged: true };
    for (const [internalConsoleOptions, expected] of [
      ["neverOpen", []],
      ["openOnSessionStart", [{ category: "stderr", output: "no KVM\n" }]],
    ] as const) {
      const { request, event, output } = harness({}, [refused]);
      await request("launch", { internalConsoleOptions });
      await event("terminated");
      assert.deepEqual(output(), expected, "output would bring the debug console to the front");
    }
  });

  it("leaves the log panel in front if gdb is missing", async () => {
    const { send, event, output, shown } = harness({
      session: "1",
      debugging: {
        unavailable: undefined,
        isRequired: true,
        concerns: () => true,
        request: () => Promise.reject(new ProblemError(debugProblems.gdbMissing())),
      },
    });
    const launched = send("launch", { internalConsoleOptions: "neverOpen" });
    await event("initialized");
    await send("configurationDone");
    assert.ok(!succeeded(await launched));
    await event("terminated");
    assert.deepEqual(output(), [], "output would bring the debug console to the front");
    assert.deepEqual(shown, ["gdb-missing"]);
  });

  it("prints nothing when the user stopped the build or dismissed a prompt", async () => {
    const { request, event, output } = harness({}, [{ refused: "The build was stopped.", byUser: true }]);
    assert.ok(!succeeded(await request("launch")));
    await event("terminated");
    assert.deepEqual(output(), [], "output would bring the debug console to the front");
  });

  it("prints an explanation after a failure only", async () => {
    for (const [code, expected] of [
      [2, "hello: explained exited\nIt ran out of memory.\n"],
      [0, "hello: explained exited\n"],
    ] as const) {
      const { request, program, event, output } = harness({ crash: () => "It ran out of memory." });
      await request("launch");
      (await program()).end({ kind: "exited", code });
      await event("terminated");
      assert.equal(output().at(-1)?.output, expected);
    }
  });
});
