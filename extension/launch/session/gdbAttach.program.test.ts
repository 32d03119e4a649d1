import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { canDebug, compile, debugged, type Compiled } from "./testDebuggee.ts";

const program = `
type ticket = { number : int; holder : string }
let[@inline never] serve ticket =
  print_endline (ticket.holder ^ string_of_int ticket.number);
  ticket.number
let () =
  let rec loop number =
    let served = serve { number; holder = "é" } in
    Unix.sleepf 0.01;
    loop (served + 1)
  in
  loop 1
`;

describe("a unikernel that gdb did not start", function () {
  let compiled: Compiled;
  before(async function () {
    if (!canDebug()) return this.skip();
    compiled = await compile(program);
  });
  after(() => compiled?.remove());

  it("stops at breakpoints, shows values, and keeps running when debugging ends", async () => {
    const child = spawn(compiled.image, { stdio: ["ignore", "pipe", "ignore"] });
    try {
      await once(child.stdout, "data");
      const session = debugged(compiled, { attach: { kind: "process", pid: child.pid ?? 0 } });
      const line = compiled.lineOf("print_endline");
      await session.launch(() => session.setBreakpoints(compiled.source, [{ line }]));
      await session.stopped();
      const [frame] = await session.frames();
      const [ticket] = await session.scope(frame?.id, "Arguments");
      assert.match(ticket?.value ?? "", /^\{number = \d+; holder = "é"\}$/);
      await session.request("continue", { threadId: 1 });
      await session.request("disconnect");
      await session.ended();
      // Output that comes after the end of gdb: the program runs, and no breakpoint ends it.
      for (let count = 0; count < 3; count++) await once(child.stdout, "data");
      assert.equal(child.exitCode, null);
      assert.equal(child.signalCode, null);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("shows the stack of a core file, and cannot continue", async function () {
    const child = spawn(compiled.image, { stdio: ["ignore", "pipe", "ignore"] });
    const core = join(compiled.folder, "core");
    try {
      await once(child.stdout, "data");
      execFileSync("gdb", ["--nx", "-batch", "-p", String(child.pid), "-ex", `generate-core-file ${core}`], {
        stdio: "ignore",
      });
    } finally {
      child.kill("SIGKILL");
    }
    if (!existsSync(core)) return this.skip();
    const session = debugged(compiled, { attach: { kind: "core", path: core } }, { debug: true });
    await session.launch();
    const stop = await session.stopped();
    assert.equal(stop.reason, "exception");
    const frames = await session.frames();
    assert.ok(
      frames.some(({ source }) => source?.path === compiled.source),
      JSON.stringify(frames.map(({ name }) => name)),
    );
    const refused = await session.tryRequest("continue", { threadId: 1 });
    assert.match(refused.success ? "" : (refused.message ?? ""), /core file/);
    await session.request("disconnect");
    await session.ended();
  });

  it("says why it cannot be opened", async () => {
    const session = debugged(compiled, { attach: { kind: "core", path: "/no such core" } }, { debug: true });
    const answer = await session.launch();
    assert.equal(answer.success, false);
    assert.deepEqual(session.problems, ["debug-failed"]);
    assert.match(answer.success ? "" : (answer.message ?? ""), /no such core/i);
  });

  it("says that a process has ended", async () => {
    const child = spawn("true");
    await once(child, "exit");
    const session = debugged(compiled, { attach: { kind: "process", pid: child.pid ?? 0 } }, { debug: true });
    const answer = await session.launch();
    assert.deepEqual(session.problems, ["not-debuggable"]);
    assert.match(answer.success ? "" : (answer.message ?? ""), /The process has already ended/);
  });
});
