import assert from "node:assert/strict";
import { debounced } from "./debounce.ts";

/** Resolves to the names of the calls, up to and including `until`. */
const callsUntil = (
  until: string,
  start: (record: (name: string) => () => void) => void,
): Promise<string[]> =>
  new Promise((resolve) => {
    const calls: string[] = [];
    start((name) => () => {
      calls.push(name);
      if (name === until) resolve(calls);
    });
  });

describe("debounced", () => {
  it("makes one call for a burst", async () => {
    const calls = await callsUntil("later", (record) => {
      const first = debounced(record("first"), 1);
      for (let i = 0; i < 5; i++) first.schedule();
      debounced(record("later"), 20).schedule();
    });
    assert.deepEqual(calls, ["first", "later"]);
  });

  it("does not cancel the call of another", async () => {
    const calls = await callsUntil("update", (record) => {
      const restart = debounced(record("restart"), 1);
      const update = debounced(record("update"), 10);
      restart.schedule();
      update.schedule();
    });
    assert.deepEqual(calls, ["restart", "update"]);
  });

  it("makes no call after it was disposed", async () => {
    const calls = await callsUntil("end", (record) => {
      const gone = debounced(record("gone"), 1);
      gone.schedule();
      gone.dispose();
      debounced(record("end"), 10).schedule();
    });
    assert.deepEqual(calls, ["end"]);
  });
});
