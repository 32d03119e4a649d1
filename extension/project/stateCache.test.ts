import assert from "node:assert/strict";
import type { ProjectState, Unikernel } from "./model.ts";
import { createStateCache } from "./stateCache.ts";
import { unconfigured } from "./testStates.ts";

const hello: Unikernel = {
  id: "/p/config.ml",
  name: "hello",
  configFile: "/p/config.ml",
  root: "/p",
  buildDir: "/p",
  workspaceFolder: "/p",
};
const fetched: ProjectState = { ...unconfigured, pulled: true };

/** A cache whose reads end when the test ends them, in any order. */
function slowCache() {
  const reads: PromiseWithResolvers<ProjectState>[] = [];
  const errors: unknown[] = [];
  const cache = createStateCache(
    () => {
      const read = Promise.withResolvers<ProjectState>();
      reads.push(read);
      return read.promise;
    },
    (_, error) => errors.push(error),
  );
  return { cache, reads, errors };
}

describe("createStateCache", () => {
  it("keeps the state of the newest read if an older read ends after it", async () => {
    const { cache, reads } = slowCache();
    const [older, newer] = [cache.refresh(hello), cache.refresh(hello)];
    reads[1]?.resolve(fetched);
    await newer;
    reads[0]?.resolve(unconfigured);
    await older;
    assert.equal(cache.get(hello.id), fetched);
  });

  it("shows the state of an older read until the newer one ends", async () => {
    const { cache, reads } = slowCache();
    const [older, newer] = [cache.refresh(hello), cache.refresh(hello)];
    reads[0]?.resolve(unconfigured);
    await older;
    assert.equal(cache.get(hello.id), unconfigured);
    reads[1]?.resolve(fetched);
    await newer;
    assert.equal(cache.get(hello.id), fetched);
  });

  it("has no state after a read that failed, unless a newer read succeeded", async () => {
    const { cache, reads, errors } = slowCache();
    const [older, newer] = [cache.refresh(hello), cache.refresh(hello)];
    reads[1]?.resolve(fetched);
    await newer;
    reads[0]?.reject(new Error("gone"));
    await older;
    assert.equal(cache.get(hello.id), fetched);
    const last = cache.refresh(hello);
    reads[2]?.reject(new Error("gone"));
    await last;
    assert.equal(cache.get(hello.id), undefined);
    assert.equal(errors.length, 2);
  });

  it("discards the reads of a unikernel that was removed meanwhile", async () => {
    const { cache, reads } = slowCache();
    const reading = cache.refresh(hello);
    cache.remove(hello.id);
    reads[0]?.resolve(fetched);
    await reading;
    assert.equal(cache.get(hello.id), undefined);
  });
});
