import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, copyOf, discard, recordings, run } from "./standin.ts";

/** Returns the programs and libraries for a real build that are missing on this machine. */
function findMissing(): string[] {
  const missing = ["ocamlc", "ocamlfind", "dune", "make"].filter(
    (tool) => spawnSync(tool, ["--version"]).error !== undefined,
  );
  if (missing.length > 0) return missing;
  return ["lwt.unix", "logs", "cmdliner", "fmt"].filter(
    (name) => spawnSync("ocamlfind", ["query", name]).status !== 0,
  );
}

describe("The stand-in toolchain", function () {
  let root = "";
  let folder = "";

  before(async function () {
    const missing = findMissing();
    if (missing.length > 0) {
      console.log(`skipped: a real build needs ${missing.join(", ")}`);
      this.skip();
    }
    ({ root, folder } = await copyOf("hello", "hello"));
  });
  after(() => discard(root));

  const make = async (step: string) => {
    const done = await run("make", [step], folder);
    assert.equal(done.code, 0, `make ${step}:\n${done.stderr.toString()}`);
    return done;
  };

  it("locks, pulls, compiles and runs hello on unix", async () => {
    assert.equal((await run("mirage", ["configure", "-t", "unix"], folder)).code, 0);
    for (const step of ["lock", "install-switch", "pull", "build"]) await make(step);
    const lock = readFileSync(join(folder, "mirage", "hello-unix.opam.locked"), "utf8");
    const recorded = join(
      recordings,
      "make-depend",
      "tutorial",
      "hello-unix",
      "after-lock",
      "mirage",
      "hello-unix.opam.locked",
    );
    assert.equal(lock, readFileSync(recorded, "utf8"));
    const ran = await run(join(folder, "dist", "hello"), [], folder);
    assert.equal(ran.code, 0);
    assert.equal(ran.stdout.toString(), "");
    const lines = ran.stderr.toString().trimEnd().split("\n");
    assert.equal(lines.length, 4);
    for (const line of lines)
      assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: \[INFO\] \[application\] hello$/);
  });

  it("builds a unikernel that exits with the exit codes of the real one", async () => {
    const hello = (...args: string[]) => run(join(folder, "dist", "hello"), args, folder);
    assert.equal((await hello("--help=plain")).code, 63);
    const refused = await hello("--nope");
    assert.equal(refused.code, 64);
    assert.match(
      refused.stderr.toString(),
      /^Usage: hello \[--help\] \[OPTION\]…\nhello: unknown option '--nope'/,
    );
    assert.match(
      refused.stdout.toString(),
      /^Hint: To pass a space, it needs to be escaped twice: \u001b\[1m/,
    );
  });

  it("builds an image for hvt, and boots it with the recorded console output", async () => {
    assert.equal((await run("mirage", ["configure", "-t", "hvt"], folder)).code, 0);
    await make("build");
    const abi = await run("solo5-elftool", ["query-abi", "dist/hello.hvt"], folder);
    assert.deepEqual(JSON.parse(abi.stdout.toString()), { type: "solo5.abi", target: "hvt", version: 2 });
    const manifest = await run("solo5-elftool", ["query-manifest", "dist/hello.hvt"], folder);
    assert.deepEqual(JSON.parse(manifest.stdout.toString()), {
      type: "solo5.manifest",
      version: 1,
      devices: [],
    });
    const booted = await run("solo5-hvt", ["dist/hello.hvt"], folder, { MIRAGEOS_STANDIN_SPEED: "100" });
    assert.equal(
      booted.stdout.toString(),
      readFileSync(join(recordings, "hello-run", "hvt-in-vm.stdout"), "utf8"),
    );
    assert.equal(booted.code, 0);
    const wrong = await run("solo5-spt", ["dist/hello.hvt"], folder);
    assert.equal(wrong.code, 1);
    assert.equal(
      wrong.stderr.toString(),
      "solo5-spt: dist/hello.hvt: Executable is not for the solo5-spt target\n",
    );
  });

  it("terminates a tender with a signal, as recorded", async () => {
    if (process.platform === "win32") return;
    const output: string[] = [];
    const done = await run("solo5-hvt", ["dist/hello.hvt"], folder, {}, (text, kill) => {
      if (output.length > 0 || !text.includes("[application] hello")) return;
      output.push(text);
      kill("SIGTERM");
    });
    assert.equal(done.stderr.toString(), "solo5-hvt: Exiting on signal 15\n");
    assert.equal(done.code, 1);
  });

  it("prints the messages of an edited unikernel, and the errors of the compiler", async () => {
    const source = join(folder, "unikernel.ml");
    const original = readFileSync(source, "utf8");
    writeFileSync(source, original.replace('f "hello"', 'f "bonjour"').replace("greet 4", "greet 1"));
    await make("build");
    const booted = await run("solo5-hvt", ["dist/hello.hvt"], folder);
    assert.match(
      booted.stdout.toString(),
      /-00:00: \[INFO\] \[application\] bonjour\nSolo5: solo5_exit\(0\) called\n$/,
    );
    writeFileSync(source, original.replace("of_sec 1", 'of_sec "1"'));
    const failed = await run("make", ["build"], folder);
    assert.equal(failed.code, 2);
    assert.match(failed.stderr.toString(), /File "unikernel\.ml", line 9, characters 41-44:/);
    writeFileSync(source, original);
  });

  it("fails to lock without a network and without a solution, as recorded", async () => {
    const lockWithFailure = (failure: string) =>
      run("make", ["lock"], folder, { MIRAGEOS_STANDIN_LOCK: failure });
    const offline = await lockWithFailure("no-network");
    assert.equal(offline.code, 2);
    assert.match(offline.stderr.toString(), /Could not resolve host: github\.com/);
    const unsolved = await lockWithFailure("unsatisfiable");
    assert.equal(unsolved.code, 2);
    assert.match(unsolved.stderr.toString(), /opam-monorepo: \[ERROR\] Can't find all required versions\./);
  });
});

describe("The stand-in for opam", () => {
  it("runs a program in a switch and exits with its exit code", async () => {
    const done = await run(
      "opam",
      ["exec", "--switch=default", "--set-switch", "--", "mirage", "nosuch"],
      bin,
    );
    assert.equal(done.code, 1);
    const unknown = await run("opam", ["exec", "--switch=nosuch", "--", "mirage", "--version"], bin);
    assert.equal(unknown.code, 5);
  });
});
