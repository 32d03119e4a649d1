import assert from "node:assert/strict";
import type { Run } from "../../platform/process.ts";
import { createTenderVersions } from "./tenderVersions.ts";

const command = { file: "/switch/bin/solo5-hvt", args: ["--version"], env: {}, cwd: "/ws" };

describe("the ABI version of a tender", () => {
  it("is read again after a timeout, and then cached", async () => {
    let calls = 0;
    const run: Run = (_, hooks) => {
      calls++;
      if (calls > 1) {
        hooks?.onStderr?.(Buffer.from("solo5-hvt v0.12.1\nABI version 2\n"));
        return Promise.resolve({ kind: "exited", code: 0 });
      }
      return new Promise((resolve) => {
        hooks?.signal?.addEventListener("abort", () => resolve({ kind: "cancelled" }), { once: true });
      });
    };
    const version = createTenderVersions(1);
    assert.equal(await version(run, command), undefined);
    assert.equal(await version(run, command), 2);
    assert.equal(await version(run, command), 2);
    assert.equal(calls, 2);
  });

  it("is read once from a tender that does not print it", async () => {
    let calls = 0;
    const version = createTenderVersions();
    const run: Run = async () => {
      calls++;
      return { kind: "exited", code: 1 };
    };
    assert.equal(await version(run, command), undefined);
    assert.equal(await version(run, command), undefined);
    assert.equal(calls, 1);
  });
});
