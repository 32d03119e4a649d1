import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessResult } from "../../platform/process.ts";
import { duneResetReason } from "../../project/state.ts";
import { checkArguments, checkSources, checkSyntax } from "./sourceCheck.ts";

const configured = (target: string) => ({ configured: { target, options: [] }, stale: [] });
const ended = (stderr: string, result: ProcessResult = { kind: "exited", code: 1 }) => ({
  result,
  stdout: "",
  stderr,
});

describe("The check of saved sources", () => {
  let root: string;
  let project: { root: string; buildDir: string; configFile: string };

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "mirageos é "));
    project = { root, buildDir: root, configFile: join(root, "config.ml") };
    await writeFile(
      project.configFile,
      'open Mirage\nlet main = main "Unikernel" job\nlet () = register "hello" [ main ]\n',
    );
    await writeFile(join(root, "unikernel.ml"), 'let s = "é" in\nlet start () = print 1\n');
    await mkdir(join(root, "_build", "solo5", ".main.eobjs"), { recursive: true });
    await mkdir(join(root, "_build", "default", "mirage", ".hello.eobjs"), { recursive: true });
  });
  after(() => rm(root, { recursive: true }));

  it("compiles only the modules beside config.ml, in the context and with the profile of the build", async () => {
    const args = (folder: string) => ["build", "--profile", "release", "--root", ".", `@@${folder}/check`];
    assert.deepEqual(await checkArguments(project, configured("hvt")), args("_build/solo5"));
    const inside = { ...project, buildDir: join(root, "mirage") };
    assert.deepEqual(await checkArguments(inside, configured("unix")), args("_build/default/mirage"));
  });

  it("needs a configured project whose dependencies are compiled for the target", async () => {
    const reset = { ...configured("hvt"), stale: [{ step: "configure" as const, reason: duneResetReason }] };
    for (const state of [{ configured: undefined, stale: [] }, configured("unix"), configured("new"), reset])
      assert.equal(await checkArguments(project, state), undefined);
  });

  it("reports errors with columns as the editor counts them", async () => {
    const output =
      'File "unikernel.ml", line 2, characters 15-20:\n2 | let start () = print 1\n                   ^^^^^\nError: Unbound value print\nHint: Did you mean Printf?';
    const found = await checkSources(project, false, () => Promise.resolve(ended(output)));
    assert.deepEqual(
      found?.problems.map(({ file, range, message }) => [file, range.startColumn, message]),
      [[join(root, "unikernel.ml"), 15, "Unbound value print\nHint: Did you mean Printf?"]],
    );
    assert.match(found?.texts.get(join(root, "unikernel.ml")) ?? "", /print 1/);
  });

  it("moves errors of generated code to their cause, unless config.ml has changed since configure", async () => {
    const output = 'File "mirage/main.ml", line 9, characters 0-15:\nError: Unbound value Unikernel.start';
    const run = () => Promise.resolve(ended(output));
    const found = await checkSources(project, false, run);
    assert.deepEqual(
      found?.problems.map(({ file }) => file),
      [join(root, "unikernel.ml")],
    );
    const mismatch =
      'File "mirage/main.ml", line 9, characters 24-50:\n9 | module Unikernel__12 = Unikernel.Main(Net)\n                            ^^^^^^^^\nError: The module Unikernel__12 is a functor, it cannot have any components';
    assert.equal(await checkSources(project, true, () => Promise.resolve(ended(mismatch))), undefined);
  });

  it("has no result if another dune is building or it was cancelled, and no problems if all is compiled", async () => {
    const locked = "Error: A running dune (pid: 42) instance has locked the build directory.";
    const results = [ended(locked), ended("", { kind: "cancelled" })];
    for (const result of results)
      assert.equal(await checkSources(project, false, () => Promise.resolve(result)), undefined);
    const done = await checkSources(project, false, () =>
      Promise.resolve(ended("", { kind: "exited", code: 0 })),
    );
    assert.deepEqual(done?.problems, []);
  });

  it("parses files before a build is configured, those that had errors again, and forgets removed ones", async () => {
    const file = join(root, "unikernel.ml");
    const output = 'File "unikernel.ml", line 2, characters 4-9:\nError: Syntax error';
    const found = await checkSyntax(project, [file, join(root, "removed.ml")], () =>
      Promise.resolve(ended(output, { kind: "exited", code: 2 })),
    );
    assert.deepEqual(
      found?.problems.map((each) => [each.file, each.range.startLine, each.message]),
      [[file, 1, "Syntax error"]],
    );
    const isUnknown = await checkSyntax(project, [file], () => Promise.resolve(ended("unknown option")));
    assert.equal(isUnknown, undefined);
  });
});
