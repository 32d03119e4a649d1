import assert from "node:assert/strict";
import { milestonesOf, readMilestones } from "./milestones.ts";
import { unconfigured } from "../project/testStates.ts";

const configured = { ...unconfigured, configured: { target: "unix", options: [] } };
const image = { path: "/p/dist/hello", bytes: 1, builtAt: 1 };
const session = (target: string, kind?: "ok" | "failed" | "stopped") => ({
  target,
  outcome: kind && { kind, text: "" },
});

describe("milestonesOf", () => {
  it("returns none without unikernels, runs and detected tools", () => {
    assert.deepEqual(milestonesOf([], []), []);
  });

  it("follows the state of a unikernel step by step", () => {
    assert.deepEqual(milestonesOf([unconfigured], []), ["created"]);
    assert.deepEqual(milestonesOf([configured], []), ["created", "configured"]);
    assert.deepEqual(milestonesOf([{ ...configured, pulled: true }], []), [
      "created",
      "configured",
      "fetched",
    ]);
    assert.deepEqual(milestonesOf([{ ...configured, pulled: true, image }], []), [
      "created",
      "configured",
      "fetched",
      "built",
    ]);
  });

  it("counts what any unikernel has reached", () => {
    assert.deepEqual(milestonesOf([unconfigured, configured], []), ["created", "configured"]);
  });

  it("counts dependencies as fetched if an image exists", () => {
    assert.ok(milestonesOf([{ ...configured, image }], []).includes("fetched"));
  });

  it("counts a run that succeeded or was stopped, but not one that failed or is still running", () => {
    assert.deepEqual(
      milestonesOf([], [session("unix"), session("unix", "failed"), session("hvt", "failed")]),
      [],
    );
    assert.deepEqual(milestonesOf([], [session("unix", "ok")]), ["ran"]);
    assert.deepEqual(milestonesOf([], [session("virtio", "stopped")]), ["ran"]);
  });

  it("counts only hvt and spt as a boot on Solo5", () => {
    for (const target of ["hvt", "spt"])
      assert.deepEqual(milestonesOf([], [session(target, "stopped")]), ["ran", "bootedOnSolo5"]);
  });

  it("includes what is ready of the tools", () => {
    const basics = { opamReady: true, mirageReady: true, setupReady: false };
    assert.deepEqual(milestonesOf([], [], basics), ["opamReady", "mirageReady"]);
  });
});

describe("readMilestones", () => {
  it("ignores unknown values", () => {
    assert.deepEqual(readMilestones(["built", "flown", 3, null, "created"]), ["created", "built"]);
    for (const other of [undefined, null, "built", { built: true }])
      assert.deepEqual(readMilestones(other), []);
  });
});
