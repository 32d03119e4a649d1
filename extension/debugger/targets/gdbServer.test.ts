import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessResult } from "../../platform/process.ts";
import type { GdbClient } from "../gdb/gdbClient.ts";
import { stopOf, type RunControl } from "../gdb/runControl.ts";
import { hvtTarget, qemuTarget } from "./gdbServer.ts";
import { sptTarget } from "./spt.ts";
import type { DebugTarget } from "./target.ts";

const spec = { file: "/usr/bin/qemu-system-x86_64", args: ["-kernel", "hello.virtio"], cwd: "/w", env: {} };
const never = new Promise<ProcessResult>(() => undefined);

/** Starts a target with a gdb that accepts every command, and returns the commands. */
async function commandsOf(target: DebugTarget, ended = never) {
  const commands: string[] = [];
  const gdb: GdbClient = {
    send: async (command) => {
      commands.push(command);
      return await Promise.resolve({});
    },
    query: async () => await Promise.resolve({}),
    console: async (command) => {
      commands.push(command);
      return await Promise.resolve("");
    },
    errors: () => "",
    ended: never,
  };
  const control: RunControl = {
    onEvent: () => undefined,
    isRunning: () => false,
    nextStop: () => new Promise(() => undefined),
    resume: async (command) => {
      commands.push(command);
      return await Promise.resolve(stopOf({ reason: "breakpoint-hit" }));
    },
  };
  const stop = await target.start(gdb, control, ended);
  return { commands, stop };
}

describe("a unikernel that gdb reaches by a server", () => {
  it("is QEMU's guest, which runs to its entry before breakpoints are set", async () => {
    const folder = await mkdtemp(join(tmpdir(), "socket-"));
    try {
      const socket = join(folder, "gdb,0");
      await writeFile(socket, "");
      const target = qemuTarget({ spec, image: "/w/hello.virtio", entry: 0x100020n }, socket);
      assert.deepEqual(target.server?.args, [
        "-kernel",
        "hello.virtio",
        "-S",
        "-chardev",
        `socket,path=${folder}/gdb,,0,server=on,wait=off,id=gdb0`,
        "-gdb",
        "chardev:gdb0",
      ]);
      const { commands, stop } = await commandsOf(target);
      assert.equal(stop.kind, "stopped");
      assert.deepEqual(commands, [
        '-file-exec-and-symbols "/w/hello.virtio"',
        `-target-select remote ${socket}`,
        "-break-insert -t -h *0x100020",
        "-exec-continue",
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("ends with QEMU if that cannot start", async () => {
    const target = qemuTarget({ spec, image: "/w/hello.virtio", entry: 0n }, "/nowhere/socket");
    const { stop } = await commandsOf(target, Promise.resolve({ kind: "exited", code: 1 }));
    assert.deepEqual(stop, { kind: "ended", result: { kind: "exited", code: 1 } });
  });

  it("ends with the tender of hvt if that cannot listen", async () => {
    const target = await hvtTarget({ spec, image: "/w/hello.hvt", entry: undefined }, "/o/solo5-hvt-debug");
    const { stop } = await commandsOf(target, Promise.resolve({ kind: "exited", code: 1 }));
    assert.deepEqual(stop, { kind: "ended", result: { kind: "exited", code: 1 } });
  });

  it("is hvt's guest, in the tender with a server, on a port of its own", async () => {
    const plain = {
      ...spec,
      file: "opam",
      args: ["exec", "--", "/o/bin/solo5-hvt", "--", "hello.hvt", "solo5-hvt"],
    };
    const boot = { spec: plain, image: "/w/hello.hvt", entry: undefined };
    const targets = await Promise.all([1, 2].map(() => hvtTarget(boot, "/o/bin/solo5-hvt-debug")));
    const [first, second] = targets.map(({ server }) => server?.args[4]);
    assert.match(first ?? "", /^--gdb-port=\d+$/);
    assert.notEqual(first, second);
    const [target] = targets;
    assert.ok(target);
    assert.deepEqual(
      [target.server?.file, ...(target.server?.args.toSpliced(4, 1) ?? [])],
      ["opam", "exec", "--", "/o/bin/solo5-hvt-debug", "--gdb", "--", "hello.hvt", "solo5-hvt"],
    );
    assert.match(target.noPause ?? "", /can't be paused/);
    const { commands } = await commandsOf(target);
    assert.match(commands.at(-1) ?? "", /^-target-select remote localhost:\d+$/);
  });
});

describe("a unikernel for spt", () => {
  it("has its symbols added where the tender jumps into it", async () => {
    const tender = { ...spec, file: "/o/bin/solo5-spt", args: ["--", "dist/a b.spt"] };
    const { commands } = await commandsOf(sptTarget(tender, "/o/bin/solo5-spt", "/w/dist/a b.spt"));
    const at = commands.indexOf("-exec-run");
    assert.deepEqual(commands.slice(at - 2), [
      "set args -- 'dist/a b.spt' </dev/null >&3 2>&4 3>&- 4>&-",
      "-break-insert -t spt_launch",
      "-exec-run",
      "-break-delete 1",
      'add-symbol-file "/w/dist/a b.spt"',
    ]);
  });
});
