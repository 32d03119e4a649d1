import assert from "node:assert/strict";
import { createWorkspaceMemory } from "./workspaceMemory.ts";

function memory() {
  const values = new Map<string, unknown>();
  return createWorkspaceMemory({
    get: <T>(key: string) => values.get(key) as T | undefined,
    update: async (key, value) => await Promise.resolve(void values.set(key, value)),
  });
}

describe("The images that a workspace remembers", () => {
  it("are the last twenty of each unikernel and target", async () => {
    const { addBuiltImage, builtImages } = memory();
    for (let at = 1; at <= 25; at++)
      // oxlint-disable-next-line no-await-in-loop -- Builds come one after another.
      await addBuiltImage("/p/config.ml", "hvt", { at, loaded: at * 1000 });
    const kept = builtImages("/p/config.ml", "hvt").map(({ at }) => at);
    assert.deepEqual([kept.length, kept.at(0), kept.at(-1)], [20, 6, 25]);
    assert.deepEqual(builtImages("/p/config.ml", "spt"), []);
  });

  it("contain an image once, although a build that changes nothing does not write it", async () => {
    const { addBuiltImage, builtImages } = memory();
    await addBuiltImage("/p/config.ml", "hvt", { at: 1, loaded: 1000 });
    await addBuiltImage("/p/config.ml", "hvt", { at: 1, loaded: 1000 });
    assert.deepEqual(builtImages("/p/config.ml", "hvt"), [{ at: 1, loaded: 1000 }]);
  });
});
