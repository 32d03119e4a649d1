import assert from "node:assert/strict";
import { createLeaseAddresses } from "./leaseAddresses.ts";
import type { UnaddressedRun } from "./model.ts";

/** Leases that a test changes, and what was found. */
function setUp() {
  const leased = new Map<string, string>();
  const found: (readonly [string, readonly string[]])[] = [];
  const listeners = new Set<() => void>();
  let reads = 0;
  const state = { hasFile: true };
  const addresses = createLeaseAddresses({
    read: () => {
      reads += 1;
      return Promise.resolve(leased);
    },
    watch: (listener) => {
      if (!state.hasFile) return undefined;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    found: (session, list) => found.push([session, list]),
  });
  const settled = () => new Promise((resolve) => void setImmediate(resolve));
  const change = () => listeners.forEach((listener) => listener());
  return { addresses, leased, found, listeners, settled, change, reads: () => reads, state };
}

const network: UnaddressedRun = { session: "s", hosts: ["tap100", "disk.img", "tap101"] };

describe("The addresses of unikernels that do not log them", () => {
  it("come from the lease that they get later, in the order of their devices", async () => {
    const { addresses, leased, found, settled, change } = setUp();
    addresses.follow([network, { session: "other", hosts: ["tap7"] }]);
    await settled();
    assert.deepEqual(found, []);
    leased.set("tap101", "10.0.1.9").set("tap100", "10.0.0.50");
    change();
    await settled();
    assert.deepEqual(found, [["s", ["10.0.0.50", "10.0.1.9"]]]);
  });

  it("come from a lease that the unikernel already has", async () => {
    const { addresses, leased, found, settled } = setUp();
    leased.set("tap100", "10.0.0.50");
    addresses.follow([network]);
    await settled();
    assert.deepEqual(found, [["s", ["10.0.0.50"]]]);
  });

  it("are looked for only while a unikernel has none", async () => {
    const { addresses, listeners, reads } = setUp();
    addresses.follow([network]);
    addresses.follow([network]);
    assert.deepEqual([listeners.size, reads()], [1, 1]);
    addresses.follow([]);
    assert.equal(listeners.size, 0);
    addresses.follow([network]);
    addresses.dispose();
    assert.equal(listeners.size, 0);
  });

  it("are watched as soon as a network was set up", async () => {
    const { addresses, listeners, state } = setUp();
    state.hasFile = false;
    addresses.follow([network]);
    state.hasFile = true;
    addresses.follow([network]);
    assert.equal(listeners.size, 1);
  });
});
