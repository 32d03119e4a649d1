import assert from "node:assert/strict";
import type { Activity } from "../project/model.ts";
import { createActivities } from "./activities.ts";
import type { Job, Jobs } from "./model.ts";
import { stopGroups } from "./stopGroups.ts";

function activity(id: string, step?: string): Activity {
  return {
    request: { unikernel: { id, name: id }, target: "unix" },
    step,
    since: step === "run" ? 1 : undefined,
    prompting: false,
    progress: undefined,
    cancel: () => {},
  };
}

/** Jobs of which tests set the active ones. */
function testJobs() {
  let active: readonly Job[] = [];
  let notify = () => {};
  const jobs: Jobs = {
    start: () => assert.fail("no job is started"),
    runBetween: () => assert.fail("nothing runs between jobs"),
    runQueued: () => assert.fail("nothing else is queued"),
    lastFailure: () => undefined,
    active: () => active,
    onChange: (listener) => {
      notify = listener;
      return { dispose: () => {} };
    },
  };
  return { jobs, set: (...set: Activity[]) => ((active = set as unknown as Job[]), notify()) };
}

describe("createActivities", () => {
  it("has the jobs, and the unikernels of debug sessions until they end", () => {
    const { jobs, set } = testJobs();
    const activities = createActivities(jobs, () => 42);
    let changes = 0;
    const { dispose } = activities.onChange(() => changes++);
    let stopped = 0;
    const stop = () => stopped++;
    const restart = () => (stopped += 10);
    const run = { unikernel: "/w/config.ml", name: "hello", target: "spt", session: "s", stop, restart };
    const { end } = activities.addRun(run);
    set(activity("/x/config.ml", "build"));
    assert.deepEqual(
      activities.active().map(({ request, step, since }) => [request.unikernel.id, step, since]),
      [
        ["/x/config.ml", "build", undefined],
        ["/w/config.ml", "run", 42],
      ],
    );
    activities.active()[1]?.cancel();
    activities.active()[1]?.restart?.();
    assert.equal(stopped, 11);
    assert.equal(activities.active()[1]?.session, "s");
    assert.equal(changes, 2);
    end();
    end();
    assert.equal(activities.active().length, 1);
    assert.equal(changes, 3, "an ended run is not reported twice");
    dispose();
    set();
    assert.equal(changes, 3);
  });
});

describe("stopGroups", () => {
  const active = [
    activity("a", "run"),
    activity("b", "build"),
    activity("a", "build"),
    activity("b"),
    activity("a", "run"),
  ];
  const indices = (...args: Parameters<typeof stopGroups>) =>
    stopGroups(...args).map((group) => group.map((each) => active.indexOf(each)));

  it("puts the jobs of a unikernel together, and each running unikernel in a group of its own", () => {
    assert.deepEqual(indices(active, undefined, undefined), [[0], [1, 3], [2], [4]]);
  });

  it("begins with the selected unikernel", () => {
    assert.deepEqual(indices(active, undefined, "b"), [[1, 3], [0], [2], [4]]);
  });

  it("stops nothing else if Stop is invoked on one unikernel", () => {
    assert.deepEqual(indices(active, "b", "a"), [[1, 3]]);
    assert.deepEqual(indices(active, "c", "a"), []);
  });
});
