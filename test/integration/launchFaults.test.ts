import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { processesWhose } from "../harness/processes.ts";
import { solo5Image } from "../../extension/image/testImage.ts";
import { activate, eventually, folder, path, useTools } from "./workspace.ts";

interface Message {
  readonly event?: string;
  readonly body?: { readonly category?: string; readonly output?: string };
}

interface Seen {
  readonly session: vscode.DebugSession;
  readonly messages: Message[];
}

const seen: Seen[] = [];

const consoleOf = ({ messages }: Seen): string => messages.map(({ body }) => body?.output ?? "").join("");
const ended = (one: Seen | undefined): boolean =>
  one?.messages.some(({ event }) => event === "terminated") ?? false;

/** Starts a program that belongs to no unikernel of the workspace. */
async function launch(name: string, more: object): Promise<Seen> {
  await vscode.debug.startDebugging(folder(), { type: "mirage", request: "launch", name, ...more });
  const one = await eventually(
    () => seen.findLast(({ session }) => session.name === name),
    (found) => found !== undefined && (ended(found) || consoleOf(found) !== ""),
  );
  assert.ok(one);
  return one;
}

/** The message in the debug console of a launch that is refused. */
async function refusal(name: string, more: object): Promise<string> {
  const one = await launch(name, more);
  await eventually(
    () => one,
    (found) => ended(found),
  );
  return consoleOf(one);
}

/** Ids of the running programs whose command line contains a text. */
const programs = (text: string) => processesWhose("cmdline", (line) => line.includes(text));

describe("faults of a launch", function () {
  let tracker: vscode.Disposable;
  const images = () => path("images of faults");

  before(async function () {
    if (process.platform !== "linux") this.skip();
    await activate();
    tracker = vscode.debug.registerDebugAdapterTrackerFactory("mirage", {
      createDebugAdapterTracker: (session) => {
        const one: Seen = { session, messages: [] };
        seen.push(one);
        return { onDidSendMessage: (message: Message) => void one.messages.push(message) };
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
    await rm(images(), { recursive: true, force: true });
  });
  afterEach(() => vscode.debug.stopDebugging());

  it("a truncated image is reported", async () => {
    assert.match(
      await refusal("cut", { program: join(images(), "cut.spt") }),
      /cut\.spt is truncated.*Build it again/,
    );
  });

  it("a tender of another version than the image is reported before it runs", async () => {
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

  it("all of 63 devices, the maximum of a manifest, are attached", async () => {
    const net = Object.fromEntries(
      Array.from({ length: 63 }, (_, index) => [`net${index}`, `@${index + 10}`]),
    );
    const one = await launch("many", { program: join(images(), "many.spt"), net });
    const line = consoleOf(one).split("\n")[0] ?? "";
    assert.equal(line.match(/--net:net\d+=@\d+/g)?.length, 63, line);
  });

  it("names with markup and control characters are shown as text, and run nothing", async () => {
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
    const one = await launch("stubborn", { program: stubborn, target: "unix", args: ["stubborn-mark"] });
    await eventually(
      () => consoleOf(one),
      (text) => text.includes("ready"),
    );
    assert.equal(programs("stubborn-mark").length > 0, true);
    await vscode.debug.stopDebugging(one.session);
    await eventually(
      () => programs("stubborn-mark").length,
      (count) => count === 0,
    );
    await eventually(
      () => consoleOf(one),
      (text) => text.includes("stubborn: stopped"),
    );
  });

  it("a xen domain is destroyed when its session is stopped", async () => {
    const tools = await useTools({ xl: '[ "$1" = create ] || exit 0\necho ready\nexec sleep 1000' });
    try {
      await writeFile(join(images(), "guest.xen"), solo5Image("xen", []));
      const one = await launch("xen", { program: join(images(), "guest.xen") });
      await eventually(
        () => consoleOf(one),
        (text) => text.includes("ready"),
      );
      assert.match((await tools.calls("xl"))[0] ?? "", /^create -c mirage\/guest\.xl kernel=/);
      await vscode.debug.stopDebugging(one.session);
      await eventually(
        () => tools.calls("xl"),
        (calls) => calls.includes("destroy guest"),
      );
    } finally {
      await tools.restore();
    }
  });

  it("a compound starts all of its unikernels, and stopping it ends all", async () => {
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
        () => seen.filter(({ session }) => names.includes(session.name)),
        (found) => found.length === 3 && found.every((one) => consoleOf(one).includes("ready")),
      );
      await vscode.debug.stopDebugging();
      await eventually(
        () => three.filter((one) => !ended(one)).length,
        (running) => running === 0,
      );
    } finally {
      await rm(path(".vscode"), { recursive: true });
    }
  });
});
