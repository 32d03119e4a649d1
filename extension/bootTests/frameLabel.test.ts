import assert from "node:assert/strict";
import { frameLabel } from "./frameLabel.ts";

describe("The text of a frame", () => {
  const frame = { name: "Lwt.fail", file: "src/core/lwt.ml" };

  it("names the function, and the file of a frame without a link", () => {
    assert.equal(frameLabel(frame, true), "Lwt.fail");
    assert.equal(frameLabel(frame, false), "Lwt.fail (src/core/lwt.ml)");
  });

  it("is the file if the function is unknown", () => {
    assert.equal(frameLabel({ ...frame, name: undefined }, false), "src/core/lwt.ml");
  });
});
