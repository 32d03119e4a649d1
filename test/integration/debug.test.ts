import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { processesWhose } from "../harness/processes.ts";
import {
  activate,
  addProject,
  assertDone,
  command,
  edit,
  ensureFetched,
  eventually,
  folder,
  lastRefusal,
  path,
  refresh,
  removeAdded,
  waitForEvent,
} from "./workspace.ts";

interface Message {
  readonly type: string;
  readonly event?: string;
  readonly command?: string;
  readonly success?: boolean;
  readonly body?: { readonly category?: string; readonly output?: string; readonly exitCode?: number };
}

/** A debug session and the messages that its adapter sent. */
interface RecordedSession {
  readonly session: vscode.DebugSession;
  readonly messages: Message[];
}

const recordedSessions: RecordedSession[] = [];

/** Returns the text in the debug console of a session, of one category or of all. */
const consoleOf = ({ messages }: RecordedSession, category?: string): string =>
  messages
    .filter(
      ({ event, body }) => event === "output" && (category === undefined || body?.category === category),
    )
    .map(({ body }) => body?.output ?? "")
    .join("");

const exitCode = ({ messages }: RecordedSession): number | undefined =>
  messages.find(({ event }) => event === "exited")?.body?.exitCode;

const hasEnded = (recorded: RecordedSession): boolean =>
  recorded.messages.some(({ event }) => event === "terminated");

const configuration = (name: string, more: object = {}): vscode.DebugConfiguration => ({
  type: "mirage",
  request: "launch",
  name,
  ...more,
});

/** Starts a debug session. */
async function start(launch: vscode.DebugConfiguration): Promise<RecordedSession> {
  assert.equal(await vscode.debug.startDebugging(folder(), launch), true, `${launch.name} starts`);
  const recorded = recordedSessions.findLast(({ session }) => session.name === launch.name);
  assert.ok(recorded);
  return recorded;
}

const waitUntilEnded = async (recorded: RecordedSession): Promise<RecordedSession> =>
  eventually(() => recorded, hasEnded);

/** Starts a launch that is refused before its unikernel is found, and returns the message in the debug console. */
async function printedRefusal(launch: vscode.DebugConfiguration): Promise<string> {
  await vscode.debug.startDebugging(folder(), launch);
  const recorded = await eventually(
    () => recordedSessions.findLast(({ session }) => session.name === launch.name),
    (found) => found !== undefined && hasEnded(found),
  );
  assert.ok(recorded);
  return consoleOf(recorded, "stderr");
}

/**
 * Starts a launch that is refused, and returns the reason in the log panel. The debug console stays empty, because VS Code
 * would bring it to the front.
 */
async function refusal(launch: vscode.DebugConfiguration): Promise<string> {
  assert.equal(await printedRefusal(launch), "");
  return lastRefusal();
}

/** Returns the ids of the running processes whose command line contains a string. */
const programs = (text: string) => processesWhose("cmdline", (line) => line.includes(text));

/** Copies a sample, configures it outside of VS Code, and fetches its dependencies. */
async function fetchedCopy(at: string, sample: string, target: string): Promise<void> {
  const configFile = await addProject(at, sample);
  await promisify(execFile)("mirage", ["configure", "-t", target], { cwd: path(at) });
  await refresh();
  assertDone(await command("fetch", configFile));
}

describe("The debug type mirage", function () {
  let tracker: vscode.Disposable;

  before(async () => {
    await activate();
    tracker = vscode.debug.registerDebugAdapterTrackerFactory("mirage", {
      createDebugAdapterTracker: (session) => {
        const recorded: RecordedSession = { session, messages: [] };
        recordedSessions.push(recorded);
        return {
          onDidSendMessage: (message: Message) => void recorded.messages.push(message),
        };
      },
    });
    await ensureFetched("hello");
    await ensureFetched("crash");
  });
  after(() => tracker.dispose());

  it("builds and boots a unikernel, shows its output and ends with its exit code", async () => {
    const hello = await start(configuration("unix", { unikernel: "hello", target: "unix" }));
    await waitUntilEnded(hello);
    assert.equal(consoleOf(hello, "stderr").match(/\[application\] hello\n/g)?.length, 4);
    assert.equal(exitCode(hello), 0);
    assert.match(consoleOf(hello, "console"), /hello: ended normally/);
  });

  it("boots the unikernel of the active editor when there is no launch.json", async () => {
    await vscode.window.showTextDocument(vscode.Uri.file(path("hello/unikernel.ml")));
    const empty = { type: "", request: "", name: "" };
    const began = waitForEvent(vscode.debug.onDidStartDebugSession, ({ type }) => type === "mirage");
    await vscode.commands.executeCommand("workbench.action.debug.start", { config: empty });
    const session = await began;
    assert.equal(session.configuration["unikernel"], "hello");
    const recorded = recordedSessions.findLast((each) => each.session.id === session.id);
    assert.ok(recorded);
    assert.equal(exitCode(await waitUntilEnded(recorded)), 0);
  });

  it("explains how a unikernel crashed, and writes its console to a file", async () => {
    const logFile = path("crash.log");
    const crash = await start(
      configuration("crash", {
        unikernel: "crash",
        target: "unix",
        args: ["--mode", "exn"],
        logFile: "crash.log",
      }),
    );
    await waitUntilEnded(crash);
    assert.equal(exitCode(crash), 2);
    assert.match(
      consoleOf(crash, "stderr"),
      /Fatal error: exception [\s\S]*uncaught exception \(exit code 2\)/,
    );
    assert.match(await readFile(logFile, "utf8"), /Fatal error: exception/);
    await rm(logFile);
  });

  it("passes boot arguments and reports one that is invalid", async () => {
    const common = { unikernel: "crash", target: "unix", build: "never" };
    const three = await start(configuration("exit 3", { ...common, args: ["--mode", "exit3"] }));
    assert.equal(exitCode(await waitUntilEnded(three)), 3);
    const none = await start(configuration("no such option", { ...common, args: ["--nonsense=a b"] }));
    assert.equal(exitCode(await waitUntilEnded(none)), 64);
    assert.match(consoleOf(none), /invalid boot argument/);
  });

  it("is stopped by the command Stop", async function () {
    if (process.platform !== "linux") return this.skip();
    const common = { unikernel: "crash", target: "unix", build: "never" };
    const sleeper = await start(configuration("stopped sleeper", { ...common, args: ["--mode=sleep"] }));
    await eventually(
      () => programs("--mode=sleep"),
      (pids) => pids.length === 1,
    );
    await vscode.commands.executeCommand("mirageos.stop", { id: path("hello/config.ml") });
    assert.ok(!hasEnded(sleeper), "Stop of another unikernel does not stop this one");
    await vscode.commands.executeCommand("mirageos.stop", { id: path("crash/config.ml") });
    assert.equal(exitCode(await waitUntilEnded(sleeper)), 130);
  });

  it("ends before the build if this computer can't boot the target", async () => {
    const host = process.env["MIRAGEOS_HOST_ROOT"];
    await addProject("without-kvm");
    // A folder without /dev/kvm.
    process.env["MIRAGEOS_HOST_ROOT"] = path("without-kvm");
    try {
      const message = await refusal(
        configuration("without KVM", { unikernel: "without-kvm", target: "hvt" }),
      );
      assert.match(
        message,
        /Images for hvt can't be booted here: this computer has no \/dev\/kvm\. Nothing was built\. Use spt instead/,
      );
      assert.ok(!existsSync(path("without-kvm/Makefile")), "it was not even configured");
    } finally {
      process.env["MIRAGEOS_HOST_ROOT"] = host;
      await removeAdded();
    }
  });

  it("runs two unikernels at once and stops each separately", async function () {
    if (process.platform !== "linux") return this.skip();
    const common = { unikernel: "crash", target: "unix", build: "never" };
    const mark = `--mode=sleep`;
    const two = [
      await start(configuration("sleeper one", { ...common, args: [mark] })),
      await start(configuration("sleeper two", { ...common, args: [mark] })),
    ];
    await eventually(
      () => programs(mark),
      (pids) => pids.length === 2,
    );
    const [first, second] = two;
    assert.ok(first && second);
    await vscode.debug.stopDebugging(first.session);
    assert.equal(exitCode(await waitUntilEnded(first)), 130);
    assert.equal(programs(mark).length, 1, "the other unikernel still runs");
    assert.ok(!hasEnded(second));
    await vscode.debug.stopDebugging(second.session);
    await waitUntilEnded(second);
    await eventually(
      () => programs(mark),
      (pids) => pids.length === 0,
    );
  });

  it("restarts with the edited source", async () => {
    const source = path("hello/unikernel.ml");
    const before = await readFile(source, "utf8");
    try {
      await edit(source, (text) => text.replace("greet 4", "greet 100"));
      const hello = await start(configuration("again", { unikernel: "hello", target: "unix" }));
      await eventually(
        () => consoleOf(hello),
        (text) => text.includes("[application] hello"),
      );
      await edit(source, (text) => text.replace("greet 100", "greet 1"));
      await vscode.commands.executeCommand("workbench.action.debug.restart");
      await waitUntilEnded(hello);
      assert.equal(exitCode(hello), 0);
      assert.match(consoleOf(hello), /hello: stopped\n[\s\S]*hello: ended normally/);
    } finally {
      await writeFile(source, before);
    }
  });

  it("refuses expressions in the debug console", async () => {
    const sleeper = await start(
      configuration("quiet", { unikernel: "crash", target: "unix", build: "never", args: ["--mode=sleep"] }),
    );
    await assert.rejects(
      async () => sleeper.session.customRequest("evaluate", { expression: "1" }),
      /expressions can't be evaluated/,
    );
    await vscode.debug.stopDebugging(sleeper.session);
    await waitUntilEnded(sleeper);
  });

  it("refuses an invalid configuration", async () => {
    const before = recordedSessions.length;
    const wrong = configuration("wrong", { unikernel: "hello", memory: "lots" });
    assert.equal(await vscode.debug.startDebugging(folder(), wrong), false);
    assert.equal(recordedSessions.length, before, "no session was started");
    const unknown = configuration("unknown", { unikernel: "hello", target: "${nope}" });
    assert.match(await printedRefusal(unknown), /^unknown: "target" contains \$\{nope\}/);
    assert.match(
      await printedRefusal(configuration("nobody", { unikernel: "no-such" })),
      /no unikernel 'no-such'/,
    );
    assert.match(
      await refusal(configuration("memory", { unikernel: "hello", target: "unix", memory: 32 })),
      /"memory" has no effect for unix/,
    );
  });

  it("refuses an image that is missing or of another kind", async () => {
    const absent = configuration("absent", { program: "${workspaceFolder}/none.hvt", target: "spt" });
    assert.match(await refusal(absent), /The image .*none\.hvt does not exist/);
    await writeFile(path("text.spt"), "not an image\n");
    const text = configuration("text", { program: "${workspaceFolder}/text.spt" });
    assert.match(await refusal(text), /text\.spt is not an image for spt: it is not an ELF file/);
    await rm(path("text.spt"));
  });

  describe("with a tender", () => {
    before(function () {
      if (process.platform !== "linux") this.skip();
    });
    after(removeAdded);

    it("boots an image for spt, and refuses to boot it on hvt", async () => {
      await fetchedCopy("on-spt", "hello", "spt");
      const spt = await start(configuration("spt", { unikernel: "on-spt", memory: 32 }));
      await waitUntilEnded(spt);
      assert.equal(exitCode(spt), 0);
      assert.match(consoleOf(spt, "console"), /solo5-spt --mem=32 -- dist\/hello\.spt/);
      assert.match(consoleOf(spt, "stdout"), /\[application\] hello\n/);
      assert.match(consoleOf(spt, "stdout"), /Solo5: solo5_exit\(0\) called/);
      const program = "${workspaceFolder}/on-spt/dist/hello.spt";
      const other = await refusal(configuration("other", { program, target: "hvt" }));
      assert.match(other, /hello\.spt is an image for spt, not for hvt/);
    });

    it("boots an image for hvt", async () => {
      await fetchedCopy("on-hvt", "hello", "hvt");
      const hvt = await start(configuration("hvt", { unikernel: "on-hvt", target: "hvt" }));
      await waitUntilEnded(hvt);
      assert.equal(exitCode(hvt), 0);
      assert.match(consoleOf(hvt, "stdout"), /\[application\] hello\n/);
    });

    it("attaches the devices of launch.json, and attaches the same devices in the next session", async () => {
      await fetchedCopy("with-net", "network", "spt");
      const missing = { unikernel: "with-net", target: "spt", net: { service: "tapnone" } };
      assert.match(
        await refusal(configuration("no tap", missing)),
        /"service" is attached to tapnone, which does not exist/,
      );
      const first = await start(
        configuration("descriptor", {
          unikernel: "with-net",
          target: "spt",
          net: { service: "@9", x: "@8" },
        }),
      );
      assert.match(consoleOf(first, "console"), /--net:service=@9 -- /);
      assert.match(consoleOf(first, "console"), /no device "x"/);
      await vscode.debug.stopDebugging(first.session);
      await waitUntilEnded(first);
      const second = await start(configuration("again there", { unikernel: "with-net", target: "spt" }));
      assert.match(consoleOf(second, "console"), /--net:service=@9 -- /);
      await vscode.debug.stopDebugging(second.session);
      await waitUntilEnded(second);
    });
  });
});
