import assert from "node:assert/strict";
import type { Run } from "../../extension/platform/process.ts";
import { chooseServer, type ServerProgram } from "./chooseServer.ts";
import { createServerCache } from "./serverCache.ts";
import { queryServerVersion } from "./serverVersion.ts";

const late: ServerProgram = { kind: "late", seconds: 10 };
const tooOld: ServerProgram = { kind: "found", file: "/switch/bin/ocamllsp", version: "1.8.3" };
const project = { id: "/ws/config.ml" };

/** Whether our own server would be started. */
const starts = (program: ServerProgram): boolean =>
  chooseServer({ platformEnabled: false, setting: "auto", trusted: true, program }).kind === "own";

describe("a language server that reports its version late", () => {
  const command = { file: "/switch/bin/ocamllsp", args: ["--version"], env: {}, cwd: "/ws" };
  const hanging =
    (before: string): Run =>
    (_, hooks) => {
      hooks?.onStdout?.(Buffer.from(before));
      return new Promise((resolve) => {
        hooks?.signal?.addEventListener("abort", () => resolve({ kind: "cancelled" }), { once: true });
      });
    };

  it("is distinguished from one whose version can't be read", async () => {
    const limits = { timeoutMs: 1 };
    assert.deepEqual(await queryServerVersion(hanging(""), command, limits), { kind: "late" });
    const partial = await queryServerVersion(hanging("1.8.3\n"), command, limits);
    assert.deepEqual(partial, { kind: "answered", version: "1.8.3" });
    const odd: Run = async () => ({ kind: "exited", code: 0 });
    const unknown = await queryServerVersion(odd, command, limits);
    assert.deepEqual(unknown, { kind: "answered", version: undefined });
  });

  it("is not taken for a new one if its version could not be requested", async () => {
    const busy: Run = async () => ({ kind: "notFound", reason: "ETXTBSY" });
    const answer = await queryServerVersion(busy, command, { timeoutMs: 1 });
    assert.deepEqual(answer, { kind: "failed", reason: "ETXTBSY" });
    assert.ok(!starts({ kind: "missing", reason: "ocamllsp could not be started: ETXTBSY" }));
  });

  it("is not started before its version is known, nor then if it is too old", async () => {
    const limits: number[] = [];
    const second = Promise.withResolvers<ServerProgram>();
    const answered = Promise.withResolvers<void>();
    const programs = createServerCache(
      (_: typeof project, limitMs) => {
        limits.push(limitMs);
        return limits.length === 1 ? Promise.resolve(late) : second.promise;
      },
      answered.resolve,
      [10, 30],
    );
    assert.ok(!starts(await programs.of(project)));
    assert.ok(!starts(await programs.of(project)), "the second answer is not awaited");
    second.resolve(tooOld);
    await answered.promise;
    assert.deepEqual(await programs.of(project), tooOld);
    assert.ok(!starts(await programs.of(project)));
    assert.deepEqual(limits, [10, 30]);
  });

  it("is started as soon as its version is known to be new enough", async () => {
    const good: ServerProgram = { ...tooOld, version: "1.26.0" };
    const found = [late, late, good];
    const all = Promise.withResolvers<void>();
    let answers = 0;
    const programs = createServerCache(
      () => Promise.resolve(found.shift() ?? late),
      () => ++answers === 2 && all.resolve(),
      [1, 2, 3],
    );
    assert.ok(!starts(await programs.of(project)));
    await all.promise;
    assert.ok(starts(await programs.of(project)));
  });

  it("is queried again after the cache was cleared, and a late answer is ignored", async () => {
    const second = Promise.withResolvers<ServerProgram>();
    const found = [Promise.resolve(late), second.promise, Promise.resolve(tooOld)];
    const programs = createServerCache(
      () => found.shift() ?? Promise.resolve(late),
      () => assert.fail("an answer from before the cache was cleared"),
      [1, 2],
    );
    await programs.of(project);
    programs.clear();
    second.resolve({ ...tooOld, version: "1.26.0" });
    await second.promise;
    assert.deepEqual(await programs.of(project), tooOld);
    programs.dispose();
  });
});

describe("a language server that could not be looked for", () => {
  it("is looked for again by the next request", async () => {
    let calls = 0;
    const programs = createServerCache<typeof project>(
      async () => {
        calls++;
        if (calls === 1) throw new Error("EAGAIN");
        return tooOld;
      },
      () => undefined,
    );
    await assert.rejects(programs.of(project), /EAGAIN/);
    assert.deepEqual(await programs.of(project), tooOld);
  });
});
