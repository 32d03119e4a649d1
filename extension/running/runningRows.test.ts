import assert from "node:assert/strict";
import type { LogSession } from "../logs/model.ts";
import type { Activity } from "../project/model.ts";
import { createBootHistory } from "./bootHistory.ts";
import type { RunMetric } from "./metricRows.ts";
import { runsOfWindow, unaddressedRuns, type RunningUnikernel } from "./model.ts";
import type { Usage } from "./processUsage.ts";
import { createRunningRows, isInFolders } from "./runningRows.ts";
import { runRow } from "./runRow.ts";

const run = (change: Partial<RunningUnikernel> = {}): RunningUnikernel => ({
  session: "s",
  name: "hello",
  unikernel: "/w/hello/config.ml",
  target: "spt",
  pid: 7,
  startedAt: 0,
  devices: [],
  addresses: [],
  boot: undefined,
  canRestart: true,
  isElsewhere: false,
  ...change,
});

const activity = (change: Partial<Activity> = {}): Activity => ({
  request: { unikernel: { id: "/w/hello/config.ml", name: "hello" }, target: "spt" },
  step: "run",
  since: 5,
  session: "s",
  prompting: false,
  progress: undefined,
  cancel: () => {},
  ...change,
});
const session = (change: Partial<LogSession> = {}): LogSession => ({
  id: "s",
  name: "hello",
  unikernel: "/w/hello/config.ml",
  target: "spt",
  startedAt: 4,
  endedAt: undefined,
  outcome: undefined,
  rawFile: undefined,
  ...change,
});

describe("the running unikernels of a window", () => {
  it("are its activities that run, with what their log sessions know", () => {
    const attachments = {
      service: { host: "tap100", mac: "02:00:00:00:00:01" },
      storage: "disk.img",
      other: 4,
    };
    const sessions = [session({ pid: 7, attachments, addresses: ["10.0.0.2/24"] })];
    const build = activity({ step: "build", since: undefined, session: undefined });
    assert.deepEqual(runsOfWindow([build, activity({ restart: () => {} })], sessions), [
      run({ startedAt: 5, devices: ["service: tap100", "storage: disk.img"], addresses: ["10.0.0.2/24"] }),
    ]);
  });

  it("can be restarted if a job or a debug session runs them", () => {
    const restartable = (change: object) => runsOfWindow([activity(change)], [session()])[0]?.canRestart;
    assert.deepEqual(
      [restartable({}), restartable({ restart: () => {} }), restartable({ result: 1 })],
      [false, true, true],
    );
  });

  it("are not those that have ended or have no log", () => {
    assert.deepEqual(runsOfWindow([activity()], [session({ endedAt: 9 })]), []);
    assert.deepEqual(runsOfWindow([activity({ session: undefined })], [session()]), []);
  });

  it("have no devices as a process: the attachments are those of another target", () => {
    const attached = session({ target: "unix", attachments: { service: "tap100" } });
    assert.deepEqual(runsOfWindow([activity()], [attached])[0]?.devices, []);
    assert.deepEqual(unaddressedRuns([activity()], [attached]), []);
  });

  it("wait for a lease if they have devices and no address", () => {
    const attachments = { service: { host: "tap100" }, storage: "disk.img" };
    const waiting = unaddressedRuns([activity()], [session({ attachments })]);
    assert.deepEqual(waiting, [{ session: "s", hosts: ["tap100", "disk.img"] }]);
    assert.deepEqual(unaddressedRuns([activity()], [session({ attachments, addresses: ["10.0.0.2"] })]), []);
    assert.deepEqual(unaddressedRuns([activity()], [session()]), []);
    assert.deepEqual(unaddressedRuns([activity()], [session({ attachments, endedAt: 9 })]), []);
  });
});

describe("the row of a running unikernel", () => {
  const description = (change: Partial<RunningUnikernel>, now: number, usage = {}) =>
    runRow(run(change), { cpu: undefined, memory: undefined, ...usage }, now).description;

  it("has target, uptime, CPU and memory, as far as they are known", () => {
    assert.equal(description({}, 3900), "spt · 3 s");
    assert.equal(description({}, 59_900), "spt · 59 s");
    assert.equal(
      description({}, 61_000, { cpu: 0.26, memory: 34_100_000 }),
      "spt · 1 min · 0.3 % CPU · 34.1 MB",
    );
    assert.equal(description({}, 119_000, { cpu: 99.96 }), "spt · 1 min · 100 % CPU");
    assert.equal(description({ isElsewhere: true }, 7_500_000), "spt · 2 h 5 min · in another window");
  });

  it("survives a clock that was set back", () => {
    assert.equal(description({ startedAt: 9000 }, 0), "spt · 0 s");
  });

  it("has rows for addresses, devices and the boot below it", () => {
    const boot = { firstOutput: 12, firstRecord: 38, network: undefined };
    const { details, tooltip } = runRow(
      run({ devices: ["service: tap100"], addresses: ["10.0.0.2/24", "fe80::1/64"], boot }),
      { cpu: 1, memory: 2000 },
      1000,
    );
    assert.deepEqual(
      details.map(({ kind, label, description: text }) => [kind, label, text]),
      [
        ["address", "10.0.0.2/24", "address"],
        ["address", "fe80::1/64", "address"],
        ["device", "service: tap100", "device"],
        ["boot", "booted in 38 ms", ""],
      ],
    );
    assert.match(details[3]?.tooltip ?? "", /^Tender: 12 ms /);
    assert.match(
      tooltip,
      /^hello on spt\nStarted at .*\nProcess 7\nMemory: 2\.0 KB\nAddresses: 10\.0\.0\.2\/24, /,
    );
  });
});

describe("the rows of the view", () => {
  /** A clock and what runs, which a test changes. */
  function setUp() {
    const state = { now: 0, own: [run()], others: [] as RunningUnikernel[], usage: new Map<number, Usage>() };
    const metrics: RunMetric[] = [];
    const rows = createRunningRows({
      own: () => state.own,
      others: () => Promise.resolve(state.others),
      readUsage: () => Promise.resolve(state.usage),
      metrics: (unikernel) => (unikernel === "/w/hello/config.ml" ? metrics : []),
      now: () => state.now,
    });
    return { state, rows, metrics, texts: () => rows.shown().map(({ row }) => row.description) };
  }

  it("have the metrics of unikernels of this window, whose values change no structure", async () => {
    const { state, rows, metrics } = setUp();
    state.others = [run({ session: "other", isElsewhere: true })];
    await rows.update();
    const words = { measurement: "gc", tags: "", field: "live words" };
    metrics.push({ ...words, values: [1] });
    assert.deepEqual(await rows.update(), { isStructural: true, sessions: ["s"] });
    metrics[0] = { ...words, values: [1, 2] };
    assert.deepEqual(await rows.update(), { isStructural: false, sessions: ["s"] });
    assert.deepEqual(
      rows.shown().map(({ row }) => row.details.map(({ description }) => description)),
      [["▁█ 2"], []],
    );
    assert.deepEqual(await rows.update(), { isStructural: false, sessions: [] });
  });

  it("show the CPU between two updates, and measure it again after a pause", async () => {
    const { state, rows, texts } = setUp();
    const at = async (now: number, cpuMs: number) => {
      state.now = now;
      state.usage = new Map([[7, { cpuMs, memory: 1000 }]]);
      await rows.update();
      return texts()[0];
    };
    assert.equal(await at(1000, 500), "spt · 1 s · 1.0 KB");
    assert.equal(await at(2000, 750), "spt · 2 s · 25 % CPU · 1.0 KB");
    assert.equal(await at(3000, 750), "spt · 3 s · 0.0 % CPU · 1.0 KB");
    rows.pause();
    assert.equal(await at(9000, 5000), "spt · 9 s · 1.0 KB");
  });

  it("are drawn again only where a text has changed", async () => {
    const { state, rows } = setUp();
    state.own = [run(), run({ session: "t", startedAt: -600_000 })];
    assert.deepEqual((await rows.update()).isStructural, true);
    state.now = 1000;
    assert.deepEqual(await rows.update(), { isStructural: false, sessions: ["s"] });
    assert.deepEqual(await rows.update(), { isStructural: false, sessions: [] });
    state.own = [run({ addresses: ["10.0.0.2"] })];
    assert.deepEqual((await rows.update()).isStructural, true);
    state.others = [run({ session: "u", isElsewhere: true })];
    assert.deepEqual((await rows.update()).isStructural, true);
  });
});

describe("the unikernels in folders", () => {
  it("are those below one of them", () => {
    const folders = ["/w/a b", "/w/é"];
    assert.equal(isInFolders("/w/a b/hello/config.ml", folders), true);
    assert.equal(isInFolders("/w/é/config.ml", folders), true);
    for (const other of ["/w/a", "/w/a bc/config.ml", "/w/a b", "/x/config.ml"])
      assert.equal(isInFolders(other, folders), false, other);
    assert.equal(isInFolders("/w/a b/config.ml", []), false);
  });
});

describe("the history of boots", () => {
  it("has each boot once, with the times that came later, and no boots of earlier windows", () => {
    const added: unknown[] = [];
    const addBoot = (...args: unknown[]) => Promise.resolve(void added.push(args));
    const keep = createBootHistory({ addBoot }, 100);
    const early = { firstOutput: 3, firstRecord: undefined, network: undefined };
    const late = { ...early, firstRecord: 9 };
    keep(session({ startedAt: 50, boot: late }));
    keep(session({ startedAt: 200 }));
    keep(session({ startedAt: 200, boot: early }));
    keep(session({ startedAt: 200, boot: early }));
    keep(session({ startedAt: 200, boot: late, endedAt: 300 }));
    assert.deepEqual(added, [
      ["/w/hello/config.ml", "spt", { at: 200, ...early }],
      ["/w/hello/config.ml", "spt", { at: 200, ...late }],
    ]);
  });
});
