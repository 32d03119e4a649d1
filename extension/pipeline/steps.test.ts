import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProjectState } from "../project/model.ts";
import { commandOf, keepLockedVersions, missingDependencies, stepsOf } from "./steps.ts";
import { unconfigured } from "../project/testStates.ts";

const built: ProjectState = {
  configured: { target: "hvt", options: ["--net=direct"] },
  lockFile: "/p/mirage/hello-hvt.opam.locked",
  pulled: true,
  image: { path: "/p/dist/hello.hvt", bytes: 1, builtAt: 1 },
  stale: [],
};

describe("stepsOf", () => {
  it("configures before a build if nothing is configured", () => {
    assert.deepEqual(stepsOf("build", unconfigured, "hvt", []), ["configure", "build"]);
  });

  it("does not configure again if the configuration is up to date", () => {
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

  it("always configures and cleans on request", () => {
    assert.deepEqual(stepsOf("configure", built, "hvt", ["--net=direct"]), ["configure"]);
    assert.deepEqual(stepsOf("clean", unconfigured, "hvt", []), ["clean"]);
  });
});

describe("missingDependencies", () => {
  it("names what is missing", () => {
    assert.match(missingDependencies(unconfigured) ?? "", /duniverse/);
    assert.match(missingDependencies({ ...built, lockFile: undefined }) ?? "", /locked for hvt/);
    assert.equal(missingDependencies({ ...built, lockFile: undefined, isVendored: true }), undefined);
    assert.equal(missingDependencies(built), undefined);
  });
});

describe("commandOf", () => {
  it("configures from the root and passes the path of a config.ml elsewhere", () => {
    const inRoot = { root: "/p", buildDir: "/p", configFile: "/p/config.ml" };
    const below = { root: "/p", buildDir: "/p/mirage", configFile: "/p/mirage/config.ml" };
    assert.deepEqual(commandOf("configure", inRoot, unconfigured, "spt", ["--no-dhcp"]), {
      tool: "mirage",
      cwd: "/p",
      args: ["configure", "-t", "spt", "--no-dhcp"],
    });
    assert.deepEqual(commandOf("clean", below, unconfigured, "spt", []).args, [
      "clean",
      "-f",
      "mirage/config.ml",
    ]);
  });

  it("runs the other steps with the generated Makefile", () => {
    assert.deepEqual(
      commandOf(
        "install-switch",
        { root: "/p", buildDir: "/p", configFile: "/p/config.ml" },
        unconfigured,
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

  it("pulls without make if the folder's path has characters that are special to a shell", () => {
    for (const folder of ["/a b", "/a;touch x", "/$(touch x)", "/it's"]) {
      const at = { root: folder, buildDir: folder, configFile: `${folder}/config.ml` };
      const lockFile = `${folder}/mirage/hello-unix.opam.locked`;
      const { tool, args, env } = commandOf("pull", at, { lockFile }, "unix", []);
      assert.deepEqual([tool, args], ["opam", ["monorepo", "pull", "-l", lockFile, "-r", folder]]);
      assert.deepEqual(env, { OPAMVAR_monorepo: "opam-monorepo" });
    }
  });
});

describe("A lock that keeps the locked versions", () => {
  // The commands of opam in the Makefile of mirage 4.11.1, with one in another make.
  const makefile = [
    "OPAM = opam",
    "repo-add:",
    "\t$(OPAM) repo add overlays 'https://example.org/a b.git' || $(OPAM) repo set-url overlays x",
    "lock::",
    "\t@$(MAKE) -s repo-add",
    '\t@env OPAMVAR_monorepo="opam-monorepo" $(OPAM) monorepo lock --build-only hello -l "$@ a" --ocaml-version 5.4.1',
  ].join("\n");

  it("adds an option to the lock of opam-monorepo alone", function () {
    if (process.platform === "win32") this.skip();
    const folder = mkdtempSync(join(tmpdir(), "make "));
    writeFileSync(join(folder, "Makefile"), makefile);
    writeFileSync(join(folder, "opam"), `#!/bin/sh\nprintf '<%s>' "$OPAMVAR_monorepo" "$@"\necho\n`);
    chmodSync(join(folder, "opam"), 0o755);
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}`, MAKEFLAGS: "" };
    const output = execFileSync("make", ["-s", "lock", keepLockedVersions], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    assert.deepEqual(output.trim().split("\n"), [
      "<><repo><add><overlays><https://example.org/a b.git>",
      "<opam-monorepo><monorepo><lock><--minimal-update><--build-only><hello><-l><lock a><--ocaml-version><5.4.1>",
    ]);
  });
});
