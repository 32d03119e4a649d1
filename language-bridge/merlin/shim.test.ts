import assert from "node:assert/strict";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { findProgram } from "../../extension/platform/env.ts";
import { createSplitter, renderFileQuery, haltCommand, renderCsexp } from "./merlinProtocol.ts";
import { answerPath } from "./shimAnswers.ts";
import { installShim } from "./installShim.ts";
import { launcherName, shimEnv, shimFolders, shimPath, type ShimLocation } from "./shimFiles.ts";

/** A dune that answers each query with its working directory and the path, and crashes at `die.ml`. */
const fakeDune = `
const at = process.cwd();
let text = "";
process.stdin.on("data", (bytes) => {
  text += bytes.toString("latin1");
  for (;;) {
    const found = /^(?:4:Halt|\\(4:File(\\d+):)/.exec(text);
    if (!found) return;
    if (found[1] === undefined) process.exit(0);
    const end = found[0].length + Number(found[1]) + 1;
    if (text.length < end) return;
    if (text.includes("die.ml")) process.exit(3);
    const reply = at + " " + text.slice(found[0].length, end - 1);
    text = text.slice(end);
    process.stdout.write(Buffer.from("((2:AT" + reply.length + ":" + reply + "))", "latin1"));
  }
});
process.stdin.on("end", () => process.exit(0));
`;

describe("the shim", () => {
  if (process.platform === "win32") return;
  let base: string;
  let location: ShimLocation;
  let project: string;
  let bin: string;
  const running = new Set<ChildProcessWithoutNullStreams>();

  before(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), "mirageos shim ")));
    const shim = join(base, "shim.cjs");
    await build({
      entryPoints: [join(dirname(fileURLToPath(import.meta.url)), "shim.ts")],
      outfile: shim,
      bundle: true,
      format: "cjs",
      platform: "node",
      target: "node22",
      logLevel: "error",
    });
    location = {
      storage: join(base, "sto'rage"),
      shim,
      runtime: process.execPath,
      platform: process.platform,
    };
    await installShim(location);
    project = join(base, "my project");
    await mkdir(join(project, "sub"), { recursive: true });
    await writeFile(join(project, "dune-project"), "(lang dune 2.9)\n");
    bin = join(base, "bin");
    await mkdir(bin);
    await writeFile(join(base, "dune.cjs"), fakeDune);
    await writeFile(join(bin, "dune"), `#!/bin/sh\nexec '${process.execPath}' '${base}/dune.cjs' "$@"\n`);
    await chmod(join(bin, "dune"), 0o755);
  });
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
    running.clear();
  });
  after(() => rm(base, { recursive: true, force: true }));

  function start(
    cwd = project,
    path = `${bin}${delimiter}/usr/bin${delimiter}/bin`,
    storage = location.storage,
  ) {
    const program = join(shimFolders(storage).bin, launcherName);
    const child = spawn(program, ["ocaml-merlin"], { cwd, env: { PATH: path } });
    running.add(child);
    const splitter = createSplitter();
    const answers: string[] = [];
    let stderr = "";
    const waiting = new Set<() => void>();
    const notify = (): void => waiting.forEach((each) => each());
    child.stdout.on("data", (bytes: Buffer) => {
      answers.push(...splitter.push(bytes).map((one) => Buffer.from(one).toString()));
      notify();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    child.stdin.on("error", () => undefined);
    const ended = new Promise<number | null>((resolve) => {
      child.on("close", (code) => resolve(code));
    });
    return {
      child,
      ended,
      stderr: () => stderr,
      answered: (count: number): Promise<readonly string[]> =>
        new Promise((resolve) => {
          const ready = (): void => {
            if (answers.length >= count) resolve(answers);
          };
          waiting.add(ready);
          ready();
        }),
    };
  }

  const fromDune = (root: string, path: string): string => {
    const reply = Buffer.from(`${root} ${path}`);
    return renderCsexp([[Buffer.from("AT"), reply]]).toString();
  };
  const programAt = async (name: string): Promise<string> => {
    const found = await findProgram(name, { PATH: process.env["PATH"] ?? "" });
    assert.ok(found, name);
    return found;
  };
  const own = "((1:B5:/mine))";
  const configured = async (at: string): Promise<string> => {
    const file = answerPath(shimFolders(location.storage).answers, at);
    await writeFile(file, own);
    return file;
  };

  it("forwards queries and answers in order and answers config.ml itself", async () => {
    const file = await configured(join(project, "config.ml"));
    const { child, answered, ended } = start();
    child.stdin.write(Buffer.concat([renderFileQuery("unikernel.ml"), renderFileQuery("config.ml")]));
    child.stdin.write(Buffer.concat([renderFileQuery("dépôt (1).ml"), renderFileQuery("sub/config.ml")]));
    assert.deepEqual(await answered(4), [
      fromDune(project, "unikernel.ml"),
      own,
      fromDune(project, "dépôt (1).ml"),
      fromDune(project, "sub/config.ml"),
    ]);
    child.stdin.write(haltCommand);
    assert.equal(await ended, 0);
    await rm(file);
    const left = await readdir(shimFolders(location.storage).answers);
    assert.deepEqual(left, [], "the launcher removed its files");
  });

  it("answers in a folder above the projects, and for files outside of projects", async () => {
    await mkdir(join(base, "plain"), { recursive: true });
    const { child, answered } = start(base);
    child.stdin.write(renderFileQuery("my project/sub/a.ml"));
    child.stdin.write(renderFileQuery(join(base, "plain", "b.ml")));
    assert.deepEqual(await answered(2), [fromDune(project, "sub/a.ml"), "()"]);
  });

  it("waits for an answer that is being built, but not for an abandoned one", async () => {
    const file = await configured(join(project, "config.ml"));
    await writeFile(file, "");
    const { child, answered } = start();
    child.stdin.write(renderFileQuery("config.ml"));
    child.stdin.write(renderFileQuery("x.ml"));
    await writeFile(file, own);
    assert.deepEqual(await answered(2), [own, fromDune(project, "x.ml")]);
    await writeFile(file, "");
    await utimes(file, 0, 0);
    child.stdin.write(renderFileQuery("config.ml"));
    assert.equal((await answered(3))[2], fromDune(project, "config.ml"));
    await rm(file);
  });

  it("reports that dune is missing or has crashed, and starts it again for the next query", async () => {
    const tools = join(base, "no dune");
    await mkdir(tools);
    for (const name of ["dd", "mkfifo", "rm"]) await symlink(await programAt(name), join(tools, name));
    const missing = start(project, tools);
    missing.child.stdin.write(renderFileQuery("x.ml"));
    assert.match((await missing.answered(1))[0] ?? "", /^\(\(5:ERROR\d+:dune .*opam switch/);
    const { child, answered } = start();
    child.stdin.write(renderFileQuery("die.ml"));
    assert.match((await answered(1))[0] ?? "", /ERROR.*exited before it answered/);
    child.stdin.write(renderFileQuery("x.ml"));
    assert.equal((await answered(2))[1], fromDune(project, "x.ml"));
  });

  it("exits at invalid input with a message on stderr, as dune does", async () => {
    const { child, ended, stderr } = start();
    child.stdin.write("GET / HTTP/1.1\r\n");
    assert.equal(await ended, 0);
    assert.match(stderr(), /Bad input/);
  });

  it("forwards a very long path", async () => {
    const path = `${"a/".repeat(50_000)}x.ml`;
    const { child, answered } = start();
    child.stdin.write(renderFileQuery(path));
    assert.equal((await answered(1))[0], fromDune(project, path));
  });

  it("exits with its server: on closed input, closed output or a signal", async () => {
    const closed = start();
    closed.child.stdin.write(renderFileQuery("x.ml"));
    await closed.answered(1);
    closed.child.stdin.end();
    assert.equal(await closed.ended, 0);
    const at = start();
    at.child.stdin.end();
    assert.equal(await at.ended, 0, "before the first query");
    const signalled = start();
    signalled.child.stdin.write(renderFileQuery("x.ml"));
    await signalled.answered(1);
    signalled.child.kill("SIGTERM");
    assert.equal(await signalled.ended, 0);
    const deaf = start();
    deaf.child.stdin.write(renderFileQuery("x.ml"));
    await deaf.answered(1);
    deaf.child.stdout.destroy();
    deaf.child.stdin.write(renderFileQuery("x.ml"));
    deaf.child.stdin.write(renderFileQuery("x.ml"));
    assert.equal(await deaf.ended, 0);
  });

  it("leaves everything to dune after the extension was uninstalled", async () => {
    const uninstalled = { ...location, storage: join(base, "left"), shim: join(base, "gone.cjs") };
    await installShim(uninstalled);
    const { child, answered, ended } = start(project, undefined, uninstalled.storage);
    child.stdin.write(Buffer.concat([renderFileQuery("config.ml"), renderFileQuery("x.ml")]));
    assert.deepEqual(await answered(2), [fromDune(project, "config.ml"), fromDune(project, "x.ml")]);
    child.stdin.write(haltCommand);
    assert.equal(await ended, 0);
  });

  it("acts as dune for an older server that runs dune itself", async () => {
    const env = shimPath(location, { PATH: `${bin}${delimiter}/usr/bin${delimiter}/bin` });
    const file = await configured(join(project, "config.ml"));
    const child = spawn("dune", ["ocaml-merlin", "--no-print-directory"], { cwd: project, env });
    running.add(child);
    const given = new Promise<string>((resolve) => {
      child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString()));
    });
    child.stdin.write(renderFileQuery("config.ml"));
    assert.equal(await given, own);
    child.stdin.end();
    await rm(file);
  });

  it("is loaded through NODE_OPTIONS, as on Windows, with the argument ocaml-merlin", async () => {
    const windows = shimEnv({
      ...location,
      platform: "win32",
      storage: "C:\\s",
      runtime: "C:\\VS Code\\Code.exe",
    });
    assert.equal(windows["OCAMLLSP_PROJECT_BUILD_SYSTEM"], `${"..\\".repeat(24)}VS Code\\Code.exe`);
    const env = { PATH: process.env["PATH"] ?? "", NODE_OPTIONS: windows["NODE_OPTIONS"] ?? "" };
    const child = spawn(process.execPath, ["ocaml-merlin"], { cwd: join(base, "plain"), env });
    running.add(child);
    const given = new Promise<string>((resolve) => {
      child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString()));
    });
    child.stdin.write(renderFileQuery("x.ml"));
    assert.equal(await given, "()");
    const ended = new Promise<number | null>((resolve) => {
      child.on("close", resolve);
    });
    child.stdin.end(haltCommand);
    assert.equal(await ended, 0);
  });
});
