import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { removeFolder } from "../harness/temporaryFolder.ts";
import { processesWhose } from "../harness/processes.ts";
import { solo5Image } from "../../extension/image/testImage.ts";
import { activate, eventually, folder, lastRefusal, path, useTools } from "./workspace.ts";

interface Message {
  readonly event?: string;
  readonly body?: { readonly category?: string; readonly output?: string };
}

interface RecordedSession {
  readonly session: vscode.DebugSession;
  readonly messages: Message[];
}

const recordedSessions: RecordedSession[] = [];

const consoleOf = ({ messages }: RecordedSession): string =>
  messages.map(({ body }) => body?.output ?? "").join("");
const hasEnded = (recorded: RecordedSession | undefined): boolean =>
  recorded?.messages.some(({ event }) => event === "terminated") ?? false;

/** Starts a program that does not belong to a unikernel of the workspace. */
async function launch(name: string, more: object): Promise<RecordedSession> {
  await vscode.debug.startDebugging(folder(), { type: "mirage", request: "launch", name, ...more });
  const recorded = await eventually(
    () => recordedSessions.findLast(({ session }) => session.name === name),
    (found) => found !== undefined && (hasEnded(found) || consoleOf(found) !== ""),
  );
  assert.ok(recorded);
  return recorded;
}

/**
 * Starts a launch that is refused, and returns the reason in the log panel. The debug console stays empty, because VS Code
 * would bring it to the front.
 */
async function refusal(name: string, more: object): Promise<string> {
  const recorded = await launch(name, more);
  await eventually(
    () => recorded,
    (found) => hasEnded(found),
  );
  assert.equal(consoleOf(recorded), "");
  return lastRefusal();
}

/** Returns the ids of the running processes whose command line contains a string. */
const programs = (text: string) => processesWhose("cmdline", (line) => line.includes(text));

describe("When the user launches a program,", function () {
  let tracker: vscode.Disposable;
  const images = () => path("images of faults");

  before(async function () {
    if (process.platform !== "linux") this.skip();
    await activate();
    tracker = vscode.debug.registerDebugAdapterTrackerFactory("mirage", {
      createDebugAdapterTracker: (session) => {
        const recorded: RecordedSession = { session, messages: [] };
        recordedSessions.push(recorded);
        return { onDidSendMessage: (message: Message) => void recorded.messages.push(message) };
      },
    });
    await mkdir(images(), { recursive: true });
    const image = solo5Image("spt", [{ name: "service", type: "NET_BASIC" }]);
    await writeFile(join(images(), "cut.spt"), image.subarray(0, image.length - 40));
    await writeFile(join(images(), "plain.spt"), solo5Image("spt", []));
    await writeFile(join(images(), "newer.spt"), solo5Image("spt", [], 3));
    const devices = Array.from({ length: 63 }, (_, index) => ({
      name: `net${index}`,
      type: "NET_BASIC" as const,
    }));
    await writeFile(join(images(), "many.spt"), solo5Image("spt", devices));
  });
  after(async () => {
    tracker?.dispose();
    await removeFolder(images());
  });

  it("a truncated image is reported", async () => {
    assert.match(
      await refusal("cut", { program: join(images(), "cut.spt") }),
      /cut\.spt is truncated.*Build it again/,
    );
  });

  it("a tender that does not support the image's version is reported before it runs", async () => {
    const message = await refusal("version", { program: join(images(), "newer.spt") });
    assert.match(
      message,
      /newer\.spt uses version 3 of the spt interface, but the tender supports version \d.*same opam switch/,
    );
  });

  it("a tender that is not executable is reported with its path", async () => {
    const tools = await useTools({ "solo5-spt": "exit 0" });
    try {
      await chmod(join(tools.folder, "solo5-spt"), 0o644);
      const message = await refusal("not permitted", { program: join(images(), "plain.spt") });
      assert.match(message, /solo5-spt/);
      assert.match(message, /EACCES|permission|not found|could not be started/i);
    } finally {
      await tools.restore();
    }
  });

  it("all 63 devices that a manifest can have are attached", async () => {
    const net = Object.fromEntries(
      Array.from({ length: 63 }, (_, index) => [`net${index}`, `@${index + 10}`]),
    );
    const recorded = await launch("many", { program: join(images(), "many.spt"), net });
    const line = consoleOf(recorded).split("\n")[0] ?? "";
    assert.equal(line.match(/--net:net\d+=@\d+/g)?.length, 63, line);
  });

  it("names with markup and control characters are shown as text and execute nothing", async () => {
    const name = "<img src=x onerror=alert(1)>\u001b[31m$(touch pwned)";
    await writeFile(join(images(), `${name}.spt`), "no image");
    const message = await refusal(name, { program: join(images(), `${name}.spt`) });
    assert.match(message, /is not an image for spt: it is not an ELF file/);
    assert.deepEqual(
      readdirSync(images()).filter((file) => file === "pwned"),
      [],
    );
  });

  it("a unikernel that ignores SIGTERM is killed with all its processes", async () => {
    const stubborn = join(images(), "stubborn");
    await writeFile(
      stubborn,
      "#!/bin/sh\ntrap '' TERM INT\nsleep 1000 &\necho ready\nwhile :; do sleep 1; done\n",
    );
    await chmod(stubborn, 0o755);
    const recorded = await launch("stubborn", { program: stubborn, target: "unix", args: ["stubborn-mark"] });
    await eventually(
      () => consoleOf(recorded),
      (text) => text.includes("ready"),
    );
    assert.equal(programs("stubborn-mark").length > 0, true);
    await vscode.debug.stopDebugging(recorded.session);
    await eventually(
      () => programs("stubborn-mark").length,
      (count) => count === 0,
    );
    await eventually(
      () => consoleOf(recorded),
      (text) => text.includes("stubborn: stopped"),
    );
  });

  it("a xen domain is destroyed when its session is stopped", async () => {
    const tools = await useTools({ xl: '[ "$1" = create ] || exit 0\necho ready\nexec sleep 1000' });
    try {
      await writeFile(join(images(), "guest.xen"), solo5Image("xen", []));
      const recorded = await launch("xen", { program: join(images(), "guest.xen") });
      await eventually(
        () => consoleOf(recorded),
        (text) => text.includes("ready"),
      );
      assert.match((await tools.calls("xl"))[0] ?? "", /^create -c mirage\/guest\.xl kernel=/);
      await vscode.debug.stopDebugging(recorded.session);
      await eventually(
        () => tools.calls("xl"),
        (calls) => calls.includes("destroy guest"),
      );
    } finally {
      await tools.restore();
    }
  });

  it("a compound starts all its unikernels, and they all end when it is stopped", async () => {
    const program = join(images(), "long");
    await writeFile(program, "#!/bin/sh\necho ready\nexec sleep 1000\n");
    await chmod(program, 0o755);
    const names = ["compound one", "compound two", "compound three"];
    await mkdir(path(".vscode"), { recursive: true });
    const configurations = names.map((name) => ({
      type: "mirage",
      request: "launch",
      name,
      program,
      target: "unix",
    }));
    await writeFile(
      path(".vscode/launch.json"),
      JSON.stringify({
        version: "0.2.0",
        configurations,
        compounds: [{ name: "all", configurations: names }],
      }),
    );
    try {
      await eventually(
        () => vscode.workspace.getConfiguration("launch", folder()).get<unknown[]>("compounds"),
        (found) => found?.length === 1,
      );
      assert.equal(await vscode.debug.startDebugging(folder(), "all"), true);
      const three = await eventually(
        () => recordedSessions.filter(({ session }) => names.includes(session.name)),
        (found) => found.length === 3 && found.every((recorded) => consoleOf(recorded).includes("ready")),
      );
      await vscode.debug.stopDebugging();
      await eventually(
        () => three.filter((recorded) => !hasEnded(recorded)).length,
        (running) => running === 0,
      );
    } finally {
      await removeFolder(path(".vscode"));
    }
  });
});
