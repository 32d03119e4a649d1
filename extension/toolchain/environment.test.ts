import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec, Run } from "../platform/process.ts";
import {
  commandIn,
  currentSwitch,
  listSwitches,
  readEnvironment,
  templateWords,
  type Environment,
} from "./environment.ts";
import type { SwitchChoice } from "./switches.ts";

/** The output and exit code of a fake program. */
type Answer = { stdout?: string; stderr?: string; code?: number };

function fakeRun(answer: (spec: ProcessSpec) => Answer): Run {
  return async (spec, hooks) => {
    const { stdout = "", stderr = "", code = 0 } = answer(spec);
    hooks?.onStdout?.(Buffer.from(stdout));
    hooks?.onStderr?.(Buffer.from(stderr));
    return { kind: "exited", code };
  };
}

const opamChoice: SwitchChoice = { kind: "opam", switch: "mirage", why: "" };

const never: Run = () => Promise.reject(new Error("a program was started"));

describe("readEnvironment", () => {
  let bin = "";
  before(() => {
    bin = mkdtempSync(join(tmpdir(), "bin "));
    for (const name of ["opam", "esy"]) {
      writeFileSync(join(bin, name), "");
      chmodSync(join(bin, name), 0o755);
    }
  });
  after(() => rmSync(bin, { recursive: true }));

  const read = (choice: SwitchChoice, run: Run) =>
    readEnvironment({ choice, run, base: { PATH: bin, HOME: "/h" }, cwd: "/ws" });

  beforeEach(function () {
    if (process.platform === "win32") this.skip();
  });

  it("merges the environment of opam into the one of VS Code", async () => {
    let started: ProcessSpec | undefined;
    const run = fakeRun((spec) => {
      started = spec;
      return { stdout: '(\n  ("OPAM_SWITCH_PREFIX" "/o/mirage")\n  ("PATH" "/o/mirage/bin:/usr/bin")\n)\n' };
    });
    const environment = await read(opamChoice, run);
    assert.deepEqual(environment, {
      env: { HOME: "/h", OPAM_SWITCH_PREFIX: "/o/mirage", PATH: "/o/mirage/bin:/usr/bin" },
      label: "opam: mirage",
      choice: opamChoice,
    });
    assert.deepEqual(started?.args, ["env", "--switch=mirage", "--set-switch", "--sexp"]);
    assert.deepEqual([started?.file, started?.cwd], [join(bin, "opam"), "/ws"]);
  });

  it("reads the environment of esy in the root of the sandbox", async () => {
    const run = fakeRun(({ cwd }) => ({ stdout: JSON.stringify({ PATH: `${cwd}/bin`, n: 1 }) }));
    const environment = await read({ kind: "esy", root: "/esy/app", why: "" }, run);
    assert.ok("env" in environment);
    assert.deepEqual(environment.env, { HOME: "/h", PATH: "/esy/app/bin" });
  });

  it("reports the cause if opam fails, prints nonsense or is missing", async () => {
    const failing = fakeRun(() => ({
      code: 5,
      stderr: "[ERROR] The selected switch mirage is not installed.\n",
    }));
    const failed = await read(opamChoice, failing);
    assert.ok("code" in failed);
    assert.equal(
      failed.message,
      "Could not read the environment of opam: mirage: The selected switch mirage is not installed.",
    );
    const nonsense = await read(
      opamChoice,
      fakeRun(() => ({ stdout: "hello" })),
    );
    assert.equal("code" in nonsense && nonsense.code, "switch-unusable");
    const absent = await readEnvironment({
      choice: opamChoice,
      run: failing,
      base: { PATH: "/none" },
      cwd: "/ws",
    });
    assert.equal("code" in absent && absent.code, "tool-missing");
  });

  it("uses the environment of VS Code without a switch, with the folder of dune first in PATH", async () => {
    const plain = await read({ kind: "path", why: "" }, never);
    assert.deepEqual("env" in plain && plain.env, { PATH: bin, HOME: "/h" });
    const dune = await read({ kind: "dune", dune: "/opt/dune/bin/dune", why: "" }, never);
    assert.deepEqual("env" in dune && dune.env["PATH"], `/opt/dune/bin:${bin}`);
  });

  it("lists switches and marks the current one", async () => {
    const run = fakeRun(({ args }) => ({
      stdout: args[1] === "list" ? "/ws/local\n5.4.1\nmirage\n" : "mirage\n",
    }));
    assert.deepEqual(await listSwitches({ run, env: { PATH: bin }, cwd: "/ws" }), [
      { name: "/ws/local", current: false },
      { name: "5.4.1", current: false },
      { name: "mirage", current: true },
    ]);
  });

  it("returns no current switch if opam was not initialized", async () => {
    const run = fakeRun(() => ({ code: 50, stderr: "[ERROR] Opam has not been initialised\n" }));
    assert.equal(await currentSwitch({ run, env: { PATH: bin }, cwd: "/ws" }), undefined);
    const listed = await listSwitches({ run, env: { PATH: bin }, cwd: "/ws" });
    assert.match("message" in listed ? listed.message : "", /Opam has not been initialised/);
  });

  it("rejects if opam does not answer in time", async () => {
    const run: Run = (spec, hooks) => {
      if (spec.args.includes("list")) return fakeRun(() => ({ stdout: "mirage\n" }))(spec, hooks);
      return new Promise((resolve) => {
        hooks?.signal?.addEventListener("abort", () => resolve({ kind: "cancelled" }), { once: true });
      });
    };
    const query = { run, env: { PATH: bin }, cwd: "/ws", timeoutMs: 1 };
    await assert.rejects(currentSwitch(query), /opam switch show.*did not answer in time/);
    const listed = await listSwitches({ ...query, timeoutMs: 1000 });
    assert.deepEqual(listed, [{ name: "mirage", current: false }]);
  });
});

const wrapped = (template: string, file: string, ...args: string[]) => {
  const words = templateWords(template);
  assert.ok(words);
  const environment: Pick<Environment, "template"> = { template: words };
  const command = commandIn(environment, file, args);
  return [command.file, ...command.args];
};

describe("commandIn", () => {
  it("inserts the program and its arguments as words", () => {
    assert.deepEqual(wrapped("docker exec 'my box' $prog $args", "mirage", "configure", "a b"), [
      "docker",
      "exec",
      "my box",
      "mirage",
      "configure",
      "a b",
    ]);
    assert.deepEqual(wrapped("$prog $args", "make"), ["make"]);
  });

  it("quotes them inside of a word that a shell reads", () => {
    assert.deepEqual(wrapped('nix-shell --run "$prog $args"', "mirage", "-l", "it's; $(x)"), [
      "nix-shell",
      "--run",
      String.raw`mirage -l 'it'\''s; $(x)'`,
    ]);
  });

  it("rejects an unclosed quote", () => {
    assert.equal(templateWords('sh -c "$prog $args'), undefined);
  });

  it("does not change the command without a template", () => {
    assert.deepEqual(commandIn({}, "mirage", ["--version"]), { file: "mirage", args: ["--version"] });
  });
});
