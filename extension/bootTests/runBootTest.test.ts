import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import type { ExitOutcome } from "../logs/model.ts";
import type { ProcessHooks, ProcessResult, Run } from "../platform/process.ts";
import { readBootTests } from "./readBootTests.ts";
import { runBootTest, type TestResult } from "./runBootTest.ts";

const outcome = (result: ProcessResult): ExitOutcome => {
  const code = result.kind === "exited" ? result.code : 130;
  return { kind: code === 0 ? "ok" : "failed", code, text: `exit code ${code}` };
};

/** A program that prints lines, does `work` and exits, or runs on until it is ended if `code` is undefined. */
const program =
  (lines: readonly string[], code?: number, work: () => Promise<void> = async () => undefined): Run =>
  async (spec, hooks: ProcessHooks = {}) => {
    if (spec.file === "ping") return { kind: "exited", code: spec.args.at(-1) === "10.0.0.2" ? 0 : 1 };
    for (const line of lines) hooks.onStdout?.(Buffer.from(`${line}\n`));
    await work();
    if (code !== undefined) return { kind: "exited", code };
    await new Promise<void>((resolve) => {
      hooks.signal?.addEventListener("abort", () => resolve());
      if (hooks.signal?.aborted) resolve();
    });
    return { kind: "cancelled" };
  };

const log = (message: string, level = "INFO") =>
  `2026-01-01T00:00:00-00:00: [${level}] [application] ${message}`;

async function runTest(
  expect: object,
  run: Run,
  { signal = new AbortController().signal, now }: { signal?: AbortSignal; now?: () => number } = {},
): Promise<TestResult> {
  const { tests, problems } = readBootTests(JSON.stringify({ tests: [{ name: "a", expect }] }));
  assert.deepEqual(problems, []);
  const [test] = tests;
  assert.ok(test);
  const boot = {
    spec: { file: "unikernel", args: [], cwd: "/", env: {} },
    target: "unix",
    onOutput: () => undefined,
    explain: outcome,
    crash: ({ code }: ExitOutcome) => (code === 2 ? "It raised an exception." : undefined),
  };
  return runBootTest(test, boot, { run, signal, ...(now && { now }) });
}

const messages = ({ failures }: TestResult) => failures.map(({ message }) => message);

describe("A boot test", () => {
  it("passes as soon as the expected records have appeared, and ends the unikernel", async () => {
    const result = await runTest({ log: ["one", "two"] }, program([log("one"), log("two")]));
    assert.deepEqual(messages(result), []);
    assert.equal(result.isCancelled, false);
  });

  it("fails if records appear in another order", async () => {
    const result = await runTest({ log: ["two", "one"] }, program([log("one"), log("two")], 0));
    assert.deepEqual(messages(result), ["No record matched: one"]);
    assert.equal(result.failures[0]?.actual, "one\ntwo");
  });

  it("does not meet two expectations with one record", async () => {
    const result = await runTest({ log: ["one", "one"] }, program([log("one")], 0));
    assert.deepEqual(messages(result), ["No record matched: one"]);
  });

  it("compares source, level and pattern with the record, not with the line", async () => {
    const pattern = { source: "application", level: "warning", matches: "^fan \\d$" };
    assert.deepEqual(messages(await runTest({ log: [pattern] }, program([log("fan 1", "WARNING")]))), []);
    const result = await runTest({ log: [pattern] }, program([log("fan 1"), log("a fan 1", "WARNING")], 0));
    assert.deepEqual(messages(result), ["No record matched: [WARNING] [application] /^fan \\d$/"]);
  });

  it("fails at a record that must not appear", async () => {
    const result = await runTest(
      { log: ["never printed"], never: [{ level: "error" }] },
      program([log("bad", "ERROR")]),
    );
    assert.equal(messages(result)[0], "This record must not appear: bad");
  });

  it("expects exit code 0 unless another is given, and says why the unikernel failed", async () => {
    assert.deepEqual(messages(await runTest({}, program([], 0))), []);
    assert.deepEqual(messages(await runTest({ exit: 3 }, program([], 3))), []);
    assert.deepEqual(messages(await runTest({}, program([], 2))), [
      "Unexpected end: exit code 2. The expected exit code is 0. It raised an exception.",
    ]);
  });

  it("waits for the exit if an exit code is expected", async () => {
    const result = await runTest({ log: ["one"], exit: 0 }, program([log("one")], 4));
    assert.deepEqual(messages(result), ["Unexpected end: exit code 4. The expected exit code is 0."]);
  });

  it("ends a unikernel that runs longer than allowed", async () => {
    assert.deepEqual(messages(await runTest({ exit: 0, within: 0.05 }, program([log("one")]))), [
      "It was still running after 0.05 s.",
    ]);
    assert.deepEqual(messages(await runTest({ log: ["two"], within: 0.05 }, program([log("one")]))), [
      "No record matched: two",
    ]);
    assert.deepEqual(messages(await runTest({ within: 0.05 }, program([]))), [
      "It was still running after 0.05 s.",
    ]);
  });

  it("passes after the time if only unwanted records are named and none appeared", async () => {
    const expect = { never: ["bad"], within: 0.05 };
    assert.deepEqual(messages(await runTest(expect, program([log("good")]))), []);
  });

  it("compares the time to the first log record", async () => {
    let time = 0;
    const now = () => (time += 50);
    assert.deepEqual(
      messages(await runTest({ bootWithin: 40, log: ["one"] }, program([log("one")]), { now })),
      ["The first log record came after 50 ms."],
    );
    time = 0;
    assert.deepEqual(
      messages(await runTest({ bootWithin: 50, log: ["one"] }, program([log("one")]), { now })),
      [],
    );
  });

  it("fails without waiting longer if no log record comes in time", async () => {
    const expect = { bootWithin: 20, within: 3600, log: ["one"] };
    assert.deepEqual(messages(await runTest(expect, program(["no record"]))), [
      "There was no log record within 20 ms.",
      "No record matched: one",
    ]);
    // Without other expectations, the first record meets the test.
    assert.deepEqual(messages(await runTest({ bootWithin: 86_400_000 }, program([log("one")]))), []);
    assert.deepEqual(messages(await runTest({ bootWithin: 86_400_000 }, program([], 0))), [
      "There was no log record within 86400000 ms.",
    ]);
  });

  it("names the record that shows a failure", async () => {
    const unwanted = await runTest({ never: ["bad"] }, program([log("bad luck"), log("good")]));
    assert.equal(unwanted.failures[0]?.record, "bad luck");
    const crash = ['Fatal error: exception Failure("no")', log("after")];
    const crashed = await runTest({}, program(crash, 2));
    assert.match(crashed.failures[0]?.record ?? "", /Failure/);
  });

  it("reports a regular expression that backtracks", async () => {
    const result = await runTest({ log: [{ matches: "^(a+)+$" }] }, program([log(`${"a".repeat(60)}!`)]));
    assert.deepEqual(messages(result), ["The regular expression takes too long. Simplify it."]);
  });

  it("has no result if it is cancelled", async () => {
    const abort = new AbortController();
    const result = runTest({ log: ["one"] }, program([]), { signal: abort.signal });
    abort.abort();
    assert.deepEqual([(await result).isCancelled, (await result).failures], [true, []]);
  });
});

describe("The network checks of a boot test", () => {
  const servers: Server[] = [];
  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return (server.address() as AddressInfo).port;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const http = async () =>
    listen(
      createHttpServer((request, response) => {
        response.statusCode = request.url === "/missing" ? 404 : 200;
        response.end("hello from the unikernel");
      }),
    );

  it("pass if the answers are as expected", async () => {
    const port = await http();
    const echo = await listen(createServer((socket) => void socket.pipe(socket)));
    const expect = {
      http: [
        { url: `http://127.0.0.1:${port}/`, body: "from the" },
        { url: `http://127.0.0.1:${port}/missing`, status: 404 },
      ],
      tcp: [{ port: echo, send: "ping\n", receive: "ping" }, { port: echo }],
      ping: ["10.0.0.2"],
    };
    assert.deepEqual(messages(await runTest(expect, program([]))), []);
  });

  it("fail with what was expected and what came", async () => {
    const port = await http();
    const wrong = await listen(createServer((socket) => void socket.end("nothing")));
    const result = await runTest(
      {
        http: [
          { url: `http://127.0.0.1:${port}/missing` },
          { url: `http://127.0.0.1:${port}/`, body: "absent" },
        ],
        tcp: [{ port: wrong, receive: "ping" }],
      },
      program([]),
    );
    assert.deepEqual(
      result.failures.map(({ expected, actual }) => [expected, actual]),
      [
        ["200–299", "404"],
        ["absent", "hello from the unikernel"],
        ["ping", "nothing"],
      ],
    );
  });

  it("wait for a unikernel that is not ready yet, and begin after the expected records", async () => {
    let port = 0;
    const reserved = createServer();
    port = await listen(reserved);
    await new Promise<void>((resolve) => {
      reserved.close(() => resolve());
    });
    const start = async () => {
      const server = createHttpServer((_, response) => void response.end("ready"));
      servers.push(server);
      await new Promise<void>((resolve) => {
        server.listen(port, "127.0.0.1", resolve);
      });
    };
    const result = await runTest(
      { log: ["starting"], http: [`http://127.0.0.1:${port}/`] },
      program([log("starting")], undefined, start),
    );
    assert.deepEqual(messages(result), []);
  });

  it("are not reported beside a crash, which is why there is no answer", async () => {
    const silent = await listen(createServer(() => undefined));
    const urls = [`http://127.0.0.1:${silent}/`, `http://127.0.0.1:${silent}/other`];
    const result = await runTest({ http: urls }, program([], 2));
    assert.deepEqual(messages(result), [
      "Unexpected end: exit code 2. The expected exit code is 0. It raised an exception.",
    ]);
  });

  it("are reported if the unikernel ended as expected without an answer", async () => {
    const silent = await listen(createServer(() => undefined));
    const result = await runTest({ http: [`http://127.0.0.1:${silent}/`] }, program([], 0));
    assert.deepEqual(messages(result), ["There was no answer."]);
  });

  it("fail if there is no answer within the time", async () => {
    const silent = await listen(createServer(() => undefined));
    const result = await runTest(
      { within: 0.2, http: [`http://127.0.0.1:${silent}/`], ping: ["10.0.0.3"] },
      program([]),
    );
    assert.equal(messages(result)[0], "There was no answer.");
    assert.match(messages(result)[1] ?? "", /10\.0\.0\.3 did not answer a ping/);
  });
});
