import assert from "node:assert/strict";
import { firstOpenStep, milestones, milestonesOf, readMilestones } from "./milestones.ts";
import { englishManifest } from "../../scripts/manifest.ts";
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

describe("firstOpenStep", () => {
  const here = { trusted: true, windows: false };

  it("is the first step of the walkthrough that is not done", () => {
    assert.equal(firstOpenStep(new Set(), here), "opam");
    assert.equal(firstOpenStep(new Set(["opamReady", "mirageReady", "setupReady"]), here), "create");
    // A later step that is done does not hide an earlier one.
    assert.equal(firstOpenStep(new Set(["opamReady", "mirageReady", "setupReady", "ran"]), here), "create");
    assert.equal(firstOpenStep(new Set(milestones), here), undefined);
  });

  it("is the step that makes the others possible, in Restricted Mode and on Windows", () => {
    assert.equal(firstOpenStep(new Set(milestones), { trusted: false, windows: true }), "trust");
    assert.equal(firstOpenStep(new Set(), { trusted: true, windows: true }), "wsl");
  });

  it("goes through the steps in the order of package.json", () => {
    const { contributes } = englishManifest<{
      contributes: { walkthroughs: readonly { steps: readonly { id: string }[] }[] };
    }>();
    const inOrder = milestones.map((_, at) => firstOpenStep(new Set(milestones.slice(0, at)), here));
    const declared = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ id }) => id));
    assert.deepEqual(["trust", "wsl", ...inOrder], declared);
  });
});

describe("readMilestones", () => {
  it("ignores unknown values", () => {
    assert.deepEqual(readMilestones(["built", "flown", 3, null, "created"]), ["created", "built"]);
    for (const other of [undefined, null, "built", { built: true }])
      assert.deepEqual(readMilestones(other), []);
  });
});
