import assert from "node:assert/strict";
import type { Run } from "../extension/platform/process.ts";
import { selectServer, type ServerProgram } from "./select.ts";
import { createServerPrograms } from "./serverPrograms.ts";
import { askServerVersion } from "./serverVersion.ts";

const late: ServerProgram = { kind: "late", seconds: 10 };
const tooOld: ServerProgram = { kind: "found", file: "/switch/bin/ocamllsp", version: "1.8.3" };
const project = { id: "/ws/config.ml" };

/** Whether an own server would be started. */
const starts = (program: ServerProgram): boolean =>
  selectServer({ platformEnabled: false, setting: "auto", trusted: true, program }).kind === "own";

describe("the version of a language server that answers late", () => {
  const command = { file: "/switch/bin/ocamllsp", args: ["--version"], env: {}, cwd: "/ws" };
  const hanging =
    (before: string): Run =>
    (_, hooks) => {
      hooks?.onStdout?.(Buffer.from(before));
      return new Promise((resolve) => {
        hooks?.signal?.addEventListener("abort", () => resolve({ kind: "cancelled" }), { once: true });
      });
    };

  it("is late, and not a version that cannot be read", async () => {
    assert.equal(await askServerVersion(hanging(""), command, { timeoutMs: 1 }), "late");
    const told = await askServerVersion(hanging("1.8.3\n"), command, { timeoutMs: 1 });
    assert.deepEqual(told, { version: "1.8.3" });
    const odd: Run = async () => ({ kind: "exited", code: 0 });
    assert.deepEqual(await askServerVersion(odd, command, { timeoutMs: 1000 }), { version: undefined });
  });

  it("starts no server before it is known, and none that is too old then", async () => {
    const limits: number[] = [];
    const second = Promise.withResolvers<ServerProgram>();
    const answered = Promise.withResolvers<void>();
    const programs = createServerPrograms(
      (_: typeof project, limitMs) => {
        limits.push(limitMs);
        return limits.length === 1 ? Promise.resolve(late) : second.promise;
      },
      answered.resolve,
      [10, 30],
    );
    assert.ok(!starts(await programs.of(project)));
    assert.ok(!starts(await programs.of(project)), "nobody waits for the second answer");
    second.resolve(tooOld);
    await answered.promise;
    assert.deepEqual(await programs.of(project), tooOld);
    assert.ok(!starts(await programs.of(project)));
    assert.deepEqual(limits, [10, 30]);
  });

  it("starts the server as soon as its version is known to be new enough", async () => {
    const good: ServerProgram = { ...tooOld, version: "1.26.0" };
    const found = [late, late, good];
    const all = Promise.withResolvers<void>();
    let answers = 0;
    const programs = createServerPrograms(
      () => Promise.resolve(found.shift() ?? late),
      () => ++answers === 2 && all.resolve(),
      [1, 2, 3],
    );
    assert.ok(!starts(await programs.of(project)));
    await all.promise;
    assert.ok(starts(await programs.of(project)));
  });

  it("is asked from the start once all is cleared, and what comes after that does not count", async () => {
    const second = Promise.withResolvers<ServerProgram>();
    const found = [Promise.resolve(late), second.promise, Promise.resolve(tooOld)];
    const programs = createServerPrograms(
      () => found.shift() ?? Promise.resolve(late),
      () => assert.fail("an answer to a question that was cleared"),
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
