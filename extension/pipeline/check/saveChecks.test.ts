import assert from "node:assert/strict";
import type { OutputProblem } from "../output/outputProblem.ts";
import { unconfigured } from "../../project/testStates.ts";
import { createSaveChecks, type CheckEnvironment } from "./saveChecks.ts";

const hello = {
  id: "/w/hello/config.ml",
  name: "hello",
  configFile: "/w/hello/config.ml",
  root: "/w/hello",
  buildDir: "/w/hello",
  workspaceFolder: "/w",
  state: unconfigured,
};
const source = "/w/hello/unikernel.ml";
const problemIn = (file: string): OutputProblem => ({
  file,
  range: { startLine: 0, startColumn: 0, endLine: 0, endColumn: 1 },
  severity: "error",
  message: "Unbound value x",
  related: [],
  source: "ocaml",
});

/** Checks whose programs end when the test says so. It records what is published. */
function testEnvironment(more: Partial<CheckEnvironment> = {}) {
  const published: string[] = [];
  const started: { readonly signal: AbortSignal; readonly end: (problems?: OutputProblem[]) => void }[] = [];
  const errors: unknown[] = [];
  const wait = (signal: AbortSignal) => {
    const ended = Promise.withResolvers<readonly OutputProblem[] | undefined>();
    started.push({ signal, end: ended.resolve });
    return ended.promise;
  };
  const checks = createSaveChecks(
    {
      checkConfig: (_, signal) => wait(signal),
      checkSources: async (_, signal) => {
        const problems = await wait(signal);
        return problems && { problems, texts: new Map([[source, "x"]]) };
      },
      checkSyntax: async () => undefined,
      isServed: () => false,
      runBetween: (_, work, signal) => work(signal),
      publisher: {
        begin: () => {},
        report: (_, origin, found) =>
          published.push(`${origin}: ${found.map(({ message }) => message).join(", ")}`),
        remove: () => {},
      },
      logError: (error) => errors.push(error),
      ...more,
    },
    0,
  );
  const startedAt = async (index: number) => {
    for (;;) {
      const check = started[index];
      if (check) return check;
      await new Promise(setImmediate);
    }
  };
  return { checks, published, started, errors, startedAt };
}

describe("Checks of saved files", () => {
  it("report the errors of config.ml, and remove them when it compiles", async () => {
    const { checks, published, startedAt } = testEnvironment();
    const first = checks.saved(hello, hello.configFile, "x");
    (await startedAt(0)).end([problemIn(hello.configFile)]);
    await first;
    const second = checks.saved(hello, hello.configFile, "y");
    (await startedAt(1)).end([]);
    await second;
    assert.deepEqual(published, ["checkConfig: Unbound value x", "checkConfig: "]);
  });

  it("report the errors of the modules beside it, of no others, and of none that a server checks", async () => {
    const { checks, published, started, startedAt } = testEnvironment({
      isServed: (file) => file.endsWith("served.ml"),
    });
    const check = checks.saved(hello, source, "x");
    (await startedAt(0)).end([problemIn(source)]);
    await check;
    assert.deepEqual(published, ["check: Unbound value x"]);
    for (const file of ["/w/hello/duniverse/fmt/fmt.ml", "/w/hello/mirage/main.ml", "/w/hello/served.ml"])
      await checks.saved(hello, file, "x");
    assert.equal(started.length, 1);
  });

  it("report the syntax errors of modules before a build is configured, until they are gone", async () => {
    const parsed: (readonly string[])[] = [];
    const broken = new Set([source, "/w/hello/other.ml"]);
    const { checks, published } = testEnvironment({
      checkSources: async () => undefined,
      checkSyntax: async (_, files) => {
        parsed.push(files);
        const problems = files.filter((file) => broken.has(file)).map(problemIn);
        return { problems, texts: new Map(files.map((file) => [file, "x"])) };
      },
    });
    await checks.saved(hello, source, "x");
    await checks.saved(hello, "/w/hello/other.ml", "x");
    broken.clear();
    await checks.saved(hello, source, "x");
    assert.deepEqual(
      parsed.map((files) => files.length),
      [1, 2, 2],
    );
    assert.deepEqual(published, [
      "check: Unbound value x",
      "check: Unbound value x, Unbound value x",
      "check: ",
    ]);
  });

  it("are cancelled by the next save of the same kind, and then report nothing", async () => {
    const { checks, published, startedAt } = testEnvironment();
    const first = checks.saved(hello, source, "x");
    const { signal, end } = await startedAt(0);
    const second = checks.saved(hello, source, "y");
    const config = checks.saved(hello, hello.configFile, "z");
    assert.ok(signal.aborted);
    end([problemIn(source)]);
    await first;
    assert.deepEqual(published, []);
    const [later, another] = [await startedAt(1), await startedAt(2)];
    later.end([]);
    another.end([]);
    await Promise.all([second, config]);
    assert.deepEqual(new Set(published), new Set(["check: ", "checkConfig: "]));
  });

  it("keep what is reported if they have no result or fail", async () => {
    const failing = testEnvironment({ checkSources: () => Promise.reject(new Error("no tool")) });
    await failing.checks.saved(hello, source, "x");
    assert.equal(failing.errors.length, 1);
    const { checks, published, startedAt } = testEnvironment();
    const check = checks.saved(hello, source, "x");
    (await startedAt(0)).end(undefined);
    await check;
    assert.deepEqual([...published, ...failing.published], []);
  });
});
