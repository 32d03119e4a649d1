import assert from "node:assert/strict";
import type { ProjectState } from "../project/model.ts";
import { commandLine, commandOf, missingDependencies, stepsOf } from "./steps.ts";
import { fresh } from "../project/testStates.ts";

const built: ProjectState = {
  configured: { target: "hvt", options: ["--net=direct"] },
  lockFile: "/p/mirage/hello-hvt.opam.locked",
  pulled: true,
  image: { path: "/p/dist/hello.hvt", bytes: 1, builtAt: 1 },
  stale: [],
};

describe("stepsOf", () => {
  it("configures before a build when nothing is configured", () => {
    assert.deepEqual(stepsOf("build", fresh, "hvt", []), ["configure", "build"]);
  });

  it("never configures again what is fresh", () => {
    assert.deepEqual(stepsOf("build", built, "hvt", ["--net=direct"]), ["build"]);
    assert.deepEqual(stepsOf("run", built, "hvt", ["--net=direct"]), ["run"]);
  });

  it("configures again for another target, other options, or a changed config.ml", () => {
    assert.deepEqual(stepsOf("run", built, "spt", ["--net=direct"]), ["configure", "build", "run"]);
    assert.deepEqual(stepsOf("build", built, "hvt", []), ["configure", "build"]);
    const stale: ProjectState = { ...built, stale: [{ step: "configure", reason: "config.ml changed" }] };
    assert.deepEqual(stepsOf("fetch", stale, "hvt", ["--net=direct"]), [
      "configure",
      "lock",
      "install-switch",
      "pull",
    ]);
  });

  it("always configures and cleans when asked to", () => {
    assert.deepEqual(stepsOf("configure", built, "hvt", ["--net=direct"]), ["configure"]);
    assert.deepEqual(stepsOf("clean", fresh, "hvt", []), ["clean"]);
  });
});

describe("missingDependencies", () => {
  it("names what is not there", () => {
    assert.match(missingDependencies(fresh) ?? "", /duniverse/);
    assert.match(missingDependencies({ ...built, lockFile: undefined }) ?? "", /locked for hvt/);
    assert.equal(missingDependencies(built), undefined);
  });
});

describe("commandOf", () => {
  it("configures from the root, naming a config.ml that is elsewhere", () => {
    const inRoot = { root: "/p", buildDir: "/p", configFile: "/p/config.ml" };
    const below = { root: "/p", buildDir: "/p/mirage", configFile: "/p/mirage/config.ml" };
    assert.deepEqual(commandOf("configure", inRoot, fresh, "spt", ["--no-dhcp"]), {
      tool: "mirage",
      cwd: "/p",
      args: ["configure", "-t", "spt", "--no-dhcp"],
    });
    assert.deepEqual(commandOf("clean", below, fresh, "spt", []).args, ["clean", "-f", "mirage/config.ml"]);
  });

  it("leaves the other steps to the Makefile that mirage wrote", () => {
    assert.deepEqual(
      commandOf(
        "install-switch",
        { root: "/p", buildDir: "/p", configFile: "/p/config.ml" },
        fresh,
        "unix",
        [],
      ),
      {
        tool: "make",
        cwd: "/p",
        args: ["install-switch"],
      },
    );
  });

  it("pulls without a shell where the folder's path has characters that a shell reads", () => {
    for (const folder of ["/a b", "/a;touch x", "/$(touch x)", "/it's"]) {
      const at = { root: folder, buildDir: folder, configFile: `${folder}/config.ml` };
      const lockFile = `${folder}/mirage/hello-unix.opam.locked`;
      const { tool, args, env } = commandOf("pull", at, { lockFile }, "unix", []);
      assert.deepEqual([tool, args], ["opam", ["monorepo", "pull", "-l", lockFile, "-r", folder]]);
      assert.deepEqual(env, { OPAMVAR_monorepo: "opam-monorepo" });
    }
  });
});

describe("commandLine", () => {
  it("quotes what a shell would read otherwise", () => {
    assert.equal(
      commandLine({ tool: "mirage", args: ["configure", "--x=$(a) 'b'"] }),
      `mirage configure '--x=$(a) '\\''b'\\'''`,
    );
  });
});
