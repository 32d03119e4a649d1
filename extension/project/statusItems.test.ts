import assert from "node:assert/strict";
import type { Activity } from "./model.ts";
import { statusItems } from "./statusItems.ts";

const hello = { id: "/w/hello/config.ml", name: "hello", target: "hvt" };

const activity = (step: string | undefined, more: Partial<Activity> = {}, name = "hello"): Activity => ({
  request: { unikernel: { id: `/w/${name}/config.ml`, name }, target: "unix" },
  step,
  since: step === "run" ? 1 : undefined,
  prompting: false,
  progress: undefined,
  cancel: () => {},
  ...more,
});

describe("statusItems", () => {
  it("shows unikernel, target, Build and Run if nothing is active", () => {
    assert.deepEqual(statusItems(hello, [], true), {
      unikernel: "$(package) hello",
      target: "$(server-environment) hvt",
      build: "$(tools) Build",
      run: "$(play) Run",
      stop: undefined,
      stops: undefined,
    });
  });

  it("shows the label of a unikernel whose name another one has", () => {
    const labelled = (id: string, label: string) => ({ ...hello, id, label });
    const other = activity("run", { request: { unikernel: labelled("/w/b", "hello (b)"), target: "hvt" } });
    assert.equal(
      statusItems(labelled("/w/a", "hello (a)"), [other], true).unikernel,
      "$(package) hello (a) · $(vm-running) hello (b): running",
    );
  });

  it("says that the last step of the selected unikernel failed, until it is active again", () => {
    const text = (...active: Activity[]) => statusItems(hello, active, true, "build failed").unikernel;
    assert.equal(text(), "$(error) hello: build failed");
    const other = activity("run", {}, "network");
    assert.equal(text(other), "$(error) hello: build failed · $(vm-running) network: running");
    assert.equal(text(activity("build")), "$(sync~spin) hello: building");
  });

  it("shows Stop instead of Run while the selected unikernel is active, with its progress", () => {
    const text = (...active: Activity[]) => statusItems(hello, active, true).unikernel;
    const onTarget = (target: string) => activity("run", { request: { unikernel: hello, target } });
    assert.equal(text(onTarget("hvt")), "$(vm-running) hello: running");
    assert.equal(text(onTarget("unix")), "$(vm-running) hello: running on unix");
    const building = activity("build", { progress: { done: 1128 } });
    assert.equal(text(building), "$(sync~spin) hello: building (1,128 commands run)");
    const pull = { progress: { done: 1, total: 8 } };
    assert.equal(text(activity("pull", pull)), "$(sync~spin) hello: fetching dependencies 12%");
    const prompting = activity("build", { prompting: true });
    assert.equal(text(prompting), "$(question) hello: waiting for your answer");
    const { run, stop, stops, build } = statusItems(hello, [activity("run")], true);
    assert.deepEqual(
      { run, stop, stops, build },
      { run: undefined, stop: "$(debug-stop) Stop", stops: hello.id, build: "$(tools) Build" },
    );
  });

  it("shows another active unikernel beside the selected one, with Run and Stop", () => {
    const { unikernel, run, stop, stops } = statusItems(hello, [activity("run", {}, "network")], true);
    assert.equal(unikernel, "$(package) hello · $(vm-running) network: running");
    assert.deepEqual([run, stop, stops], ["$(play) Run", "$(debug-stop) Stop", undefined]);
  });

  it("only offers to select a unikernel if none is selected", () => {
    assert.deepEqual(statusItems(undefined, [], true), {
      unikernel: "$(package) Select Unikernel",
      target: undefined,
      build: undefined,
      run: undefined,
      stop: undefined,
      stops: undefined,
    });
  });

  it("offers nothing that runs a program in Restricted Mode", () => {
    const { unikernel, target, build, run } = statusItems(hello, [], false);
    assert.deepEqual(
      [unikernel, target, build, run],
      ["$(package) hello $(shield)", "$(server-environment) hvt", undefined, undefined],
    );
  });
});
