import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { copyFile, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "./capture.ts";
import { run, type ProcessSpec } from "./process.ts";

const node = (code: string, ...args: string[]): ProcessSpec => ({
  file: process.execPath,
  args: ["-e", code, ...args],
  cwd: process.cwd(),
  env: { ...(process.env as Record<string, string>) },
});

/** Neither gone nor a zombie that waits for its parent to collect it. */
const alive = (pid: number) =>
  /^[^Z]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim());

describe("run", () => {
  it("returns the exit code and passes on both streams", async () => {
    const { result, stdout, stderr } = await capture(
      run,
      node("console.log('out'); console.error('err'); process.exit(3)"),
    );
    assert.deepEqual(result, { kind: "exited", code: 3 });
    assert.deepEqual([stdout, stderr], ["out\n", "err\n"]);
  });

  it("passes on every byte of a program that prints line by line, in order", async () => {
    const lines =
      "for (let i = 0; i < 20000; i++) require('fs').writeSync(1, `line ${i}\\n`); console.error('end')";
    const { result, stdout, stderr } = await capture(run, node(lines));
    assert.deepEqual(result, { kind: "exited", code: 0 });
    const expected = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join("");
    assert.equal(stdout === expected, true, "every byte, in order");
    assert.equal(stderr, "end\n");
  });

  it("reports the process id before any output", async () => {
    const events: string[] = [];
    const code = "process.stdout.write(String(process.pid))";
    await run(node(code), {
      onStart: (pid) => events.push(String(pid)),
      onStdout: (bytes) => events.push(Buffer.from(bytes).toString()),
    });
    assert.equal(events.length, 2);
    assert.equal(events[0], events[1]);
  });

  it("reports no process id of a program that does not exist", async () => {
    const started: number[] = [];
    const spec = { ...node(""), file: "/no/such/program" };
    assert.equal((await run(spec, { onStart: (pid) => started.push(pid) })).kind, "notFound");
    assert.deepEqual(started, []);
  });

  it("passes arguments without a shell", async () => {
    const odd = ["a b", "'\";$(touch x)`y`", "é🐫", "*", ""];
    const { stdout } = await capture(
      run,
      node("process.stdout.write(JSON.stringify(process.argv.slice(1)))", ...odd),
    );
    assert.deepEqual(JSON.parse(stdout), odd);
  });

  it("passes on what a program writes into additional pipes, apart from its other output", async function () {
    if (process.platform === "win32") return this.skip();
    const texts = ["", "", ""];
    const push = (index: number) => (bytes: Uint8Array) => (texts[index] += Buffer.from(bytes).toString());
    const code =
      "const fs = require('fs'); fs.writeSync(1, 'one'); fs.writeSync(3, 'é'); fs.writeSync(4, 'four')";
    const result = await run(node(code), { onStdout: push(0), onExtraPipes: [push(1), push(2)] });
    assert.deepEqual([result, ...texts], [{ kind: "exited", code: 0 }, "one", "é", "four"]);
  });

  it("names a signal that ended the program", async function () {
    if (process.platform === "win32") return this.skip();
    const { result } = await capture(run, node("process.kill(process.pid, 'SIGSEGV')"));
    assert.deepEqual(result, { kind: "signalled", signal: "SIGSEGV" });
  });

  it("returns notFound for a missing program or folder", async () => {
    const missing = await run({ ...node(""), file: "no-such-program-here" });
    assert.equal(missing.kind, "notFound");
    const nowhere = await run({ ...node(""), cwd: "/no/such/folder" });
    assert.equal(nowhere.kind, "notFound");
  });

  it("starts a program once another process has ended writing its file", async function () {
    if (process.platform !== "linux") this.skip();
    const folder = await mkdtemp(join(tmpdir(), "mirageos-busy-"));
    const file = join(folder, "program");
    await copyFile("/bin/true", file);
    const written = await open(file, "r+");
    const ended = run({ file, args: [], cwd: folder, env: {} });
    // The first attempt has failed by then, since starting a program takes no event of another process.
    setTimeout(() => void written.close(), 50);
    assert.deepEqual(await ended, { kind: "exited", code: 0 });
    await rm(folder, { recursive: true });
  });

  it("ends the program and its children when cancelled, by force if they ignore SIGTERM", async function () {
    if (process.platform === "win32") return this.skip();
    const stubborn = `
      process.on('SIGTERM', () => {});
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)"], { stdio: 'inherit' });
      setInterval(() => {}, 1000);`;
    const abort = new AbortController();
    let grandchild = 0;
    const result = await run(node(stubborn), {
      signal: abort.signal,
      graceMs: 50,
      onStdout: (bytes) => {
        grandchild = Number(Buffer.from(bytes).toString());
        abort.abort();
      },
    });
    assert.deepEqual(result, { kind: "cancelled" });
    assert.ok(grandchild > 0);
    assert.equal(alive(grandchild), false);
  });

  it("settles when cancelled although a daemon outside of the process group holds the output open", async function () {
    if (process.platform === "win32") return this.skip();
    const daemon = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: true });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const abort = new AbortController();
    let pid = 0;
    const result = await run(node(daemon), {
      signal: abort.signal,
      graceMs: 20,
      abandonMs: 20,
      onStdout: (bytes) => {
        pid = Number(Buffer.from(bytes).toString());
        abort.abort();
      },
    });
    assert.deepEqual(result, { kind: "cancelled" });
    process.kill(pid, "SIGKILL");
  });

  it("settles when cancelled although the program belongs to another user", async function () {
    if (process.platform === "win32") return this.skip();
    const kill = process.kill.bind(process);
    const abort = new AbortController();
    let pid = 0;
    process.kill = (target, signal) => {
      if (target >= 0) return kill(target, signal);
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
    };
    try {
      const result = await run(node("console.log(process.pid); setInterval(() => {}, 1000)"), {
        signal: abort.signal,
        graceMs: 20,
        abandonMs: 20,
        onStdout: (bytes) => {
          pid = Number(Buffer.from(bytes).toString());
          abort.abort();
        },
      });
      assert.deepEqual(result, { kind: "cancelled" });
    } finally {
      process.kill = kill;
      kill(pid, "SIGKILL");
    }
  });

  it("does not start what is already cancelled", async () => {
    assert.deepEqual(await run(node("process.exit(1)"), { signal: AbortSignal.abort() }), {
      kind: "cancelled",
    });
  });

  it("drops output beyond the limit of a capture without blocking the program", async () => {
    const { result, stdout } = await capture(run, node("process.stdout.write('x'.repeat(5_000_000))"), {
      limit: 1000,
    });
    assert.deepEqual(result, { kind: "exited", code: 0 });
    assert.equal(stdout.length, 1000);
  });

  it("ends a guarded program when the process that started it is killed", async function () {
    if (process.platform === "win32") return this.skip();
    const host = `
      import { run } from ${JSON.stringify(new URL("process.ts", import.meta.url).href)};
      const node = (code) => ({ file: process.execPath, args: ["-e", code], cwd: "/", env: process.env });
      const deaf = "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)";
      void run(node(deaf), { guarded: true, onStdout: (bytes) => process.stdout.write(bytes) });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", host], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [bytes] = (await once(child.stdout, "data")) as [Buffer];
    const pid = Number(bytes.toString());
    assert.ok(alive(pid));
    child.kill("SIGKILL");
    await once(child, "close");
    // No event reports the end of a process that is not a child.
    while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it("does not keep this process alive after a guarded program", async () => {
    const host = `
      import { run } from ${JSON.stringify(new URL("process.ts", import.meta.url).href)};
      await run({ file: process.execPath, args: ["-e", ""], cwd: "/", env: process.env }, { guarded: true });`;
    const result = await run(node(host, "--input-type=module"));
    assert.deepEqual(result, { kind: "exited", code: 0 });
  });

  describe("with a program such as xl, which leaves a domain behind", function () {
    if (process.platform === "win32") return;
    let folder: string;
    let xl: ProcessSpec;
    const log = async () => (await readFile(join(folder, "log"), "utf8")).trim().split("\n");

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "mirageos-xl-"));
      const file = join(folder, "xl");
      const script = `#!/bin/sh
cd "$(dirname "$0")"; echo "$@" >>log
case "$1" in
  create) [ "$5" = ends ] && exit 0; echo console; exec sleep 300 ;;
  destroy) [ "$2" = hello ] ;;
esac
`;
      await writeFile(file, script, { mode: 0o755 });
      xl = {
        ...node(""),
        file,
        args: ["create", "-c", "hello.xl"],
        cleanupCommand: [file, "destroy", "hello"],
      };
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it("runs the cleanup command when it is stopped", async () => {
      const abort = new AbortController();
      const result = await run(xl, { signal: abort.signal, guarded: true, onStdout: () => abort.abort() });
      assert.deepEqual(result, { kind: "cancelled" });
      assert.deepEqual(await log(), ["create -c hello.xl", "destroy hello"]);
    });

    it("does not run the cleanup command when the program has ended by itself", async () => {
      const result = await run({ ...xl, args: [...xl.args, "", "ends"] }, { guarded: true });
      assert.deepEqual(result, { kind: "exited", code: 0 });
      assert.deepEqual(await log(), ["create -c hello.xl  ends"]);
    });

    it("runs the cleanup command when the process that started the program is killed", async function () {
      const script = `
        import { run } from ${JSON.stringify(new URL("process.ts", import.meta.url).href)};
        await run(${JSON.stringify(xl)}, { guarded: true, onStdout: (bytes) => process.stdout.write(bytes) });
      `;
      const host = spawn(process.execPath, ["--input-type=module", "-e", script]);
      await once(host.stdout, "data");
      const destroyed = Promise.withResolvers<void>();
      const look = async (): Promise<void> => {
        if ((await log()).includes("destroy hello")) destroyed.resolve();
      };
      const watcher = watch(folder, () => void look().catch(destroyed.reject));
      host.kill("SIGKILL");
      await destroyed.promise.finally(() => watcher.close());
    });
  });

  it("lets a guarded program end by itself", async () => {
    assert.deepEqual(await run(node("process.exit(4)"), { guarded: true }), { kind: "exited", code: 4 });
  });
});
