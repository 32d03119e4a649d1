import assert from "node:assert/strict";
import {
  describeActivity,
  describeUptime,
  displayedActivity,
  failureText,
  stageOf,
  stageText,
  stateLines,
  stateRow,
} from "./describeState.ts";
import { sizeText } from "../protocol/sizeText.ts";
import { steps } from "../pipeline/goals.ts";
import { projectState, type ProjectSnapshot } from "./state.ts";

const neverConfigured: ProjectSnapshot = {
  config: { path: "config.ml", mtime: 100 },
  configure: undefined,
  dune: undefined,
  missing: [],
  opamFile: undefined,
  lockFile: undefined,
  duniverse: false,
  image: undefined,
  newestSource: undefined,
};
const built: ProjectSnapshot = {
  ...neverConfigured,
  configure: { target: "hvt", options: [], writtenAt: 200 },
  dune: "(include dune.build)",
  opamFile: { path: "mirage/hello-hvt.opam", mtime: 200 },
  lockFile: { path: "mirage/hello-hvt.opam.locked", mtime: 300 },
  duniverse: true,
  image: { path: "/p/dist/hello.hvt", mtime: 400, bytes: 1_234_567 },
  newestSource: { path: "unikernel.ml", mtime: 150 },
};
const reasons = (snapshot: ProjectSnapshot, seen = {}) =>
  projectState(snapshot, seen).stale.map(({ step, reason }) => `${step}: ${reason}`);

describe("projectState", () => {
  it("returns unconfigured for a folder with sources only", () => {
    const state = projectState(neverConfigured);
    assert.equal(stageOf(state), "unconfigured");
    assert.deepEqual(
      stateLines(state).map(({ text }) => text),
      ["not configured yet"],
    );
  });

  it("names the configured target where it is not the selected one", () => {
    assert.equal(stageText(projectState(built), "hvt"), "built");
    assert.equal(stageText(projectState(built), "spt"), "configured for hvt");
    assert.equal(stageText(projectState(neverConfigured), "spt"), "not configured");
  });

  it("returns built for a unikernel with an image, and the size", () => {
    const state = projectState(built);
    assert.equal(stageOf(state), "built");
    assert.deepEqual(
      stateLines(state).map(({ text }) => text),
      ["configured for hvt", "dependencies locked", "dependencies fetched", "built (1.2 MB)"],
    );
  });

  it("returns the size in memory and its change after builds, also if another program built the image", () => {
    const sizeOf = (snapshot: ProjectSnapshot, sizes: readonly (readonly [number, number])[]) => {
      const builtImages = sizes.map(([at, loaded]) => ({ at, loaded }));
      return stateLines(projectState(snapshot, { builtImages })).at(-1)?.text;
    };
    const sizeAfter = (...sizes: readonly (readonly [number, number])[]) => sizeOf(built, sizes);
    assert.equal(sizeAfter([400, 3_100_000]), "built (3.1 MB)");
    assert.equal(sizeAfter([300, 3_060_000], [400, 3_100_000]), "built (3.1 MB, +40 KB)");
    assert.equal(sizeAfter([300, 4_300_000], [400, 3_100_000]), "built (3.1 MB, −1.2 MB)");
    assert.equal(sizeAfter([300, 3_100_000], [400, 3_100_000]), "built (3.1 MB)");
    assert.ok(built.image);
    const elsewhere = { ...built, image: { ...built.image, loaded: 3_140_000 } };
    assert.equal(sizeOf(elsewhere, []), "built (3.1 MB)");
    assert.equal(sizeOf(elsewhere, [[300, 3_100_000]]), "built (3.1 MB, +40 KB)");
    assert.equal(sizeAfter([300, 3_100_000]), "built (1.2 MB)", "that of the file if it is no image");
  });

  it("begins the row of each line that is not done with what a click does, which a narrow view does not cut", () => {
    const rows = (snapshot: ProjectSnapshot) =>
      stateLines(projectState(snapshot)).map((line) => {
        const { label, description } = stateRow(line, line.fix);
        return [label, description].filter(Boolean).join(" | ");
      });
    assert.deepEqual(rows(neverConfigured), ["Configure | not configured yet"]);
    assert.deepEqual(rows({ ...built, lockFile: undefined, duniverse: false, image: undefined }), [
      "configured for hvt",
      "Fetch | dependencies not locked yet",
      "Fetch | dependencies not fetched yet",
      "Build | not built for hvt yet",
    ]);
    const vendored = { ...built, lockFile: undefined };
    assert.deepEqual(rows(vendored).slice(1, -1), ["dependencies in duniverse/, without a lock file"]);
    assert.deepEqual(rows({ ...vendored, otherLock: true }).slice(1, -1), [
      "Fetch | dependencies not locked yet",
      "dependencies fetched",
    ]);
    const changed = { path: "config.ml", mtime: 500 };
    const outOfDate = {
      ...built,
      config: changed,
      opamFile: { path: "x.opam", mtime: 350 },
      newestSource: { path: "unikernel.ml", mtime: 500 },
    };
    assert.deepEqual(rows(outOfDate), [
      "Configure | config.ml changed after configure",
      "Fetch | the lock file is older than the opam file",
      "dependencies fetched",
      "Build | unikernel.ml changed after build",
    ]);
    const [configure] = stateLines(projectState(outOfDate));
    assert.ok(configure);
    assert.equal(
      stateRow(configure, "configure").tooltip,
      "configured for hvt, out of date\nconfig.ml changed after configure\nClick to configure.",
    );
    assert.deepEqual(stateRow(configure, undefined), {
      label: "configured for hvt, out of date",
      description: "config.ml changed after configure",
      tooltip: "configured for hvt, out of date\nconfig.ml changed after configure",
    });
  });

  it("returns a reason for each step that is out of date", () => {
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

  it("says after a failed pull that the dependencies are incomplete, and fetches them again", () => {
    const lineOf = (step: string) =>
      stateLines(projectState(built), { step, at: 500 }).find(({ text }) =>
        text.startsWith("dependencies fetched"),
      );
    assert.deepEqual(lineOf("build"), { text: "dependencies fetched", detail: "", kind: "done" });
    assert.deepEqual(lineOf("pull"), {
      text: "dependencies fetched, out of date",
      detail: "the last pull failed",
      kind: "stale",
      fix: "fetch",
    });
  });

  it("says that dependencies are out of date when they were fetched for another lock file", () => {
    const state = projectState(built, { isOtherLock: true });
    const line = stateLines(state).find(({ text }) => text.startsWith("dependencies fetched"));
    assert.deepEqual(line, {
      text: "dependencies fetched, out of date",
      detail: "the lock file differs from the one that the dependencies were fetched for",
      kind: "stale",
      fix: "fetch",
    });
    assert.deepEqual(reasons({ ...built, duniverse: false }, { isOtherLock: true }), []);
  });

  it("treats an image as up to date after a build that did not change it", () => {
    const touched = { ...built, newestSource: { path: "unikernel.ml", mtime: 450 } };
    assert.deepEqual(reasons(touched, { buildStart: 460 }), []);
  });

  it("requires a build after configuring again", () => {
    const again = { ...built, configure: { target: "hvt", options: [], writtenAt: 450 } };
    assert.deepEqual(reasons(again), ["build: configured again after build"]);
  });
});

describe("failureText", () => {
  const failure = { step: "build", at: 500 };

  it("describes a failed step as a state", () => {
    assert.equal(failureText(projectState(neverConfigured), failure), "build failed");
    assert.equal(failureText(projectState(built), failure), "build failed");
  });

  it("is undefined without a failure, and after an image was built elsewhere", () => {
    assert.equal(failureText(projectState(built), undefined), undefined);
    assert.equal(failureText(projectState(built), { step: "build", at: 300 }), undefined);
  });
});

describe("sizeText", () => {
  it("uses the largest decimal unit", () => {
    assert.deepEqual([999, 14_200, 3_140_000].map(sizeText), ["999 B", "14.2 KB", "3.1 MB"]);
  });
});

describe("displayedActivity", () => {
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
    since: step === "run" ? 0 : undefined,
    prompting: false,
    progress: undefined,
    cancel: () => {},
  });

  it("prefers working activities over queued ones, and both over a running unikernel", () => {
    const [running, working, waiting] = [activity("run"), activity("build"), activity(undefined)];
    assert.equal(displayedActivity([running, working, waiting], unikernel.id), working);
    assert.equal(displayedActivity([running, waiting], unikernel.id), waiting);
    assert.equal(displayedActivity([running, activity("build", "/q/config.ml")], unikernel.id), running);
    assert.equal(displayedActivity([], unikernel.id), undefined);
  });

  it("prefers an activity with an open question", () => {
    const prompting = { ...activity(undefined), prompting: true };
    assert.equal(displayedActivity([activity("build"), prompting], unikernel.id), prompting);
    assert.deepEqual(
      [prompting, activity("build"), activity("run"), activity(undefined)].map(describeActivity),
      ["waiting for your answer", "building", "running", "waiting"],
    );
  });

  it("describes each step as something that goes on", () => {
    for (const step of steps) assert.match(describeActivity({ step, prompting: false }), /^[a-z]+ing( |$)/);
  });
});

describe("describeUptime", () => {
  const minute = 60_000;
  it("counts whole minutes, and survives a clock that was set back", () => {
    assert.deepEqual(
      [0, minute - 1, minute, 59.9 * minute, 60 * minute, 25 * 60 * minute + minute, -minute].map((passed) =>
        describeUptime(1000, 1000 + passed),
      ),
      [
        "running for less than a minute",
        "running for less than a minute",
        "running for 1 min",
        "running for 59 min",
        "running for 1 h 0 min",
        "running for 25 h 1 min",
        "running for less than a minute",
      ],
    );
  });
});
