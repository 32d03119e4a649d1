import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { goals } from "../../extension/pipeline/goals.ts";
import {
  activate,
  edit,
  ensureFetched,
  eventually,
  mirageTasks,
  path,
  runTask,
  taskFor,
  waitForEvent,
} from "./workspace.ts";

describe("Tasks", () => {
  before(activate);

  it("exist for every goal of every unikernel", async () => {
    const all = await mirageTasks();
    const folders = new Set(all.map(({ definition }) => String(definition["unikernel"])));
    assert.ok(folders.has("hello") && folders.has("several/nested/mirage"));
    for (const folder of folders) {
      const offered = all.filter(({ definition }) => definition["unikernel"] === folder);
      assert.deepEqual(
        offered.map(({ definition }) => String(definition["goal"])).toSorted(),
        [...goals].toSorted(),
        folder,
      );
    }
    const build = await taskFor("build", "hello");
    assert.equal(
      build.name,
      "build hello (hello)",
      "the title has the folder, since other samples are also named hello",
    );
    assert.equal(build.group?.id, vscode.TaskGroup.Build.id);
    assert.equal((await taskFor("clean", "hello")).group?.id, vscode.TaskGroup.Clean.id);
  });

  it("configure, fetch, build and run a unikernel, and end with its exit code", async function () {
    assert.equal(await runTask(await taskFor("configure", "hello")), 0);
    assert.ok(existsSync(path("hello/Makefile")), "configure has written the Makefile");
    assert.equal(await runTask(await taskFor("fetch", "hello")), 0);
    assert.ok(existsSync(path("hello/duniverse")), "fetch has filled duniverse");
    assert.equal(await runTask(await taskFor("build", "hello")), 0);
    assert.ok(existsSync(path("hello/dist/hello")), "build has made the image");
    assert.equal(await runTask(await taskFor("run", "hello")), 0);
  });

  it("build and run an edited unikernel, and end with its exit code", async function () {
    await ensureFetched("hello");
    const source = path("hello/unikernel.ml");
    await edit(source, (text) => `${text}\nlet start () = if true then exit 3 else start ()\n`);
    assert.equal(await runTask(await taskFor("build-and-run", "hello")), 3);
    await edit(source, (text) => text.replace("exit 3", 'failwith "no"'));
    assert.equal(await runTask(await taskFor("run", "hello")), 3, "run boots the existing image");
    assert.equal(await runTask(await taskFor("build-and-run", "hello")), 2);
    await edit(source, (text) => text.replace(/\nlet start \(\) = if true[^\n]*\n/, ""));
  });

  it("end with exit code 1 if a step fails", async () => {
    assert.equal(await runTask(await taskFor("configure", "broken/syntax-error")), 1);
    assert.equal(await runTask(await taskFor("configure", "broken/too-new")), 1);
  });

  it("configure a unikernel in a folder with spaces and letters outside ASCII", async () => {
    assert.equal(await runTask(await taskFor("configure", "café ünïcode/hello world")), 0);
    assert.ok(existsSync(path("café ünïcode/hello world/Makefile")));
  });

  it("configure mirage/config.ml from the parent folder", async () => {
    assert.equal(await runTask(await taskFor("configure", "several/nested/mirage")), 0);
    assert.ok(existsSync(path("several/nested/Makefile")));
    assert.ok(!existsSync(path("several/nested/mirage/Makefile")));
  });

  it("remove generated files with clean", async () => {
    assert.equal(await runTask(await taskFor("configure", "hello-key")), 0);
    assert.ok(existsSync(path("hello-key/Makefile")));
    assert.equal(await runTask(await taskFor("clean", "hello-key")), 0);
    assert.ok(!existsSync(path("hello-key/Makefile")));
  });
});

describe("Tasks in tasks.json", () => {
  const tasks = [
    { type: "mirage", goal: "configure", unikernel: "several/echo", target: "hvt", label: "echo for hvt" },
    { type: "mirage", goal: "configure", unikernel: "greeter", label: "greeter by name" },
    {
      type: "mirage",
      goal: "clean",
      unikernel: "several/echo/",
      label: "echo cleaned",
      dependsOn: "echo for hvt",
    },
    {
      type: "mirage",
      goal: "configure",
      unikernel: "${input:which}",
      label: "ticker by input",
    },
    {
      type: "mirage",
      goal: "configure",
      unikernel: "network",
      options: ["--net=host"],
      label: "network with options",
    },
    {
      type: "mirage",
      goal: "configure",
      unikernel: "several/ticker",
      options: ["--no-such-option"],
      label: "invalid option",
    },
    { type: "mirage", goal: "configure", unikernel: "no/such", label: "no unikernel" },
    { type: "mirage", goal: "configure", unikernel: "hello", target: "vax", label: "no target" },
    {
      type: "mirage",
      goal: "clean",
      unikernel: "several/ticker",
      label: "after a failure",
      dependsOn: "invalid option",
    },
    { type: "mirage", goal: "demolish", unikernel: "hello", label: "no goal" },
  ];
  // An input of tasks.json: a command that returns a value without a prompt.
  const inputs = [{ id: "which", type: "command", command: "mirageos.test.which" }];
  let answer: vscode.Disposable;

  const findTask = async (label: string): Promise<vscode.Task> => {
    const all = await mirageTasks();
    const found = all.find(({ name }) => name === label);
    assert.ok(found, `${label} is among ${all.map(({ name }) => name).join(", ")}`);
    return found;
  };

  before(async () => {
    await activate();
    answer = vscode.commands.registerCommand("mirageos.test.which", () => "several/ticker");
    await mkdir(path(".vscode"), { recursive: true });
    await writeFile(path(".vscode/tasks.json"), JSON.stringify({ version: "2.0.0", tasks, inputs }));
    await eventually(mirageTasks, (all) => all.some(({ name }) => name === "after a failure"));
  });
  after(async () => {
    answer.dispose();
    await rm(path(".vscode/tasks.json"), { force: true });
  });

  it("accept a unikernel by folder or name, a target and options", async () => {
    assert.equal(await runTask(await findTask("echo for hvt")), 0);
    assert.ok(
      existsSync(path("several/echo/mirage/echo-hvt.opam")),
      "the task configures for its own target",
    );
    assert.equal(await runTask(await findTask("greeter by name")), 0);
    assert.ok(existsSync(path("several/greeter/Makefile")));
    assert.equal(await runTask(await findTask("network with options")), 0);
    assert.match(await readFile(path("network/mirage/context"), "utf8"), /^--net=host$/m);
  });

  it("start without a question about problem matchers if the user chooses them", async () => {
    const ended = waitForEvent(
      vscode.tasks.onDidEndTaskProcess,
      ({ execution }) => execution.task.name === "echo for hvt",
    );
    await Promise.race([
      vscode.commands.executeCommand("workbench.action.tasks.runTask", "echo for hvt"),
      ended,
    ]);
    assert.equal((await ended).exitCode, 0);
  });

  it("run after the tasks they depend on, and do not run if one of those fails", async () => {
    const ended: string[] = [];
    const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) =>
      ended.push(`${execution.task.name}: ${exitCode}`),
    );
    assert.equal(await runTask(await findTask("echo cleaned")), 0);
    assert.deepEqual(ended, ["echo for hvt: 0", "echo cleaned: 0"]);
    assert.ok(!existsSync(path("several/echo/Makefile")), "clean ran after configure");
    ended.length = 0;
    const failed = runTask(await findTask("invalid option"));
    void vscode.tasks.executeTask(await findTask("after a failure"));
    assert.equal(await failed, 1);
    await eventually(
      () => vscode.tasks.taskExecutions.length,
      (running) => running === 0,
    );
    assert.ok(!ended.some((line) => line.startsWith("after a failure")), ended.join(", "));
    listener.dispose();
  });

  it("get their variables substituted", async () => {
    assert.equal(await runTask(await findTask("ticker by input")), 0);
    assert.ok(existsSync(path("several/ticker/Makefile")));
  });

  it("fail if the unikernel or the target does not exist", async () => {
    assert.equal(await runTask(await findTask("no unikernel")), 1);
    assert.equal(await runTask(await findTask("no target")), 1);
    assert.equal(await runTask(await findTask("invalid option")), 1);
  });
});
