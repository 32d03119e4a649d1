import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { marked } from "../harness/processes.ts";
import {
  activate,
  addProject,
  assertDone,
  command,
  edit,
  ensureFetched,
  eventually,
  failure,
  path,
  removeAdded,
  runTask,
  taskFor,
  useTools,
  type Tools,
} from "./workspace.ts";

const stop = (id: string) => vscode.commands.executeCommand("mirageos.stop", { id });

/** A mirage that says in a file when it began and ended, and in between waits until it may go on. */
const waiting = (folder: string) => `
case "$1" in configure) ;; *) exec mirage "$@" ;; esac
here=$(basename "$PWD")
echo "begin $here $3" >> "${folder}/order"
for try in $(seq 600); do [ -e "${folder}/go" ] && break; sleep 0.05; done
mirage "$@"; code=$?
echo "end $here $3" >> "${folder}/order"
exit $code`;

describe("jobs", () => {
  let tools: Tools | undefined;
  before(activate);
  afterEach(async () => {
    await tools?.restore();
    tools = undefined;
    await removeAdded();
  });

  const useWaiting = async () => {
    const { folder, restore } = await useTools({});
    const made = await useTools({ mirage: waiting(folder) });
    tools = {
      ...made,
      folder,
      restore: async () => Promise.all([restore(), made.restore()]).then(() => undefined),
    };
    return {
      order: () =>
        existsSync(join(folder, "order"))
          ? readFileSync(join(folder, "order"), "utf8").trim().split("\n")
          : [],
      go: () => writeFile(join(folder, "go"), ""),
    };
  };

  it("of one unikernel run one after another, in the order they were asked for", async () => {
    const hello = await addProject("in-order");
    const { order, go } = await useWaiting();
    const first = runTask(await taskFor("configure", "in-order"));
    await eventually(order, (lines) => lines.length > 0);
    const others = [command("clean", hello), command("configure", hello)];
    assert.deepEqual(order(), ["begin in-order unix"], "the others wait");
    await go();
    assert.equal(await first, 0);
    for (const result of await Promise.all(others)) assertDone(result);
    assert.deepEqual(
      (await tools!.calls("mirage")).filter((line) => line !== "--version"),
      ["configure -t unix", "clean", "configure -t unix"],
    );
    assert.ok(existsSync(path("in-order/Makefile")), "the last one has the last word");
  });

  it("of two unikernels run side by side", async () => {
    const [one, two] = [await addProject("side-one"), await addProject("side-two")];
    const { order, go } = await useWaiting();
    const both = [command("configure", one), command("configure", two)];
    await eventually(order, (lines) => lines.filter((line) => line.startsWith("begin")).length === 2);
    await go();
    for (const result of await Promise.all(both)) assertDone(result);
  });

  it("that wait are given up by Stop, and start nothing", async () => {
    const hello = await addProject("given-up");
    const { order, go } = await useWaiting();
    const both = [command("configure", hello), command("build", hello)];
    await eventually(order, (lines) => lines.length > 0);
    await stop(hello);
    assert.deepEqual(await Promise.all(both), [{ kind: "cancelled" }, { kind: "cancelled" }]);
    await go();
    assert.deepEqual(order(), ["begin given-up unix"]);
  });

  it("end with their programs and all these started, deaf ones too, on Stop", async function () {
    if (process.platform !== "linux") return this.skip();
    const hello = await addProject("stopped");
    const mark = `MIRAGEOS_TEST_MARK=stop-${process.pid}`;
    tools = await useTools({
      mirage: `[ "$1" = configure ] && export MIRAGEOS_STANDIN_BEHAVIOUR=hang ${mark}\nmirage "$@"`,
    });
    const result = command("configure", hello);
    const alive = await eventually(
      () => marked(mark),
      (pids) => pids.length >= 2,
    );
    await stop(hello);
    assert.deepEqual(await result, { kind: "cancelled" });
    assert.ok(alive.length >= 2, "the program had a child");
    await eventually(
      () => marked(mark),
      (pids) => pids.length === 0,
    );
  });

  it("of a task end with it when it is terminated", async function () {
    if (process.platform !== "linux") return this.skip();
    await addProject("terminated");
    const mark = `MIRAGEOS_TEST_MARK=terminate-${process.pid}`;
    tools = await useTools({
      mirage: `[ "$1" = configure ] && export MIRAGEOS_STANDIN_BEHAVIOUR=hang ${mark}\nmirage "$@"`,
    });
    const execution = await vscode.tasks.executeTask(await taskFor("configure", "terminated"));
    await eventually(
      () => marked(mark),
      (pids) => pids.length >= 2,
    );
    execution.terminate();
    await eventually(
      () => marked(mark),
      (pids) => pids.length === 0,
    );
  });

  it("that run a unikernel do not keep its next build waiting, and end on Stop", async function () {
    this.timeout(180_000);
    const hello = await ensureFetched("hello");
    const source = path("hello/unikernel.ml");
    const before = readFileSync(source, "utf8");
    await edit(source, (text) => text.replace("greet 4", "greet 400"));
    assertDone(await command("build", hello));
    const run = command("run", hello);
    try {
      assertDone(await command("build", hello));
      await edit(source, () => before);
      const again = await command("build", hello);
      // Whether dune can replace an image that runs depends on its version.
      if (again.kind !== "done") assert.match(failure(again), /The unikernel still runs.*Stop it/);
    } finally {
      await edit(source, () => before);
      await stop(hello);
    }
    assert.deepEqual(await run, { kind: "cancelled" });
    assertDone(await command("build", hello));
  });
});

describe("a build", function () {
  this.timeout(180_000);
  let tools: Tools;
  let hello = "";

  before(async () => {
    await activate();
    hello = await ensureFetched("hello");
    assertDone(await command("build", hello));
    tools = await useTools({ mirage: 'exec mirage "$@"', make: 'exec make "$@"' });
  });
  after(() => tools.restore());
  afterEach(removeAdded);

  let seen = 0;
  const configures = async () => {
    const all = (await tools.calls("mirage")).filter((line) => line.startsWith("configure"));
    const fresh = all.slice(seen);
    seen = all.length;
    return fresh;
  };

  it("does not configure what is fresh", async () => {
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), []);
    assert.equal((await tools.calls("make")).at(-1), "build");
  });

  it("configures first when config.ml changed after configure", async () => {
    await edit(hello, (text) => text);
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), ["configure -t unix"]);
  });

  it("configures first when mirage describe has reset the dune file", async () => {
    await edit(path("hello/dune"), (text) => text.replace("(include dune.build)", "(include dune.config)"));
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), ["configure -t unix"]);
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), []);
  });

  it("asks mirage for nothing when only a source changed", async () => {
    await edit(path("hello/unikernel.ml"), (text) => `${text}\n`);
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), []);
    await edit(path("hello/unikernel.ml"), (text) => text.replace(/\n$/, ""));
  });

  it("configures what was never configured, before it fetches", async () => {
    const fresh = await addProject("never");
    assertDone(await command("fetch", fresh));
    assert.deepEqual(await configures(), ["configure -t unix"]);
    // Pull runs without make in a folder like this one, whose path has a space.
    assert.deepEqual((await tools.calls("make")).slice(-2), ["lock", "install-switch"]);
    assert.ok(existsSync(path("never/duniverse")));
  });
});
