import assert from "node:assert/strict";
import type { Outcome } from "../logs/model.ts";
import type { ProcessHooks, ProcessResult, Run } from "../platform/process.ts";
import type { DapMessage } from "./dap.ts";
import { endingOf } from "./exits.ts";
import { debugSession, type Prepared, type Refused } from "./session.ts";

/** A session over a program that the test itself speaks for and ends. */
function harness(some: Partial<Prepared> = {}, answers: (Refused | undefined)[] = []) {
  const sent: DapMessage[] = [];
  const listeners = new Set<() => void>();
  const programs: { hooks: ProcessHooks; end: (result: ProcessResult) => void }[] = [];
  const logs: { text: string; outcome?: Outcome }[] = [];
  const configurations: unknown[] = [];
  const run: Run = (_, hooks = {}) =>
    new Promise((end) => {
      programs.push({ hooks, end });
      for (const listener of listeners) listener();
    });
  const session = debugSession(
    {
      run,
      prepare: async (configuration) => {
        configurations.push(configuration);
        await Promise.resolve();
        const log: (typeof logs)[number] = { text: "" };
        const take = (bytes: Uint8Array) => (log.text += Buffer.from(bytes).toString());
        logs.push(log);
        return (
          answers.shift() ?? {
            name: "hello",
            unikernel: "/ws/config.ml",
            target: "hvt",
            spec: { file: "solo5-hvt", args: ["--", "hello.hvt"], cwd: "/ws", env: {} },
            note: undefined,
            onOutput: () => undefined,
            explain: (result) => ({
              ...endingOf("hvt", result),
              text: `explained ${result.kind}`,
            }),
            crash: () => undefined,
            writers: [{ stdout: take, stderr: take, end: (outcome) => (log.outcome = outcome) }],
            stopOnExit: true,
            ...some,
          }
        );
      },
    },
    (message) => {
      sent.push(message);
      for (const listener of listeners) listener();
    },
  );
  let seq = 0;
  const until = <T>(found: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = () => {
        const value = found();
        if (value === undefined) return;
        listeners.delete(look);
        resolve(value);
      };
      listeners.add(look);
      look();
    });
  const request = (command: string, args?: object) => {
    const id = ++seq;
    session.handle({ seq: id, type: "request", command, arguments: args });
    return until(() => sent.find((message) => message.type === "response" && message.request_seq === id));
  };
  const events = (name: string) =>
    sent.filter((message) => message.type === "event" && message.event === name);
  const output = () => events("output").map(({ body }) => body as { category: string; output: string });
  return {
    session,
    sent,
    logs,
    configurations,
    programs,
    request,
    output,
    events,
    event: (name: string, count = 1) => until(() => events(name)[count - 1]),
    program: (index = 0) => until(() => programs[index]),
  };
}

const succeeded = (message: DapMessage) => message.type === "response" && message.success;
const bodyOf = (message: DapMessage) => message.body as Record<string, unknown>;
const cancelled: ProcessResult = { kind: "cancelled" };

describe("a debug session", () => {
  it("boots, shows both streams and ends with the exit code and its reason", async () => {
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

  it("keeps characters whole that come in two pieces", async () => {
    const { request, program, event, output } = harness();
    await request("launch");
    const { hooks, end } = await program();
    const bytes = Buffer.from("🐫");
    hooks.onStdout?.(bytes.subarray(0, 2));
    await event("output");
    hooks.onStdout?.(bytes.subarray(2));
    end({ kind: "exited", code: 0 });
    await event("terminated");
    const said = output().filter(({ category }) => category === "stdout");
    assert.equal(said.map(({ output: text }) => text).join(""), "🐫");
  });

  it("does not send a flood to the debug console, and says so; the log gets all of it", async () => {
    const { request, program, event, output, logs } = harness();
    await request("launch");
    const { hooks, end } = await program();
    const chunk = Buffer.alloc(65_536, "a");
    for (let i = 0; i < 100; i++) hooks.onStdout?.(chunk);
    end({ kind: "exited", code: 0 });
    await event("terminated");
    const shown = output().reduce((sum, { output: text }) => sum + text.length, 0);
    assert.ok(shown < 100_000, `${shown} characters`);
    assert.ok(output().some(({ output: text }) => /\d+ bytes not shown/.test(text)));
    assert.equal(logs[0]?.text.length, 6_553_600);
  });

  it("shows one thread, takes no expressions and says so", async () => {
    const { request } = harness();
    await request("launch");
    assert.deepEqual(bodyOf(await request("threads")), { threads: [{ id: 1, name: "hello on hvt" }] });
    const answer = await request("evaluate", { expression: "1+1" });
    assert.ok(!succeeded(answer));
    assert.match(JSON.stringify(answer), /takes no expressions/);
    assert.ok(!succeeded(await request("pause")));
    const points = bodyOf(await request("setBreakpoints", { breakpoints: [{ line: 1 }, { line: 2 }] }));
    assert.match(JSON.stringify(points), /^{"breakpoints":\[{"verified":false,.*"verified":false,[^}]*}\]}$/);
  });

  it("says why it does not begin, and tells it only once", async () => {
    const { request, event, output } = harness({}, [
      { refused: "no tap", told: true },
      { refused: "bad memory", told: false },
    ]);
    const first = await request("launch");
    assert.deepEqual(bodyOf(first), { error: { id: 1, format: "no tap", showUser: false } });
    await event("terminated");
    assert.deepEqual(output(), [{ category: "stderr", output: "no tap\n" }]);
    assert.deepEqual(bodyOf(await request("launch")), {
      error: { id: 1, format: "bad memory", showUser: true },
    });
  });

  it("says nothing in the debug console when the user stopped the build or a question", async () => {
    const { request, event, output } = harness({}, [
      { refused: "The build was stopped.", told: true, chosen: true },
    ]);
    assert.ok(!succeeded(await request("launch")));
    await event("terminated");
    assert.deepEqual(output(), [], "output would bring the debug console to the front");
  });

  it("explains a failure below its exit, and nothing of a success", async () => {
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

  it("stops the unikernel on terminate, and on disconnect answers when it is gone", async () => {
    for (const command of ["terminate", "disconnect"]) {
      const { request, program, event, sent, logs } = harness();
      await request("launch");
      const { hooks, end } = await program();
      hooks.signal?.addEventListener("abort", () => end(cancelled));
      assert.ok(succeeded(await request(command)));
      await event("terminated");
      assert.deepEqual(logs[0]?.outcome, { kind: "stopped", text: "explained cancelled" });
      assert.deepEqual(
        sent.filter((message) => message.type === "event" && message.event === "exited").map(bodyOf),
        [{ exitCode: 130 }],
      );
    }
  });

  it("is stopped while it still prepares", async () => {
    const { request, session, programs, logs } = harness();
    const launch = request("launch");
    session.dispose();
    assert.ok(!succeeded(await launch));
    assert.equal(programs.length, 0);
    assert.equal(logs[0]?.outcome?.kind, "stopped", "what was opened for it is closed");
  });

  it("restarts: ends the first run, then boots with the configuration as it is now", async () => {
    const { request, program, events, event, configurations, logs } = harness();
    await request("launch", { memory: 16 });
    const first = await program();
    const restarted = request("restart", { arguments: { memory: 32 } });
    assert.ok(first.hooks.signal?.aborted);
    first.end(cancelled);
    assert.ok(succeeded(await restarted));
    assert.deepEqual(configurations, [{ memory: 16 }, { memory: 32 }]);
    assert.equal(events("terminated").length, 0);
    (await program(1)).end({ kind: "exited", code: 0 });
    await event("terminated");
    assert.deepEqual(
      logs.map(({ outcome }) => outcome?.kind),
      ["stopped", "ok"],
    );
  });

  it("does not boot again when it is stopped while it restarts", async () => {
    const { request, program, event, programs } = harness();
    await request("launch");
    const first = await program();
    const restarted = request("restart");
    const stopped = request("terminate");
    first.end(cancelled);
    assert.ok(!succeeded(await restarted));
    assert.ok(succeeded(await stopped));
    await event("terminated");
    assert.equal(programs.length, 1);
  });

  it("is not restarted while it is being stopped for good", async () => {
    const { request, program, event, events, programs } = harness();
    await request("launch");
    const first = await program();
    await request("terminate");
    const restarted = request("restart");
    const again = request("restart");
    first.end(cancelled);
    assert.ok(!succeeded(await restarted));
    assert.ok(!succeeded(await again));
    await event("terminated");
    assert.equal(programs.length, 1);
    assert.deepEqual(events("exited").map(bodyOf), [{ exitCode: 130 }]);
  });

  it("boots once when it is told to restart twice", async () => {
    const { request, program, event, programs } = harness();
    await request("launch");
    const first = await program();
    const restarts = [request("restart"), request("restart")];
    first.end(cancelled);
    await program(1);
    assert.ok((await Promise.all(restarts)).every(succeeded));
    programs[1]?.end({ kind: "exited", code: 0 });
    await event("terminated");
    assert.equal(programs.length, 2, "the second request is that of the first");
  });

  it("goes on when it is restarted while a restart still prepares", async () => {
    const { request, program, event, events, programs, configurations } = harness();
    await request("launch", { memory: 1 });
    const restarted = request("restart", { arguments: { memory: 2 } });
    (await program()).end(cancelled);
    while (configurations.length < 2) await Promise.resolve();
    const again = request("restart", { arguments: { memory: 3 } });
    assert.ok(succeeded(await restarted));
    assert.ok(succeeded(await again));
    assert.equal(events("terminated").length, 0);
    assert.deepEqual(configurations.at(-1), { memory: 3 });
    (await program(1)).end({ kind: "exited", code: 0 });
    await event("terminated");
    assert.equal(programs.length, 2);
  });

  it("stays after the unikernel's end with stopOnExit false, until it is stopped", async () => {
    const { request, program, event, events } = harness({ stopOnExit: false });
    await request("launch");
    (await program()).end({ kind: "exited", code: 0 });
    await event("exited");
    assert.equal(events("terminated").length, 0);
    await request("terminate");
    await event("terminated");
  });
});
