import assert from "node:assert/strict";
import { readBootTests } from "./readBootTests.ts";
import { createResourceLocks, resourcesOf } from "./sharedResources.ts";

function resources(test: object, attached?: unknown): readonly string[] {
  const { tests } = readBootTests(JSON.stringify({ tests: [{ name: "a", ...test }] }));
  assert.ok(tests[0]);
  return resourcesOf(tests[0], attached);
}

describe("What two boots can't use at the same time", () => {
  it("are taps, files, ports of this computer and addresses of unikernels", () => {
    assert.deepEqual(
      resources({
        net: { service: "tap100" },
        block: { storage: "disk.img" },
        expect: {
          http: ["http://localhost:8080/", "http://127.0.0.1/", "http://10.0.0.2:8080/", "https://[::1]/"],
          tcp: [{ port: 8080 }, { host: "10.0.0.2", port: 7 }],
          ping: ["10.0.0.3"],
        },
      }),
      ["tap100", "disk.img", "port 8080", "port 80", "port 443", "10.0.0.2", "10.0.0.3"],
    );
  });

  it("are also those of the last boot, which a test without devices uses again", () => {
    assert.deepEqual(resources({}, { service: "tap100", storage: { host: "disk.img", sectorSize: 512 } }), [
      "tap100",
      "disk.img",
    ]);
  });
});

describe("Boots that use the same", () => {
  const { signal } = new AbortController();

  it("wait for each other, and others do not", async () => {
    const locks = createResourceLocks();
    const waited: (readonly string[])[] = [];
    const free = await locks.acquire(["tap100", "port 80"], signal, () => assert.fail());
    (await locks.acquire(["tap101"], signal, () => assert.fail()))();
    const events: string[] = [];
    const second = locks
      .acquire(["tap100", "tap102"], signal, (used) => waited.push(used))
      .then((freeSecond) => {
        events.push("second");
        freeSecond();
      });
    // What the second one needs is not reserved while it waits.
    (await locks.acquire(["tap102"], signal, () => assert.fail()))();
    events.push("freed");
    free();
    await second;
    assert.deepEqual([events, waited], [["freed", "second"], [["tap100"]]]);
  });

  it("stop waiting when the test is cancelled", async () => {
    const locks = createResourceLocks();
    const abort = new AbortController();
    await locks.acquire(["tap100"], signal, () => undefined);
    const waiting = locks.acquire(["tap100"], abort.signal, () => abort.abort(new Error("cancelled")));
    await assert.rejects(waiting, /cancelled/);
    await assert.rejects(
      locks.acquire(["tap101"], abort.signal, () => undefined),
      /cancelled/,
    );
  });
});
