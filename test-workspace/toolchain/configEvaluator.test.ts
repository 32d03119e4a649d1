import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  DuneConfigEvaluator,
  type ConfigEvaluatorInput,
} from "../../extension/graph/evaluate/configEvaluator.ts";
import type { EvaluatedProject } from "../../extension/graph/evaluate/types.ts";
import { findProgram, type Env } from "../../extension/platform/env.ts";
import { run } from "../../extension/platform/process.ts";
import { bin, copyOf, recordings } from "./standin.ts";

/** Hashes everything in a folder that a program could change: names, types, contents, times and links. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const entry of (await readdir(folder, { recursive: true })).toSorted((a, b) => a.localeCompare(b))) {
    const path = join(folder, entry);
    const info = await lstat(path);
    hash.update(`${entry} ${info.mode} ${info.size} ${info.mtimeMs} ${info.ctimeMs}\n`);
    if (info.isFile()) hash.update(await readFile(path));
  }
  const own = await lstat(folder);
  return hash.update(`${own.mtimeMs}`).digest("hex");
}

/** Extracts the graph that `-o FILE` writes from a recording of `-o -`. */
function recordedGraph(...path: string[]): string {
  const text = readFileSync(join(recordings, "skeleton", ...path), "utf8");
  return text.slice(text.indexOf("digraph G {")).replaceAll(/\n {12}/g, "\n");
}

function standInEnv(extra: Env = {}): Env {
  const own = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { ...Object.fromEntries(own), PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`, ...extra };
}

describe("The config evaluator", function () {
  let storage = "";
  let root = "";
  let started: string[] = [];

  beforeEach(async () => {
    storage = await mkdtemp(join(tmpdir(), "mirage-config-builds-"));
    started = [];
  });
  afterEach(async () => {
    await rm(storage, { recursive: true, force: true });
    if (root !== "") await rm(root, { recursive: true, force: true });
    root = "";
  });

  const projectOf = (folder: string, config = "config.ml"): EvaluatedProject => ({
    id: join(folder, config),
    name: "sample",
    configFile: join(folder, config),
    root: folder,
    buildDir: join(folder, config, ".."),
    workspaceFolder: folder,
  });

  const evaluatorWith = (env = standInEnv(), input: Partial<ConfigEvaluatorInput> = {}) =>
    new DuneConfigEvaluator({
      run: (spec, hooks) => {
        started.push(spec.args[0] === "build" ? "dune" : "config.exe");
        return run(spec, hooks);
      },
      folder: join(storage, "config-builds"),
      trusted: () => true,
      tools: {
        environment: async () => ({ env, label: "stand-ins" }),
        path: (tool) => findProgram(tool === "ocaml" ? "ocamlc" : tool, env),
      },
      ...input,
    });

  const sample = async (name: string) => {
    const copy = await copyOf(name, "project");
    root = copy.root;
    return projectOf(copy.folder);
  };
  const hvt = { target: "hvt", options: [], evaluate: true };

  it("describes every target from one compilation, as recorded", async () => {
    const project = await sample("network");
    const evaluator = evaluatorWith();
    for (const [configuration, at] of [
      [hvt, "hvt/describe-dot-eval.stdout"],
      [{ ...hvt, target: "unix", options: ["--net=host"] }, "unix+net=host/describe-dot-eval.stdout"],
      [{ ...hvt, evaluate: false }, "hvt/describe-dot-no-eval.stdout"],
    ] as const) {
      const described = await evaluator.printGraph(project, configuration);
      assert.equal(described.kind, "printed");
      if (described.kind === "printed")
        assert.equal(described.dot, recordedGraph("device-usage/network", at));
    }
    assert.deepEqual(started, ["dune", "config.exe", "config.exe", "config.exe"]);
    const text = await evaluator.printGraph(project, hvt);
    const recorded = readFileSync(
      join(recordings, "skeleton/device-usage/network/hvt/describe.stdout"),
      "utf8",
    );
    assert.equal(text.kind === "printed" && text.text, recorded);
    assert.equal(started.length, 4, "the cached description is used");
  });

  it("does not change the project, not even a time stamp", async () => {
    const project = await sample("kv_ro");
    const before = await fingerprint(project.root);
    const evaluator = evaluatorWith();
    await evaluator.printGraph(project, hvt);
    await evaluator.build(project);
    await evaluator.generate(project, hvt);
    await evaluator.help(project);
    await evaluator.printGraph(project, hvt, { configText: "let () = 1 +\n" });
    assert.equal(await fingerprint(project.root), before);
  });

  it("compiles again when config.ml changes, but not when the change is reverted", async () => {
    const project = await sample("hello");
    const evaluator = evaluatorWith();
    const original = await readFile(project.configFile, "utf8");
    await evaluator.printGraph(project, hvt);
    await writeFile(project.configFile, `${original}\n(* changed *)\n`);
    await evaluator.printGraph(project, hvt);
    await writeFile(project.configFile, original);
    await evaluator.printGraph(project, { ...hvt, target: "xen" });
    assert.deepEqual(started, ["dune", "config.exe", "dune", "config.exe", "config.exe"]);
  });

  it("evaluates a config.ml that reads files again for every query", async () => {
    const project = await sample("hello");
    const text = await readFile(project.configFile, "utf8");
    await writeFile(project.configFile, `${text}let name () = input_line (open_in "name.txt")\n`);
    const evaluator = evaluatorWith();
    await evaluator.printGraph(project, hvt);
    await evaluator.printGraph(project, hvt);
    assert.deepEqual(started, ["dune", "config.exe", "config.exe"]);
  });

  it("compiles again after mirage was replaced in the switch", async () => {
    const project = await sample("hello");
    const tools = join(storage, "switch");
    await cp(join(bin, ".."), tools, { recursive: true });
    await cp(recordings, join(storage, "recordings", "mirage-4.11.1"), { recursive: true });
    const env = standInEnv();
    const evaluator = evaluatorWith({
      ...env,
      PATH: `${join(tools, "bin")}${delimiter}${env["PATH"] ?? ""}`,
    });
    await evaluator.printGraph(project, hvt);
    await utimes(join(tools, "bin", "mirage"), new Date(), new Date(Date.now() + 10_000));
    assert.equal((await evaluator.printGraph(project, hvt)).kind, "printed");
    assert.equal(started.filter((name) => name === "dune").length, 2);
  });

  it("reports an error at its location in the user's file, and compiles once for all targets", async () => {
    const project = await sample("hello");
    const good = await readFile(project.configFile, "utf8");
    await writeFile(project.configFile, `${good}let () = register 1 []\n`);
    const evaluator = evaluatorWith();
    const answer = await evaluator.printGraph(project, hvt);
    assert.equal(answer.kind, "doesNotCompile");
    const problems = answer.kind === "doesNotCompile" ? answer.problems : [];
    assert.deepEqual(
      problems.map(({ file, severity }) => [file, severity]),
      [[project.configFile, "error"]],
    );
    await evaluator.printGraph(project, { ...hvt, target: "unix" });
    assert.deepEqual(started, ["dune"]);
  });

  it("describes an older version of config.ml independently of the file on disk", async () => {
    const project = await sample("network");
    const evaluator = evaluatorWith();
    const hello = await readFile(join(bin, "..", "..", "hello", "config.ml"), "utf8");
    const before = await evaluator.printGraph(project, hvt, { configText: hello });
    const after = await evaluator.printGraph(project, hvt);
    assert.ok(before.kind === "printed" && after.kind === "printed");
    assert.match(before.text, /Name +hello/);
    assert.match(after.text, /Name +network/);
    const built = await evaluator.build(project);
    assert.ok(built.kind === "built");
    assert.equal(await readFile(built.configFile, "utf8"), await readFile(project.configFile, "utf8"));
  });

  it("returns the same build folder after a change of config.ml, even if that does not compile", async () => {
    const project = await sample("hello");
    const evaluator = evaluatorWith();
    const first = await evaluator.build(project);
    await writeFile(project.configFile, "let x : int = true\n");
    const second = await evaluator.build(project);
    assert.equal(second.kind, "doesNotCompile");
    assert.ok(first.kind === "built" && second.kind === "doesNotCompile");
    assert.equal(second.folder, first.folder);
    assert.equal(await readFile(first.configFile, "utf8"), "let x : int = true\n");
  });

  it("builds mirage/config.ml with the layout of the project", async () => {
    const project = await sample("hello");
    await mkdir(join(project.root, "mirage"));
    await cp(project.configFile, join(project.root, "mirage", "config.ml"));
    const nested = projectOf(project.root, "mirage/config.ml");
    const evaluator = evaluatorWith();
    assert.equal((await evaluator.printGraph(nested, hvt)).kind, "printed");
    const built = await evaluator.build(nested);
    assert.ok(built.kind === "built");
    assert.equal(built.configFile, join(built.folder, "mirage", "config.ml"));
    const generated = await evaluator.generate(nested, hvt);
    assert.ok(generated.kind === "generated");
    assert.match(generated.opam, /opam-version/);
  });

  it("generates the files of configure, and returns its help", async () => {
    const project = await sample("network");
    const evaluator = evaluatorWith();
    const generated = await evaluator.generate(project, hvt);
    assert.ok(generated.kind === "generated");
    const folder = join(recordings, "skeleton", "device-usage", "network", "hvt", "generated", "mirage");
    assert.equal(generated.mainMl, await readFile(join(folder, "main.ml"), "utf8"));
    assert.match(generated.manifest ?? "", /NET_BASIC/);
    const help = await evaluator.help(project);
    assert.match(help.kind === "help" ? help.text : "", /--net=/);
  });

  it("returns the error message of the compiled config.ml", async () => {
    const project = await sample("network");
    const answer = await evaluatorWith().printGraph(project, { ...hvt, options: ["--net=nowhere"] });
    assert.match(answer.kind === "failed" ? answer.output : "", /invalid value 'nowhere'/);
  });

  it("stops a config.ml that does not terminate", async () => {
    const project = await sample("hello");
    const env = standInEnv({ MIRAGEOS_STANDIN_CONFIG: "hang" });
    const slow = evaluatorWith(env, { limits: { evaluateMs: 300 } });
    assert.deepEqual(await slow.printGraph(project, hvt), {
      kind: "timedOut",
      step: "evaluate",
      seconds: 0.3,
    });
    assert.equal((await evaluatorWith().printGraph(project, hvt)).kind, "printed");
  });

  it("reads the graph of a config.ml that prints a lot", async () => {
    const project = await sample("hello");
    const evaluator = evaluatorWith(standInEnv({ MIRAGEOS_STANDIN_CONFIG: "flood" }));
    const described = await evaluator.printGraph(project, hvt);
    assert.ok(described.kind === "printed");
    assert.equal(described.dot, recordedGraph("tutorial/hello/hvt/describe-dot-eval.stdout"));
    assert.match(described.text, /Name +hello/);
  });

  it("can be cancelled while config.ml runs", async () => {
    const project = await sample("hello");
    const abort = new AbortController();
    const evaluator = evaluatorWith(standInEnv({ MIRAGEOS_STANDIN_CONFIG: "hang" }), {
      run: (spec, hooks) =>
        run(spec, {
          ...hooks,
          onStdout: (bytes) => {
            if (Buffer.from(bytes).includes("hanging")) abort.abort();
            hooks?.onStdout?.(bytes);
          },
        }),
    });
    assert.deepEqual(await evaluator.printGraph(project, hvt, { signal: abort.signal }), {
      kind: "cancelled",
    });
    assert.deepEqual(await evaluator.printGraph(project, hvt, { signal: abort.signal }), {
      kind: "cancelled",
    });
  });

  it("compiles a config.ml once if two windows query it at the same time", async () => {
    const project = await sample("hello");
    const [one, other] = [evaluatorWith(), evaluatorWith()];
    const answers = await Promise.all([one.printGraph(project, hvt), other.printGraph(project, hvt)]);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ["printed", "printed"],
    );
    assert.equal(
      started.filter((name) => name === "dune").length,
      1,
      "the second uses the program that the first compiled",
    );
  });

  it("runs nothing in Restricted Mode", async () => {
    const project = await sample("hello");
    const evaluator = evaluatorWith(standInEnv(), { trusted: () => false });
    const answers = await Promise.all([
      evaluator.printGraph(project, hvt),
      evaluator.build(project),
      evaluator.generate(project, hvt),
      evaluator.help(project),
    ]);
    for (const answer of answers) {
      assert.equal(answer.kind === "noTool" && answer.problem.code, "untrusted");
    }
    assert.deepEqual(started, []);
  });
});
