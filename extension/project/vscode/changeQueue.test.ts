import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { Unikernel } from "../model.ts";
import { createChangeQueue, type NeededReads } from "./changeQueue.ts";

const unikernel = (configFile: string, root = dirname(configFile)): Unikernel => ({
  id: configFile,
  name: "hello",
  configFile,
  root,
  buildDir: dirname(configFile),
  workspaceFolder: "/w",
});

/** A queue, and the updates that it has caused. `next` resolves with the next one. */
function queueOf(...unikernels: readonly Unikernel[]) {
  const found = new Map(unikernels.map((each) => [each.id, each]));
  const updates: NeededReads[] = [];
  let notify: () => void = () => undefined;
  let search: Promise<void> = Promise.resolve();
  const queue = createChangeQueue({
    found,
    searchEnded: () => search,
    update: async (needed) => {
      updates.push(needed);
      notify();
    },
    onError: (error) => assert.fail(String(error)),
    delayMs: 1,
  });
  const next = () => new Promise<void>((resolve) => (notify = resolve)).then(() => updates.at(-1));
  /** Starts a search, and returns the function that ends it. */
  const startSearch = () => {
    let end: () => void = () => undefined;
    search = new Promise((resolve) => (end = resolve));
    return (...all: readonly Unikernel[]) => {
      for (const each of all) found.set(each.id, each);
      end();
    };
  };
  return { queue, found, updates, next, startSearch };
}

describe("Changes of files", () => {
  it("during the search belong to the unikernels that it finds", async () => {
    const { queue, next, startSearch } = queueOf();
    const end = startSearch();
    // The search has read config.ml and not yet returned.
    queue.changed("/w/a/Makefile");
    queue.changed("/w/a/mirage/cart.ml");
    await new Promise((resolve) => setTimeout(resolve, 5));
    const needed = next();
    end(unikernel("/w/a/mirage/config.ml", "/w/a"));
    assert.deepEqual(await needed, {
      search: false,
      configs: new Set(["/w/a/mirage/config.ml"]),
      states: new Set(["/w/a/mirage/config.ml"]),
    });
  });

  it("cause a search if a folder is deleted while a search finds a unikernel in it", async () => {
    const { queue, next, startSearch } = queueOf();
    const end = startSearch();
    queue.deleted("/w/a");
    const needed = next();
    end(unikernel("/w/a/mirage/config.ml"));
    assert.equal((await needed)?.search, true);
  });

  it("cause a search for a new config.ml, and not for a known one", async () => {
    const { queue, next } = queueOf(unikernel("/w/a/config.ml"));
    queue.changed("/w/a/config.ml");
    assert.equal((await next())?.search, false);
    queue.changed("/w/b/config.ml");
    assert.equal((await next())?.search, true);
  });

  it("cause nothing outside all unikernels, and one update together", async () => {
    const { queue, updates, next } = queueOf(unikernel("/w/a/config.ml"));
    queue.changed("/w/ab/cart.ml");
    queue.deleted("/w/ab");
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(updates, []);
    for (const name of ["cart.ml", "shop.ml"]) queue.changed(`/w/a/${name}`);
    assert.deepEqual((await next())?.states, new Set(["/w/a/config.ml"]));
    assert.equal(updates.length, 1);
  });

  it("are postponed while a unikernel is held, until it is released", async () => {
    const { queue, updates, next } = queueOf(unikernel("/w/a/config.ml"));
    queue.postpone("/w/a/config.ml");
    queue.resume(["/w/b/config.ml"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(updates, []);
    queue.resume(["/w/a/config.ml"]);
    assert.deepEqual((await next())?.states, new Set(["/w/a/config.ml"]));
  });
});
