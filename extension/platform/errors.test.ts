import assert from "node:assert/strict";
import { problems } from "./errors.ts";

describe("problems", () => {
  it("offers to reveal the image to boot by hand, whichever unikernel is selected", () => {
    const { message, actions } = problems.bootByHand(
      "qubes",
      ["Copy it to dom0."],
      "/w/other/dist/other.xen",
    );
    assert.equal(message, "An image for qubes can't be booted from VS Code. Copy it to dom0.");
    assert.deepEqual(actions, [
      {
        title: "Reveal Image",
        command: "mirageos.revealImage",
        args: [{ image: "/w/other/dist/other.xen" }],
      },
    ]);
  });
});
