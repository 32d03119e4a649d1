import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogFeed } from "../../logs/panel/logFeed.ts";
import { LogStore } from "../../logs/store/logStore.ts";
import { problems } from "../../platform/errors.ts";
import { emptyFilter, type LogsState, type ToLogsPage } from "../../protocol/logs.ts";
import { recordRefusal } from "./refusal.ts";

const run = { name: "hello", unikernel: "/w/hello/config.ml", target: "hvt" };

/** What the log panel shows first. */
async function panelState(store: LogStore): Promise<LogsState> {
  const sent: ToLogsPage[] = [];
  const feed = new LogFeed(store, (message) => sent.push(message));
  await feed.select({ session: undefined, filter: emptyFilter });
  feed.dispose();
  const state = sent.findLast((message) => message.kind === "state");
  assert.ok(state);
  return state;
}

describe("recordRefusal", () => {
  it("shows the session that did not start, with its reason and buttons, before an earlier failure", async () => {
    let clock = 0;
    const store = new LogStore({ now: () => (clock += 1000) });
    store.begin(run).end({ kind: "failed", text: "uncaught exception (exit code 2)" });
    const fix = { title: "Create tap100", commandLines: ["sudo ip tuntap add tap100"], root: "/w/hello" };
    const problem = problems.notReady("The tap tap100 does not exist.", fix);
    await recordRefusal((each: typeof run) => Promise.resolve(store.begin(each)), run, problem);

    const { session, sessions, crash } = await panelState(store);
    const shown = sessions?.find(({ id }) => id === session);
    assert.deepEqual([shown?.outcome, shown?.outcomeText], ["failed", "did not start"]);
    assert.equal(crash?.text, "Did not start.");
    assert.equal(crash.next, "The tap tap100 does not exist.");
    assert.deepEqual(crash.actions, ["Create tap100…"]);
  });

  it("keeps the reason across a reload", async () => {
    const folder = await mkdtemp(join(tmpdir(), "refusal-"));
    try {
      const before = new LogStore({ folder });
      await recordRefusal(
        (each: typeof run) => Promise.resolve(before.begin(each)),
        run,
        problems.notLaunched("No KVM."),
      );
      await before.settled();
      const after = new LogStore({ folder });
      await after.restore();
      const { crash } = await panelState(after);
      assert.deepEqual([crash?.text, crash?.next, crash?.actions], ["Did not start.", "No KVM.", []]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("resolves to false if the log cannot be opened", async () => {
    const problem = problems.notLaunched("No KVM.");
    assert.equal(await recordRefusal(() => Promise.reject(new Error("full")), run, problem), false);
  });
});
