import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../test/harness/temporaryFolder.ts";

const config =
  '(* mirage >= 4.11.0 & < 4.12.0 *)\nopen Mirage\nlet () = register "hello" [ main "Unikernel" job ]\n';

interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const runCli = (cwd: string, ...args: readonly string[]): Promise<CliResult> =>
  new Promise((resolve) => {
    const cli = join(import.meta.dirname, "bootTestsCli.ts");
    execFile(process.execPath, [cli, ...args], { cwd }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

describe("Boot tests without an editor", () => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    place = await temporaryFolder("mirageos-cli-");
    await writeFile(join(place.path, "config.ml"), config);
    await mkdir(join(place.path, "dist"));
    await writeFile(
      image(),
      '#!/bin/sh\necho "2026-01-01T00:00:00-00:00: [INFO] [application] hello $1 <&>"\n',
    );
    await chmod(image(), 0o755);
  });
  after(() => place.remove());

  const image = () => join(place.path, "dist", "hello");

  const write = (tests: readonly object[]) =>
    writeFile(join(place.path, "boot-tests.json"), JSON.stringify({ tests }));

  it("exit with 0 if all pass", async () => {
    await write([{ name: "says hello", args: ["--x"], expect: { log: ["hello --x"], exit: 0 } }]);
    const { code, stdout } = await runCli(place.path, "--target", "unix");
    assert.match(stdout, /^ok {2}hello: says hello \(unix\) \(\d+ ms\)\n1 passed, 0 failed\n$/);
    assert.equal(code, 0);
  });

  it("exit with 1 if one fails, show its console, and write JUnit's XML", async () => {
    await write([
      { name: "says bye", expect: { log: ["bye"] } },
      { name: "on hvt", targets: ["hvt"] },
    ]);
    const { code, stdout } = await runCli(".", "--junit", join(place.path, "results.xml"), place.path);
    assert.match(
      stdout,
      /FAILED {2}hello: says bye \(unix\).*\n {4}No record matched: bye\n {4}\| 2026-01-01T.*hello/,
    );
    assert.match(stdout, /skipped {2}hello: on hvt \(hvt\)\n {4}\S/);
    assert.match(stdout, /0 passed, 1 failed, 1 skipped\n$/);
    assert.equal(code, 1);
    const report = await readFile(join(place.path, "results.xml"), "utf8");
    assert.match(report, /<testsuite name="hello" tests="2" failures="1" skipped="1"/);
    assert.match(
      report,
      /<failure message="No record matched: bye"><\/failure><system-out>.*hello {2}&lt;&amp;&gt;/,
    );
  });

  it("skip tests with other options than those of the last configure", async () => {
    await mkdir(join(place.path, "mirage"), { recursive: true });
    await writeFile(join(place.path, "mirage", "context"), "configure\n-t\nunix\n--kv_ro=crunch\n");
    const expect = { log: ["hello"], exit: 0 };
    await write([
      { name: "crunch", options: ["--kv_ro=crunch"], expect },
      { name: "direct", options: ["--kv_ro=direct"], expect },
      { name: "any", expect },
    ]);
    const { code, stdout } = await runCli(place.path);
    assert.match(stdout, /^ok {2}hello: crunch .*\nskipped {2}hello: direct .*\n.*--kv_ro=direct, and build/);
    assert.match(stdout, /2 passed, 0 failed, 1 skipped\n$/);
    assert.equal(code, 0);
  });

  it("boot the image that mirage generated if config.ml computes its name", async () => {
    const folder = join(place.path, "computed");
    await mkdir(join(folder, "dist"), { recursive: true });
    await mkdir(join(folder, "mirage"));
    const tests = [{ name: "says hello", expect: { log: ["hello"], exit: 0 } }];
    await writeFile(join(folder, "boot-tests.json"), JSON.stringify({ tests }));
    await writeFile(join(folder, "config.ml"), config.replace('"hello"', '(String.lowercase_ascii "HELLO")'));
    const unconfigured = await runCli(folder);
    assert.match(unconfigured.stdout, /FAILED.*\n.*computes the name.* Run mirage configure -t unix, and/);
    assert.equal(unconfigured.code, 1);

    await writeFile(join(folder, "mirage", "context"), "configure\n-t\nunix\n");
    await writeFile(
      join(folder, "dist", "dune"),
      "(rule\n (target hello)\n (action (copy main.exe hello)))\n",
    );
    await copyFile(image(), join(folder, "dist", "hello"));
    const { code, stdout } = await runCli(folder);
    assert.match(stdout, /^ok {2}computed: says hello/);
    assert.equal(code, 0);
  });

  it("do not ask another program that uses the port", async () => {
    const server = createServer((_, response) => void response.end("hello"));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    await write([{ name: "answers", expect: { http: [`http://127.0.0.1:${port}/`] } }]);
    const { code, stdout } = await runCli(place.path, "--target", "unix");
    server.close();
    assert.match(stdout, new RegExp(`FAILED.*\n {4}Port ${port} is used by another program`));
    assert.equal(code, 1);
  });

  it("end a unikernel that ignores signals and prints without end", async () => {
    await writeFile(image(), '#!/bin/sh\ntrap "" TERM INT HUP\nwhile :; do echo again; done\n');
    await write([{ name: "stops", expect: { log: ["stopped"], within: 0.5 } }]);
    const { code, stdout } = await runCli(place.path, "--target", "unix");
    assert.match(stdout, /FAILED.*\n {4}No record matched: stopped\n {4}\| /);
    assert.equal(code, 1);
  });

  it("exit with 2 and name the mistake", async () => {
    await write([]);
    for (const [args, message] of [
      [["--target", "exokernel"], /exokernel is not a target of mirage/],
      [["--unknown"], /--unknown/],
      [[join(place.path, "dist")], /has no config\.ml/],
    ] as const) {
      const { code, stderr } = await runCli(place.path, ...args);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });
});
