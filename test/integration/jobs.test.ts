import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
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
  invokeTool,
  path,
  removeAdded,
  runTask,
  taskFor,
  useTools,
  type Tools,
} from "./workspace.ts";

const stop = (id: string) => vscode.commands.executeCommand("mirageos.stop", { id });

/**
 * Returns a script for mirage that writes its start and end to a file, and waits in between for the file
 * `go`.
 */
const waitingMirage = (folder: string) => `
case "$1" in configure) ;; *) exec mirage "$@" ;; esac
here=$(basename "$PWD")
echo "begin $here $3" >> "${folder}/order"
for try in $(seq 20000); do [ -e "${folder}/go" ] && break; sleep 0.05; done
mirage "$@"; code=$?
echo "end $here $3" >> "${folder}/order"
exit $code`;

describe("Jobs", () => {
  let tools: Tools | undefined;
  before(activate);
  afterEach(async () => {
    await tools?.restore();
    tools = undefined;
    await removeAdded();
  });

  const useWaitingMirage = async () => {
    const { folder, restore } = await useTools({});
    const replaced = await useTools({ mirage: waitingMirage(folder) });
    tools = {
      ...replaced,
      folder,
      restore: async () => Promise.all([restore(), replaced.restore()]).then(() => undefined),
    };
    return {
      order: () =>
        existsSync(join(folder, "order"))
          ? readFileSync(join(folder, "order"), "utf8").trim().split("\n")
          : [],
      go: () => writeFile(join(folder, "go"), ""),
    };
  };

  it("for one unikernel run one after another, in the order of the requests", async () => {
    const hello = await addProject("in-order");
    const { order, go } = await useWaitingMirage();
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
    assert.ok(existsSync(path("in-order/Makefile")), "the last configure ran last");
  });

  it("for two unikernels run in parallel", async () => {
    const [one, two] = [await addProject("side-one"), await addProject("side-two")];
    const { order, go } = await useWaitingMirage();
    const both = [command("configure", one), command("configure", two)];
    await eventually(order, (lines) => lines.filter((line) => line.startsWith("begin")).length === 2);
    await go();
    for (const result of await Promise.all(both)) assertDone(result);
  });

  it("that are queued are cancelled by Stop and start nothing", async () => {
    const hello = await addProject("queued");
    const { order, go } = await useWaitingMirage();
    const both = [command("configure", hello), command("build", hello)];
    await eventually(order, (lines) => lines.length > 0);
    await stop(hello);
    assert.deepEqual(await Promise.all(both), [{ kind: "cancelled" }, { kind: "cancelled" }]);
    await go();
    assert.deepEqual(order(), ["begin queued unix"]);
  });

  it("end all their processes on Stop, including those that ignore signals", async function () {
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

  it("that belong to a task end when the task is terminated", async function () {
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

  it("that run a unikernel do not block its next build, and end on Stop", async function () {
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
      // Whether dune can replace the image of a running unikernel depends on its version.
      if (again.kind !== "done") assert.match(failure(again), /while the unikernel is running.*Stop it/);
    } finally {
      await edit(source, () => before);
      await stop(hello);
    }
    assert.deepEqual(await run, { kind: "cancelled" });
    assertDone(await command("build", hello));
  });
});

describe("A build", function () {
  let tools: Tools;
  let hello = "";

  before(async () => {
    await activate();
    hello = await ensureFetched("hello");
    assertDone(await command("build", hello));
    tools = await useTools({ mirage: 'exec mirage "$@"', make: 'exec make "$@"' });
  });
  beforeEach(() => tools.ensure());
  after(() => tools.restore());
  afterEach(removeAdded);

  let configureCount = 0;
  const configures = async () => {
    const all = (await tools.calls("mirage")).filter((line) => line.startsWith("configure"));
    const newCalls = all.slice(configureCount);
    configureCount = all.length;
    return newCalls;
  };

  it("does not configure if the configuration is up to date", async () => {
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), []);
    assert.equal((await tools.calls("make")).at(-1), "build");
  });

  it("configures first if config.ml changed after configure", async () => {
    await edit(hello, (text) => text);
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), ["configure -t unix"]);
  });

  it("configures first if mirage describe has reset the dune file", async () => {
    await edit(path("hello/dune"), (text) => text.replace("(include dune.build)", "(include dune.config)"));
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), ["configure -t unix"]);
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), []);
  });

  it("does not run mirage if only a source changed", async () => {
    await edit(path("hello/unikernel.ml"), (text) => `${text}\n`);
    assertDone(await command("build", hello));
    assert.deepEqual(await configures(), []);
    await edit(path("hello/unikernel.ml"), (text) => text.replace(/\n$/, ""));
  });

  it("by another program, such as another window, is shown when it ends", async () => {
    const state = async () => {
      const listed = await invokeTool("mirageos_unikernels", {});
      return /- Folder: hello\n[^#]*?- State: (.*)/.exec(listed)?.[1] ?? listed;
    };
    const source = path("hello/unikernel.ml");
    await edit(source, (text) => text.replace("greet 4", "greet 5"));
    await eventually(state, (text) => text === "stale");
    await promisify(execFile)("make", ["build"], { cwd: path("hello") });
    await eventually(state, (text) => text === "built");
    await edit(source, (text) => text.replace("greet 5", "greet 4"));
  });

  it("configures a new unikernel before it fetches dependencies", async () => {
    const newCalls = await addProject("never");
    assertDone(await command("fetch", newCalls));
    assert.deepEqual(await configures(), ["configure -t unix"]);
    // In a folder whose path has a space, like this one, the pull runs without make.
    assert.deepEqual((await tools.calls("make")).slice(-2), ["lock", "install-switch"]);
    assert.ok(existsSync(path("never/duniverse")));
  });
});
