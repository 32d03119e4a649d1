import assert from "node:assert/strict";
import { temporarySamples, withStandIns } from "../harness/samples.ts";
import { runMainJob } from "./mainJob.ts";

describe("The main job", () => {
  it("configures, builds and runs hello, and shows its output", async () => {
    const samples = await temporarySamples();
    try {
      assert.ok(
        await runMainJob({ folder: samples.path, env: withStandIns(process.env), fetch: true }),
        "a step failed; see the output above",
      );
    } finally {
      await samples.remove();
    }
  });
});
