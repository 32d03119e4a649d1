import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemError } from "../../platform/errors.ts";
import { run } from "../../platform/process.ts";
import { GdbError, miQuoted, startGdb, type GdbOptions } from "./gdbClient.ts";

describe("a program that is started as gdb", function () {
  if (process.platform === "win32") return;
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "gdb-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  let count = 0;
  const events: string[] = [];
  const options = (file: string, some: Partial<GdbOptions> = {}): GdbOptions => ({
    file,
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    signal: new AbortController().signal,
    onEvent: ({ name }) => events.push(name),
    onGuest: { stdout: () => undefined, stderr: () => undefined },
    ...some,
  });
  /** Writes a shell script. Reads of its input are the commands. */
  const script = async (text: string): Promise<string> => {
    const file = join(folder, `gdb${(count += 1)}`);
    await writeFile(file, `#!/bin/sh\n${text}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const problemOf = async (file: string, some: Partial<GdbOptions> = {}) => {
    const error = await startGdb(run, options(file, some)).catch((reason: unknown) => reason);
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  };
  const version = (number: string) => `read -r line; printf '~"GNU gdb (Debian) ${number}\\\\n"\\n1^done\\n'`;

  it("is a problem if it is missing", async () => {
    assert.equal((await problemOf(join(folder, "nowhere"))).code, "tool-failed");
  });

  it("is a problem if it is too old", async () => {
    const { code, message } = await problemOf(await script(version("8.3")));
    assert.equal(code, "gdb-too-old");
    assert.match(message, /version 8\.3.*gdb 9 or later/);
  });

  it("is a problem if it prints something else, ends at once, or answers nothing", async () => {
    const garbage = await problemOf(await script("yes 'I am not gdb'"));
    assert.equal(garbage.code, "not-gdb");
    assert.match(garbage.message, /I am not gdb/);
    assert.equal((await problemOf(await script("echo usage: x; exit 1"))).code, "not-gdb");
    assert.equal((await problemOf(await script("cat >/dev/null"), { startLimitMs: 200 })).code, "not-gdb");
    assert.equal((await problemOf(await script("cat /dev/zero"), { startLimitMs: 200 })).code, "not-gdb");
  });

  it("rejects the commands that it did not answer before it was killed", async () => {
    const gdb = await startGdb(run, options(await script(`${version("13.1")}; read -r line; kill -KILL $$`)));
    await assert.rejects(gdb.send("-exec-run"), GdbError);
    assert.deepEqual(await gdb.ended, { kind: "signalled", signal: "SIGKILL" });
    await assert.rejects(gdb.send("-exec-run"), GdbError);
  });

  it("may print garbage between its answers, and report changes", async () => {
    const answers = `${version("13.1")}; read -r line; printf 'warning: odd\\n=library-loaded,id="x"\\n^done\\n7^done\\n2^error,msg="No."\\n'; cat >/dev/null`;
    const abort = new AbortController();
    const gdb = await startGdb(run, options(await script(answers), { signal: abort.signal }));
    await assert.rejects(gdb.send("-exec-run"), { message: "No." });
    assert.ok(events.includes("library-loaded"));
    abort.abort();
    assert.deepEqual(await gdb.ended, { kind: "cancelled" });
  });

  it("receives commands that were sent before it was started", async () => {
    const later: typeof run = async (spec, hooks) => {
      await new Promise(setImmediate);
      return run(spec, hooks);
    };
    const abort = new AbortController();
    const file = await script(`${version("13.1")}; cat >/dev/null`);
    const gdb = await startGdb(later, options(file, { signal: abort.signal }));
    abort.abort();
    assert.deepEqual(await gdb.ended, { kind: "cancelled" });
  });

  it("receives no command in a text", () => {
    assert.equal(miQuoted('a "b" \\ c\nd'), String.raw`"a \"b\" \\ c\nd"`);
  });
});
