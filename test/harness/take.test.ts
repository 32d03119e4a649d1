import assert from "node:assert/strict";
import { take } from "./take.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

describe("A test file", () => {
  it("is taken by only one of the processes that run in parallel", async () => {
    const { path, remove } = await temporaryFolder("mirageos-take-");
    try {
      const taken = await Promise.all([1, 2, 3].map(() => take(path, "/a b/one.test.ts")));
      assert.equal(taken.filter(Boolean).length, 1);
      assert.equal(await take(path, "/a b/two.test.ts"), true);
    } finally {
      await remove();
    }
  });
});
