import assert from "node:assert/strict";
import { settled } from "./settle.ts";

/** Resolves to the calls that were made until one named `until` is. */
const callsUntil = (until: string, start: (note: (name: string) => () => void) => void): Promise<string[]> =>
  new Promise((resolve) => {
    const calls: string[] = [];
    start((name) => () => {
      calls.push(name);
      if (name === until) resolve(calls);
    });
  });

describe("settled", () => {
  it("makes one call of a burst", async () => {
    const calls = await callsUntil("later", (note) => {
      const first = settled(note("first"), 1);
      for (let i = 0; i < 5; i++) first.ask();
      settled(note("later"), 20).ask();
    });
    assert.deepEqual(calls, ["first", "later"]);
  });

  it("leaves another's call alone", async () => {
    const calls = await callsUntil("look", (note) => {
      const restart = settled(note("restart"), 1);
      const look = settled(note("look"), 10);
      restart.ask();
      look.ask();
    });
    assert.deepEqual(calls, ["restart", "look"]);
  });

  it("makes none once it is disposed of", async () => {
    const calls = await callsUntil("end", (note) => {
      const gone = settled(note("gone"), 1);
      gone.ask();
      gone.dispose();
      settled(note("end"), 10).ask();
    });
    assert.deepEqual(calls, ["end"]);
  });
});
