import assert from "node:assert/strict";
import { runLanes, type Lane, type LaneEnvironment, type Stage } from "./lanes.ts";

/** Creates an environment whose time and timer are controlled by the test. */
function testEnvironment() {
  const printed: string[] = [];
  const ticks = new Set<() => void>();
  const state = { ms: 0, interrupted: false };
  const environment: LaneEnvironment = {
    print: (text) => void printed.push(text),
    now: () => state.ms,
    every: (_, act) => {
      ticks.add(act);
      return () => ticks.delete(act);
    },
    interrupted: () => state.interrupted,
  };
  return {
    environment,
    state,
    text: () => printed.join(""),
    tick: () => {
      for (const act of ticks) act();
    },
    timers: ticks,
  };
}

/** Creates a stage that ends when the test calls `end` or `fail`. */
function heldStage(name: string, more: Partial<Stage> = {}) {
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<string | undefined>();
  const stage: Stage = {
    name,
    ...more,
    run: async (write) => {
      write(`${name} begins\n`);
      begin();
      const problem = await released;
      write(`${name} ends\n`);
      return problem === undefined ? {} : { problem };
    },
  };
  return { stage, began, end: () => release(undefined), fail: (problem: string) => release(problem) };
}

describe("Lanes", () => {
  it("run in parallel and print their output as one block per stage", async () => {
    const { environment, text } = testEnvironment();
    const one = heldStage("one");
    const two = heldStage("two");
    const done = runLanes([[one.stage], [two.stage]], environment);
    await Promise.all([one.began, two.began]);
    assert.equal(text(), "", "nothing is printed before a stage ends");
    two.end();
    one.end();
    assert.deepEqual(await done, []);
    assert.match(text(), /── one\none begins\none ends\n── one: done in 0:00\n/);
    assert.match(text(), /── two\ntwo begins\ntwo ends\n── two: done in 0:00\n/);
  });

  it("print their output immediately if there is only one lane", async () => {
    const { environment, text } = testEnvironment();
    const one = heldStage("one");
    const done = runLanes([[one.stage]], environment);
    await one.began;
    assert.equal(text(), "\n── one\none begins\n");
    one.end();
    await done;
  });

  it("run their stages in order, and continue after a failed stage", async () => {
    const { environment, text } = testEnvironment();
    const one = heldStage("one");
    const two = heldStage("two");
    const other = heldStage("other");
    const done = runLanes([[one.stage, two.stage], [other.stage]], environment);
    one.fail("exit code 3");
    two.end();
    other.end();
    assert.deepEqual(await done, ["one: exit code 3"]);
    assert.match(text(), /exit code 3\n── one: FAILED in /);
    assert.ok(text().indexOf("── one: ") < text().indexOf("── two: "));
  });

  it("wait for required stages in other lanes, and do not run a stage whose requirement failed", async () => {
    const { environment } = testEnvironment();
    const build = heldStage("build");
    const tests = heldStage("tests", { needs: ["build"] });
    let began = false;
    void tests.began.then(() => (began = true));
    const done = runLanes([[tests.stage], [build.stage]], environment);
    await build.began;
    assert.equal(began, false);
    build.fail("a source is wrong");
    assert.deepEqual(await done, ["build: a source is wrong", "tests: not run, since build failed"]);
    assert.equal(began, false);
  });

  it("report an exception as a problem of the stage", async () => {
    const { environment } = testEnvironment();
    const lane: Lane = [{ name: "one", run: () => Promise.reject(new Error("no display")) }];
    assert.deepEqual(await runLanes([lane], environment), ["one: no display"]);
  });

  it("print the running stages with their time and progress", async () => {
    const { environment, state, text, tick, timers } = testEnvironment();
    const one = heldStage("one", { progress: () => "3 passed" });
    const two = heldStage("two");
    const done = runLanes([[one.stage], [two.stage]], environment);
    await Promise.all([one.began, two.began]);
    state.ms = 83_000;
    tick();
    assert.equal(text(), "… running: one, 1:23, 3 passed; two, 1:23\n");
    one.end();
    two.end();
    await done;
    assert.equal(timers.size, 0, "the timer is stopped at the end");
  });

  it("start no stage after an interruption", async () => {
    const { environment, state } = testEnvironment();
    const one = heldStage("one");
    const two = heldStage("two");
    let began = false;
    void two.began.then(() => (began = true));
    const done = runLanes([[one.stage, two.stage]], environment);
    await one.began;
    state.interrupted = true;
    one.end();
    await done;
    assert.equal(began, false);
  });
});
