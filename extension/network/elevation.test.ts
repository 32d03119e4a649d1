import assert from "node:assert/strict";
import { usableElevators } from "./elevation.ts";

describe("The programs that run a script as root", () => {
  it("are sudo, doas and pkexec on a desktop, as far as they are installed", () => {
    assert.deepEqual(usableElevators(["pkexec", "sudo", "doas"], { DISPLAY: ":0" }), [
      "sudo",
      "doas",
      "pkexec",
    ]);
    assert.deepEqual(usableElevators(["pkexec"], { WAYLAND_DISPLAY: "wayland-0" }), ["pkexec"]);
    assert.deepEqual(usableElevators([], { DISPLAY: ":0" }), []);
  });

  it("do not include pkexec without a desktop, where it refuses every password", () => {
    assert.deepEqual(usableElevators(["pkexec", "sudo"], {}), ["sudo"]);
    assert.deepEqual(usableElevators(["pkexec"], { DISPLAY: "" }), []);
  });
});
