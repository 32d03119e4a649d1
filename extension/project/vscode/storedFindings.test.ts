import assert from "node:assert/strict";
import type { Project } from "./projects.ts";
import { storeFindings } from "./storedFindings.ts";

const state = { configured: undefined, lockFile: undefined, pulled: false, image: undefined, stale: [] };
const project = (changed: Partial<Project>): Project =>
  ({ id: "/p/config.ml", name: "p", state, ...changed }) as Partial<Project> as Project;

describe("What was found in the files of a unikernel", () => {
  it("is read again when its state or config.ml has changed, and not for other changes", async () => {
    let reads = 0;
    const { of, forget } = storeFindings(() => Promise.resolve(++reads));
    assert.deepEqual(
      await Promise.all([of(project({})), of(project({ target: "spt" })), of(project({ name: "q" }))]),
      [1, 1, 1],
    );
    assert.equal(await of(project({ state: { ...state, pulled: true } })), 2);
    assert.equal(await of(project({ id: "/q/config.ml" })), 3);
    forget("/q/config.ml");
    assert.equal(await of(project({ id: "/q/config.ml" })), 4);
  });
});
