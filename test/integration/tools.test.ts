import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { removeFolder } from "../harness/temporaryFolder.ts";
import { cpuMs } from "../harness/cpuTime.ts";
import {
  activate,
  addProject,
  assertDone,
  command,
  diagnostics,
  ensureFetched,
  eventually,
  failure,
  path,
  removeAdded,
  setting,
  taskFor,
  useTools,
  type Tools,
} from "./workspace.ts";

/** Returns the folder of the recordings in the source tree, from which the extension is loaded. */
function recordings(): string {
  const extension = vscode.extensions.getExtension("mirageos.mirageos");
  assert.ok(extension);
  return join(extension.extensionPath, "test-workspace", "recordings");
}

describe("If a tool is missing, old or broken:", () => {
  let tools: Tools | undefined;
  before(activate);
  afterEach(async () => {
    await tools?.restore();
    tools = undefined;
    await setting("toolPaths", undefined);
    await setting("switch", undefined);
    await removeAdded();
  });

  it("without mirage, configure reports that it was not found and offers Check Setup", async () => {
    await setting("toolPaths", { mirage: path("nowhere", "mirage") });
    const result = await command("configure", await addProject("no-mirage"));
    assert.match(failure(result), /^mirage was not found\. Install it/);
    assert.ok(result.kind === "failed");
    assert.deepEqual(
      result.problem.actions.map(({ title }) => title),
      ["Check Setup"],
    );
    assert.ok(!existsSync(path("no-mirage", "Makefile")));
  });

  it("with a path that is not a program, configure reports the path", async () => {
    const file = await addProject("not-a-program");
    await setting("toolPaths", { mirage: file });
    assert.match(failure(await command("configure", file)), /mirage was not found|Could not start mirage/);
  });

  it("with an unknown switch, configure reports that its environment can't be read and offers to select another", async () => {
    await setting("switch", "no-such-switch");
    const result = await command("configure", await addProject("no-switch"));
    assert.match(failure(result), /no-such-switch/);
    assert.ok(result.kind === "failed");
    assert.ok(result.problem.actions.some(({ title }) => title === "Select Switch"));
  });

  it("with a mirage that is too old, configure reports the required version and offers to install it", async () => {
    tools = await useTools({ mirage: 'MIRAGEOS_STANDIN_VERSION=4.9.0 exec mirage "$@"' });
    const result = await command("configure", await addProject("old-mirage"));
    assert.match(failure(result), /requires mirage >= 4\.11\.0/);
    assert.ok(result.kind === "failed" && result.hint?.action.kind === "command");
    assert.equal(result.hint.action.commandLine, "opam install 'mirage>=4.11.0'");
  });

  it("with a dune lock that another process holds, the build reports the lock, and the process if dune names it", async function () {
    const hello = await ensureFetched("hello");
    const locks = join(recordings(), "mirage-4.11.1", "locks");
    tools = await useTools({ make: 'cat "$0.stderr" >&2; exit 2' });
    const printed = join(tools.folder, "make.stderr");
    await cp(join(locks, "second-build.stderr"), printed);
    assert.match(
      failure(await command("build", hello)),
      /^Another dune uses _build.*Wait until it ends or stop it, then try again/,
    );
    await cp(join(locks, "clean-while-watch.stderr"), printed);
    assert.match(failure(await command("build", hello)), /^Another dune \(process 3601\) uses _build/);
  });

  it("after a failed lock, the cause is reported instead of the last line", async () => {
    const file = await addProject("locked-out");
    tools = await useTools({ make: 'MIRAGEOS_STANDIN_LOCK=$(cat "$0.lock") exec make "$@"' });
    const modeFile = join(tools.folder, "make.lock");
    const lock = async (mode: string) => {
      await writeFile(modeFile, mode);
      return failure(await command("lock", file));
    };
    assert.match(await lock("no-network"), /Could not reach github\.com/);
    assert.match(await lock("unsatisfiable"), /No versions of the dependencies are compatible/);
    assert.match(await lock("unknown-package"), /No opam repository of this switch has/);
  });
});

describe("If mirage misbehaves:", () => {
  let tools: Tools;
  /** Sets what the replacement for mirage does before each configure. */
  const beforeConfigure = (script: string) => writeFile(join(tools.folder, "mirage.script"), `${script}\n`);

  before(async () => {
    await activate();
    tools = await useTools({ mirage: '[ "$1" = configure ] && . "$0.script"\nexec mirage "$@"' });
    await beforeConfigure("");
  });
  beforeEach(() => tools.ensure());
  after(() => tools.restore());
  afterEach(removeAdded);

  it("after a crash by a signal, configure reports the signal", async () => {
    await beforeConfigure("export MIRAGEOS_STANDIN_BEHAVIOUR=sigsegv");
    const result = await command("configure", await addProject("crashing"));
    assert.match(failure(result), /^The configure step failed: mirage was terminated by SIGSEGV/);
  });

  it("with garbage and text that is not UTF-8 in the output, configure succeeds", async () => {
    await beforeConfigure("export MIRAGEOS_STANDIN_BEHAVIOUR=garbage");
    const file = await addProject("garbage");
    assertDone(await command("configure", file));
    assert.ok(existsSync(path("garbage", "Makefile")));
    assert.deepEqual(vscode.languages.getDiagnostics(vscode.Uri.file(file)), []);
  });

  it("with garbage before an error, configure reports the error", async () => {
    await beforeConfigure("printf '\\377\\000\\303(\\n\\033[9;\\n\\200\\n' >&2");
    const file = await addProject("garbage-error", "broken/type-error");
    assert.match(failure(await command("configure", file)), /int/);
    const [problem] = await diagnostics(file, (all) => all.length > 0);
    assert.equal(problem?.range.start.line, 4);
  });

  it("with very long output, configure succeeds and VS Code stays responsive", async function () {
    await beforeConfigure("export MIRAGEOS_STANDIN_BEHAVIOUR=flood");
    const file = await addProject("flooded");
    let longest = 0;
    let last = cpuMs();
    const pulse = setInterval(() => {
      const now = cpuMs();
      longest = Math.max(longest, now - last);
      last = now;
    }, 20);
    const result = await command("configure", file);
    clearInterval(pulse);
    assertDone(result);
    console.log(`      longest task of the extension host: ${Math.round(longest)} ms of CPU time`);
    assert.ok(longest < 1000, `the extension host was blocked for ${Math.round(longest)} ms of CPU time`);
  });

  it("with a line of 20 MB in the output, configure succeeds", async () => {
    await beforeConfigure("head -c 20000000 /dev/zero | tr '\\0' x");
    assertDone(await command("configure", await addProject("endless")));
  });

  it("with exit code 0 but no result, configure fails", async () => {
    await beforeConfigure("exit 0");
    assert.match(failure(await command("configure", await addProject("idle"))), /configured nothing/);
  });
});

describe("A config.ml", () => {
  before(activate);
  afterEach(removeAdded);

  it("is a unikernel only if it calls register", async () => {
    const source = path("broken", "no-register");
    const file = path("without", "config.ml");
    await cp(source, path("without"), { recursive: true });
    await vscode.commands.executeCommand("mirageos.refresh");
    const offered = async () =>
      (await vscode.tasks.fetchTasks({ type: "mirage" })).some(
        ({ definition }) => definition["unikernel"] === "without",
      );
    assert.equal(await offered(), false);
    await cp(path("hello", "config.ml"), file);
    await eventually(offered, Boolean);
    await removeFolder(path("without"));
    await eventually(offered, (there) => !there);
  });

  it("with two calls of register has the name of the last one and builds it", async function () {
    const file = await addProject("twice", "broken/two-registers");
    assertDone(await command("fetch", file));
    assert.match(await readFile(path("twice", "Makefile"), "utf8"), /^UNIKERNEL_NAME = second-unix$/m);
    assertDone(await command("build", file));
    assert.ok(existsSync(path("twice", "dist", "second")));
    assert.equal((await taskFor("run", "twice")).name, "run second (twice)");
  });

  it("that is deleted while a job runs makes the job fail, and its unikernel is removed", async () => {
    const file = await addProject("vanishing");
    const tools = await useTools({
      mirage: `[ "$1" = configure ] && rm -f config.ml && sleep 1\nexec mirage "$@"`,
    });
    const result = await command("build", file);
    assert.match(failure(result), /config\.ml of .*no longer exists/);
    await tools.restore();
    const offered = await vscode.tasks.fetchTasks({ type: "mirage" });
    assert.ok(!offered.some(({ definition }) => definition["unikernel"] === "vanishing"));
  });

  it("whose folder is moved while a job runs makes the job fail with a message", async () => {
    const file = await addProject("moving");
    const tools = await useTools({
      mirage: `[ "$1" = configure ] && mv ../moving ../moved\nexec mirage "$@"`,
    });
    const result = await command("configure", file);
    assert.match(failure(result), /no longer exists/);
    await tools.restore();
    if (existsSync(path("moved"))) await rename(path("moved"), path("moving"));
  });
});
