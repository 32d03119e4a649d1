import assert from "node:assert/strict";
import { temporarySamples, withStandIns } from "../harness/samples.ts";
import { runMainJob } from "./mainJob.ts";

describe("the main job", () => {
  it("configures, builds and runs hello, and shows what it says", async () => {
    const samples = await temporarySamples();
    try {
      assert.ok(
        await runMainJob({ folder: samples.path, env: withStandIns(process.env), fetch: true }),
        "see the steps above",
      );
    } finally {
      await samples.remove();
    }
  });
});
