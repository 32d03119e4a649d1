import assert from "node:assert/strict";
import type { ProcessResult } from "../../platform/process.ts";
import type { DapMessage } from "./dap.ts";
import { harness } from "./testSession.ts";

const succeeded = (message: DapMessage) => message.type === "response" && message.success;
const bodyOf = (message: DapMessage) => message.body as Record<string, unknown>;
const cancelled: ProcessResult = { kind: "cancelled" };

describe("the end and the restart of a debug session", () => {
  it("stops the unikernel on terminate and disconnect", async () => {
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

  it("starts nothing when it was stopped before the launch request", async () => {
    const { request, programs, configurations } = harness();
    assert.ok(succeeded(await request("terminate")));
    assert.ok(!succeeded(await request("launch")));
    assert.deepEqual([programs.length, configurations.length], [0, 0]);
  });

  it("is stopped while it prepares the boot", async () => {
    const { request, session, programs, logs } = harness();
    const launch = request("launch");
    session.dispose();
    assert.ok(!succeeded(await launch));
    assert.equal(programs.length, 0);
    assert.equal(logs[0]?.outcome?.kind, "stopped", "the writers are closed");
  });

  it("restarts with the current configuration after the first run has ended", async () => {
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

  it("boots once for two restart requests", async () => {
    const { request, program, event, programs } = harness();
    await request("launch");
    const first = await program();
    const restarts = [request("restart"), request("restart")];
    first.end(cancelled);
    await program(1);
    assert.ok((await Promise.all(restarts)).every(succeeded));
    programs[1]?.end({ kind: "exited", code: 0 });
    await event("terminated");
    assert.equal(programs.length, 2, "the second request joins the first");
  });

  it("boots the last configuration when it is restarted while a restart prepares", async () => {
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

  it("stays open after the unikernel's end if stopOnExit is false", async () => {
    const { request, program, event, events } = harness({ stopOnExit: false });
    await request("launch");
    (await program()).end({ kind: "exited", code: 0 });
    await event("exited");
    assert.equal(events("terminated").length, 0);
    await request("terminate");
    await event("terminated");
  });
});
