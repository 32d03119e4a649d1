import assert from "node:assert/strict";
import { heldLock, runWhenUnlocked } from "./apt.ts";
import type { Finished } from "./programs.ts";

// Messages of apt 2.6 (Debian 12) and 1.6 (Ubuntu 18.04).
const lists = `Reading package lists...
E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4711 (apt-get)
E: Unable to lock directory /var/lib/apt/lists/
`;
const frontend = `E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 815 (unattended-upgr)
N: Be aware that removing the lock file is not a solution and may break your system.
E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?
`;
const older = "E: Could not get lock /var/lib/dpkg/lock - open (11: Resource temporarily unavailable)\n";
const dpkg = "dpkg: error: dpkg frontend lock was locked by another process with pid 99\n";
const other = "E: Unable to locate package chromium\n";

describe("The lock that stops apt-get", () => {
  it("is found together with its holder", () => {
    assert.deepEqual(heldLock(lists), {
      file: "/var/lib/apt/lists/lock",
      holder: "process 4711 (apt-get)",
    });
    assert.deepEqual(heldLock(frontend), {
      file: "/var/lib/dpkg/lock-frontend",
      holder: "process 815 (unattended-upgr)",
    });
    assert.deepEqual(heldLock(older), { file: "/var/lib/dpkg/lock" });
    assert.deepEqual(heldLock(dpkg), { file: "/var/lib/dpkg/lock", holder: "process 99" });
  });

  it("is undefined if apt-get failed for another reason", () => {
    assert.equal(heldLock(other), undefined);
    assert.equal(heldLock(""), undefined);
  });
});

describe("apt-get", () => {
  const environment = (...results: readonly Finished[]) => {
    const left = [...results];
    const messages: string[] = [];
    let paused = 0;
    return {
      messages,
      runs: () => results.length - left.length,
      pausedMs: () => paused,
      run: () =>
        runWhenUnlocked({
          run: async () => (left.length > 1 ? left.shift()! : left[0]!),
          print: (line) => void messages.push(line),
          pause: async (ms) => {
            paused += ms;
          },
        }),
    };
  };
  const held = { code: 100, output: lists };
  const done = { code: 0, output: "" };

  it("runs again until another apt has released the lock, and reports that it waits", async () => {
    const one = environment(held, held, held, done);
    assert.equal((await one.run()).code, 0);
    assert.deepEqual(one.messages, [
      "Waiting for another apt: process 4711 (apt-get) holds /var/lib/apt/lists/lock…",
    ]);
  });

  it("reports a long wait every half minute, and gives up after half an hour", async () => {
    const one = environment(held);
    assert.equal((await one.run()).code, 100);
    assert.equal(one.pausedMs(), 30 * 60_000);
    assert.equal(one.messages.length, 60);
    assert.equal(
      one.messages[3],
      "Still waiting for another apt (1:30): process 4711 (apt-get) holds /var/lib/apt/lists/lock…",
    );
  });

  it("does not wait if a lock is not the reason", async () => {
    const one = environment({ code: 100, output: other });
    assert.equal((await one.run()).code, 100);
    assert.deepEqual([one.messages, one.pausedMs()], [[], 0]);
  });

  it("does not wait after it succeeded, even if it printed a message about a lock", async () => {
    const one = environment({ code: 0, output: lists });
    assert.equal((await one.run()).code, 0);
    assert.equal(one.pausedMs(), 0);
  });
});
