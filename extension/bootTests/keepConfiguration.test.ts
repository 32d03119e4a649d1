import assert from "node:assert/strict";
import { keepConfiguration } from "./keepConfiguration.ts";

const plain = { target: "unix", options: [] };
const other = { target: "spt", options: ["--kv_ro=crunch"] };

describe("The configuration of a tested unikernel", () => {
  const after = async (before: typeof other | undefined, work: () => Promise<typeof other>) => {
    let configured = before;
    const restored: unknown[] = [];
    const result = keepConfiguration(
      async () => configured,
      async (earlier) => restored.push(earlier),
      async () => (configured = await work()),
    );
    await result.catch(() => undefined);
    return restored;
  };

  it("is restored after a test on another target or with other options", async () => {
    assert.deepEqual(await after(plain, async () => other), [plain]);
    assert.deepEqual(await after(other, async () => ({ ...other, options: ["--kv_ro=direct"] })), [other]);
  });

  it("is left alone if it is the same, and if there was none", async () => {
    assert.deepEqual(await after(other, async () => ({ ...other, options: [...other.options] })), []);
    assert.deepEqual(await after(undefined, async () => other), []);
  });

  it("is restored after a test that fails", async () => {
    let configured = plain;
    const restored: unknown[] = [];
    const result = keepConfiguration(
      async () => configured,
      async (earlier) => restored.push(earlier),
      async () => {
        configured = other as typeof plain;
        throw new Error("the build failed");
      },
    );
    await assert.rejects(result, /the build failed/);
    assert.deepEqual(restored, [plain]);
  });
});
