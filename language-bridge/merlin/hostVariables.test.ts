import assert from "node:assert/strict";
import { addToHost, namesShim, removeFromHost, withoutShim } from "./hostVariables.ts";
import type { ShimLocation } from "./shimFiles.ts";

const location: ShimLocation = {
  storage: "/home/me/storage",
  shim: "/home/me/extension/dist/shim.cjs",
  runtime: "/usr/bin/code",
  platform: "linux",
};

describe("the variables of the OCaml Platform's server", () => {
  it("are in the environment of the extension host while the Platform is connected", () => {
    const env: NodeJS.ProcessEnv = { PATH: "/bin" };
    assert.equal(addToHost(env, location, "/w"), true);
    assert.match(
      env["OCAMLLSP_PROJECT_BUILD_SYSTEM"] ?? "",
      /\/home\/me\/storage\/merlin\/bin\/mirageos-merlin$/,
    );
    assert.equal(env["OCAMLLSP_PROJECT_ROOT"], "/w");
    assert.equal(namesShim(env), true);
    removeFromHost(env, location, "/w");
    assert.deepEqual(env, { PATH: "/bin" });
  });

  it("do not replace what the user has set", () => {
    const env: NodeJS.ProcessEnv = { OCAMLLSP_PROJECT_BUILD_SYSTEM: "mine" };
    assert.equal(addToHost(env, location, "/w"), false);
    removeFromHost(env, location, "/w");
    assert.deepEqual(env, { OCAMLLSP_PROJECT_BUILD_SYSTEM: "mine" });
    const rooted: NodeJS.ProcessEnv = { OCAMLLSP_PROJECT_ROOT: "/mine" };
    addToHost(rooted, location, "/w");
    removeFromHost(rooted, location, "/w");
    assert.deepEqual(rooted, { OCAMLLSP_PROJECT_ROOT: "/mine" });
  });

  it("do not make every program of a window on Windows a Node process", () => {
    const env: NodeJS.ProcessEnv = {};
    assert.equal(addToHost(env, { ...location, platform: "win32" }, "C:\\w"), false);
    assert.deepEqual(env, {});
  });

  it("are removed from settings of earlier versions, and no others", () => {
    const settings = {
      OCAMLLSP_PROJECT_BUILD_SYSTEM: "../../home/someone/mirageos-merlin",
      OCAMLLSP_PROJECT_ROOT: "/home/someone/project",
      MINE: "1",
    };
    assert.deepEqual(withoutShim(settings), { MINE: "1" });
    const own = { OCAMLLSP_PROJECT_BUILD_SYSTEM: "mine", OCAMLLSP_PROJECT_ROOT: "/mine" };
    assert.deepEqual(withoutShim(own), own);
  });
});
