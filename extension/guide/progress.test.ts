import assert from "node:assert/strict";
import { deedsOf, readDeeds } from "./progress.ts";
import { fresh } from "../project/testStates.ts";

const configured = { ...fresh, configured: { target: "unix", options: [] } };
const image = { path: "/p/dist/hello", bytes: 1, builtAt: 1 };
const session = (target: string, kind?: "ok" | "failed" | "stopped") => ({
  target,
  outcome: kind && { kind, text: "" },
});

describe("the deeds that tick the walkthrough", () => {
  it("are none where there is no unikernel and nothing was run or asked", () => {
    assert.deepEqual(deedsOf([], []), []);
  });

  it("follow the files of a unikernel step by step", () => {
    assert.deepEqual(deedsOf([fresh], []), ["created"]);
    assert.deepEqual(deedsOf([configured], []), ["created", "configured"]);
    assert.deepEqual(deedsOf([{ ...configured, pulled: true }], []), ["created", "configured", "fetched"]);
    assert.deepEqual(deedsOf([{ ...configured, pulled: true, image }], []), [
      "created",
      "configured",
      "fetched",
      "built",
    ]);
  });

  it("count what any unikernel has reached", () => {
    assert.deepEqual(deedsOf([fresh, configured], []), ["created", "configured"]);
  });

  it("take an image that was built from the switch's libraries as fetched", () => {
    assert.ok(deedsOf([{ ...configured, image }], []).includes("fetched"));
  });

  it("count a run that ended well or was stopped, not one that goes on or failed", () => {
    assert.deepEqual(deedsOf([], [session("unix"), session("unix", "failed"), session("hvt", "failed")]), []);
    assert.deepEqual(deedsOf([], [session("unix", "ok")]), ["ran"]);
    assert.deepEqual(deedsOf([], [session("virtio", "stopped")]), ["ran"]);
  });

  it("count hvt and spt, and nothing else, as a boot on Solo5's own tenders", () => {
    for (const target of ["hvt", "spt"])
      assert.deepEqual(deedsOf([], [session(target, "stopped")]), ["ran", "bootedOnSolo5"]);
  });

  it("take of the tools what they were found to be", () => {
    const basics = { opamReady: true, mirageReady: true, setupReady: false };
    assert.deepEqual(deedsOf([], [], basics), ["opamReady", "mirageReady"]);
  });

  it("are read back from a store that may hold anything", () => {
    assert.deepEqual(readDeeds(["built", "flown", 3, null, "created"]), ["created", "built"]);
    for (const other of [undefined, null, "built", { built: true }]) assert.deepEqual(readDeeds(other), []);
  });
});
