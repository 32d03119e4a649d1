import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningUnikernel } from "./model.ts";
import { createWindowFiles } from "./otherWindows.ts";

const run = (name: string, pid?: number): RunningUnikernel => ({
  session: `2026 ${name}`,
  name,
  unikernel: `/w/${name}/config.ml`,
  target: "spt",
  pid,
  startedAt: 5,
  devices: ["service: tap100"],
  addresses: ["10.0.0.2/24"],
  boot: { firstOutput: 1, firstRecord: 2, network: undefined },
  canRestart: true,
  isElsewhere: false,
});
const elsewhere = (name: string, pid?: number) => ({
  ...run(name, pid),
  boot: undefined,
  canRestart: false,
  isElsewhere: true,
});

describe("the unikernels of other windows", () => {
  let parent: string;
  let folder: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "mirageos-windows-"));
    folder = join(parent, "running");
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  /** Windows whose extension hosts have these process ids; `alive` has all processes. */
  const windows = (alive: ReadonlySet<number>, ...hosts: number[]) =>
    hosts.map((host) => createWindowFiles(folder, host, (pid) => alive.has(pid)));

  it("are those that they have written, without the own ones", async () => {
    const [a, b] = windows(new Set([1, 2, 100, 200]), 1, 2);
    assert.deepEqual(await a?.readOthers(), []);
    await a?.write([run("hello", 100)]);
    await b?.write([run("network", 200)]);
    assert.deepEqual(await a?.readOthers(), [elsewhere("network", 200)]);
    assert.deepEqual(await b?.readOthers(), [elsewhere("hello", 100)]);
  });

  it("disappear when they end, and when their window is closed", async () => {
    const [a, b, c] = windows(new Set([1, 2, 3, 100]), 1, 2, 3);
    await a?.write([run("hello", 100), run("gone", 101)]);
    assert.deepEqual(await b?.readOthers(), [elsewhere("hello", 100)]);
    await a?.write([]);
    assert.deepEqual(await b?.readOthers(), []);
    await a?.write([run("hello", 100)]);
    a?.dispose();
    assert.deepEqual(await b?.readOthers(), []);
    c?.dispose();
    assert.deepEqual(await readdir(folder), []);
  });

  it("disappear when their window was killed, whose file is then removed", async () => {
    const alive = new Set([1, 2, 100]);
    const [a, b] = windows(alive, 1, 2);
    await a?.write([run("hello", 100)]);
    alive.delete(1);
    assert.deepEqual(await b?.readOthers(), []);
    assert.deepEqual(await readdir(folder), []);
  });

  it("end with the last state if it changes while it is written", async () => {
    const [a, b] = windows(new Set([1, 2, 100]), 1, 2);
    await Promise.all([
      a?.write([run("hello")]),
      a?.write([run("hello", 100)]),
      a?.write([]),
      a?.write([run("last", 100)]),
    ]);
    assert.deepEqual(await b?.readOthers(), [elsewhere("last", 100)]);
  });

  it("are left out if a file is damaged or of another version", async () => {
    const [a, b] = windows(new Set([1, 2, 3, 4, 5, 100]), 1, 2);
    await a?.write([run("hello", 100)]);
    await writeFile(join(folder, "3.json"), '{"runs": [');
    await writeFile(join(folder, "4.json"), '{"runs": [{"name": 1}]}');
    await writeFile(join(folder, "5.json"), "null");
    await writeFile(join(folder, "notes.txt"), "x");
    assert.deepEqual(await b?.readOthers(), [elsewhere("hello", 100)]);
  });
});
