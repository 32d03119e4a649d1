import assert from "node:assert/strict";
import { problems } from "./errors.ts";

describe("problems", () => {
  it("reveal the very image that is booted by hand, whichever unikernel is selected", () => {
    const { message, actions } = problems.bootByHand(
      "qubes",
      ["Copy it to dom0."],
      "/w/other/dist/other.xen",
    );
    assert.equal(message, "An image for qubes is not booted from here. Copy it to dom0.");
    assert.deepEqual(actions, [
      {
        title: "Reveal Image",
        command: "mirageos.revealImage",
        args: [{ image: "/w/other/dist/other.xen" }],
      },
    ]);
  });
});
