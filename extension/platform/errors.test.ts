import assert from "node:assert/strict";
import { problems, withoutLinks } from "./errors.ts";

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

  it("offers to set up the network for a missing tap interface, or to create that only", () => {
    const fix = { title: "Create tap7", commandLines: ["sudo ip tuntap add tap7"], root: "/w" };
    const { actions } = problems.notReady("tap7 does not exist.", fix, "tap7");
    assert.deepEqual(actions, [
      { title: "Set Up Network…", command: "mirageos.setUpNetwork", args: [{ tap: "tap7" }] },
      {
        title: "Create tap7…",
        command: "mirageos.showHostCommands",
        args: [{ ...fix, message: "tap7 does not exist." }],
      },
    ]);
  });

  it("have no links, which texts of others could contain and which run commands in notifications", () => {
    const message = "x refused: [Fix](command:workbench.action.quit), [Help](https://x.example)";
    // The pattern of VS Code.
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)/i;
    assert.match(message, link);
    assert.doesNotMatch(withoutLinks(message), link);
  });
});
