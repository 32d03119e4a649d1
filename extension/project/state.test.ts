import assert from "node:assert/strict";
import { doing, shownActivity, sizeText, stageOf, stateLines } from "./describe.ts";
import { projectState, type Snapshot } from "./state.ts";

const untouched: Snapshot = {
  config: { path: "config.ml", mtime: 100 },
  configure: undefined,
  dune: undefined,
  opamFile: undefined,
  lockFile: undefined,
  duniverse: false,
  image: undefined,
  newestSource: undefined,
};
const built: Snapshot = {
  ...untouched,
  configure: { target: "hvt", options: [], writtenAt: 200 },
  dune: "(include dune.build)",
  opamFile: { path: "mirage/hello-hvt.opam", mtime: 200 },
  lockFile: { path: "mirage/hello-hvt.opam.locked", mtime: 300 },
  duniverse: true,
  image: { path: "/p/dist/hello.hvt", mtime: 400, bytes: 1_234_567 },
  newestSource: { path: "unikernel.ml", mtime: 150 },
};
const reasons = (snapshot: Snapshot, seen = {}) =>
  projectState(snapshot, seen).stale.map(({ step, reason }) => `${step}: ${reason}`);

describe("projectState", () => {
  it("knows a folder in which nothing has run", () => {
    const state = projectState(untouched);
    assert.equal(stageOf(state), "unconfigured");
    assert.deepEqual(
      stateLines(state).map(({ text }) => text),
      ["not configured"],
    );
  });

  it("knows a built unikernel and its size", () => {
    const state = projectState(built);
    assert.equal(stageOf(state), "built");
    assert.deepEqual(
      stateLines(state).map(({ text }) => text),
      ["configured for hvt", "locked", "fetched", "built (1.2 MB)"],
    );
  });

  it("gives the reason of everything that is out of date", () => {
    assert.deepEqual(reasons({ ...built, config: { path: "config.ml", mtime: 500 } }), [
      "configure: config.ml changed after configure",
    ]);
    assert.deepEqual(reasons({ ...built, newestSource: { path: "lib/a.ml", mtime: 450 } }), [
      "build: lib/a.ml changed after build",
    ]);
    assert.deepEqual(reasons({ ...built, opamFile: { path: "x.opam", mtime: 350 } }), [
      "lock: the lock file is older than the opam file",
    ]);
    assert.deepEqual(reasons(built, { chosenOptions: ["--net=direct"] }), [
      "configure: options changed after configure",
    ]);
    assert.match(
      reasons({ ...built, dune: ";; Generated\n\n(include dune.config)" })[0] ?? "",
      /reset the dune file/,
    );
  });

  it("believes a build that left the image as it was", () => {
    const touched = { ...built, newestSource: { path: "unikernel.ml", mtime: 450 } };
    assert.deepEqual(reasons(touched, { buildBeganAt: 460 }), []);
  });

  it("asks for a build after configuring again", () => {
    const again = { ...built, configure: { target: "hvt", options: [], writtenAt: 450 } };
    assert.deepEqual(reasons(again), ["build: configured again after build"]);
  });
});

describe("sizeText", () => {
  it("uses the unit people read", () => {
    assert.deepEqual([999, 14_200, 3_140_000].map(sizeText), ["999 B", "14.2 KB", "3.1 MB"]);
  });
});

describe("shownActivity", () => {
  const unikernel = {
    id: "/p/config.ml",
    name: "p",
    configFile: "/p/config.ml",
    root: "/p",
    buildDir: "/p",
    workspaceFolder: "/p",
  };
  const activity = (step: string | undefined, id = unikernel.id) => ({
    request: { unikernel: { ...unikernel, id }, target: "unix" },
    step,
    asking: false,
    progress: undefined,
  });

  it("prefers what works over what waits, and both over a unikernel that runs", () => {
    const [running, working, waiting] = [activity("run"), activity("build"), activity(undefined)];
    assert.equal(shownActivity([running, working, waiting], unikernel.id), working);
    assert.equal(shownActivity([running, waiting], unikernel.id), waiting);
    assert.equal(shownActivity([running, activity("build", "/q/config.ml")], unikernel.id), running);
    assert.equal(shownActivity([], unikernel.id), undefined);
  });

  it("is first the one that asks the user something, and says so", () => {
    const asks = { ...activity(undefined), asking: true };
    assert.equal(shownActivity([activity("build"), asks], unikernel.id), asks);
    assert.deepEqual([asks, activity("build"), activity(undefined)].map(doing), [
      "asks a question",
      "build",
      "waiting",
    ]);
  });
});
