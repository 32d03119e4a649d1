import assert from "node:assert/strict";
import { HostError } from "./client/hostError.ts";
import { failuresText, forEachUnikernel, namesText, type OnHost } from "./severalUnikernels.ts";

const on = (host: string, label: string): OnHost => ({ host, name: { path: ["dev"], label } });
const all = [on("near", "a"), on("near", "b"), on("far", "c"), on("near", "d")];
const refused = new HostError({ kind: "refused", text: "not found" });

describe("Several unikernels", () => {
  it("are used one after the other on a host, and a slow host does not delay another one", async () => {
    const running = new Map<string, number>();
    const done: string[] = [];
    const last = Promise.withResolvers<void>();
    const failures = await forEachUnikernel(
      all,
      async ({ host, name }) => {
        running.set(host, (running.get(host) ?? 0) + 1);
        assert.equal(running.get(host), 1);
        await (host === "far" ? last.promise : Promise.resolve());
        running.set(host, 0);
        if (name.label === "b") throw refused;
      },
      new AbortController().signal,
      ({ name }) => {
        done.push(name.label);
        if (name.label === "d") last.resolve();
      },
    );
    assert.deepEqual(done, ["a", "b", "d", "c"]);
    assert.deepEqual(failures, [{ on: all[1], error: refused }]);
  });

  it("are left as they are after a cancellation", async () => {
    const abort = new AbortController();
    const used: string[] = [];
    const failures = await forEachUnikernel(
      all.filter(({ host }) => host === "near"),
      async ({ name }) => {
        used.push(name.label);
        await Promise.resolve();
        abort.abort();
        throw new Error("cancelled");
      },
      abort.signal,
      () => undefined,
    );
    assert.deepEqual([used, failures], [["a"], []]);
  });

  it("that failed are described in one message, and many names are not all listed", () => {
    const failures = ["a", "b", "c", "d", "e"].map((label) => ({ on: on("near", label), error: refused }));
    const failed = (label: string) => `dev:${label} on near: albatross refused: not found`;
    assert.equal(
      failuresText(failures, 9),
      `5 of 9 unikernels failed: ${failed("a")}; ${failed("b")}; ${failed("c")}; and 2 more`,
    );
    assert.equal(namesText(all.slice(0, 2)), "dev:a on near, dev:b on near");
    assert.match(namesText(Array.from({ length: 200 }, () => on("near", "a"))), /, and 190 more$/);
  });
});
