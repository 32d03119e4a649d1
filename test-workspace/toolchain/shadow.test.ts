import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createShadows, type ShadowsInput } from "../../extension/graph/shadow.ts";
import type { ShadowProject } from "../../extension/graph/shadowModel.ts";
import { findProgram, type Env } from "../../extension/platform/env.ts";
import { run } from "../../extension/platform/process.ts";
import { bin, copyOf, recordings } from "./standin.ts";

/** Everything of a tree that a program could have changed: names, kinds, contents, times, links. */
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

/** The graph as `-o FILE` has it, from a recorded `-o -`. */
function recordedGraph(...path: string[]): string {
  const text = readFileSync(join(recordings, "skeleton", ...path), "utf8");
  return text.slice(text.indexOf("digraph G {")).replaceAll(/\n {12}/g, "\n");
}

function standInEnv(extra: Env = {}): Env {
  const own = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { ...Object.fromEntries(own), PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`, ...extra };
}

describe("the shadow of config.ml", function () {
  this.timeout(60_000);
  let storage = "";
  let root = "";
  let started: string[] = [];

  beforeEach(async () => {
    storage = await mkdtemp(join(tmpdir(), "mirage-shadow-"));
    started = [];
  });
  afterEach(async () => {
    await rm(storage, { recursive: true, force: true });
    if (root !== "") await rm(root, { recursive: true, force: true });
    root = "";
  });

  const projectOf = (folder: string, config = "config.ml"): ShadowProject => ({
    id: join(folder, config),
    name: "sample",
    configFile: join(folder, config),
    root: folder,
    buildDir: join(folder, config, ".."),
    workspaceFolder: folder,
  });

  const shadowsWith = (env = standInEnv(), input: Partial<ShadowsInput> = {}) =>
    createShadows({
      run: (spec, hooks) => {
        started.push(spec.args[0] === "build" ? "dune" : "config.exe");
        return run(spec, hooks);
      },
      folder: join(storage, "shadows"),
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
    const shadows = shadowsWith();
    for (const [configuration, at] of [
      [hvt, "hvt/describe-dot-eval.stdout"],
      [{ ...hvt, target: "unix", options: ["--net=host"] }, "unix+net=host/describe-dot-eval.stdout"],
      [{ ...hvt, evaluate: false }, "hvt/describe-dot-no-eval.stdout"],
    ] as const) {
      const described = await shadows.describe(project, configuration);
      assert.equal(described.kind, "described");
      if (described.kind === "described")
        assert.equal(described.dot, recordedGraph("device-usage/network", at));
    }
    assert.deepEqual(started, ["dune", "config.exe", "config.exe", "config.exe"]);
    const text = await shadows.describe(project, hvt);
    const recorded = readFileSync(
      join(recordings, "skeleton/device-usage/network/hvt/describe.stdout"),
      "utf8",
    );
    assert.equal(text.kind === "described" && text.text, recorded);
    assert.equal(started.length, 4, "what was described is not asked again");
  });

  it("leaves the project as it was, byte by byte and to the last time stamp", async () => {
    const project = await sample("kv_ro");
    const before = await fingerprint(project.root);
    const shadows = shadowsWith();
    await shadows.describe(project, hvt);
    await shadows.built(project);
    await shadows.generate(project, hvt);
    await shadows.help(project);
    await shadows.describe(project, hvt, { configText: "let () = 1 +\n" });
    assert.equal(await fingerprint(project.root), before);
  });

  it("compiles again when config.ml changes, and not when it changes back", async () => {
    const project = await sample("hello");
    const shadows = shadowsWith();
    const original = await readFile(project.configFile, "utf8");
    await shadows.describe(project, hvt);
    await writeFile(project.configFile, `${original}\n(* changed *)\n`);
    await shadows.describe(project, hvt);
    await writeFile(project.configFile, original);
    await shadows.describe(project, { ...hvt, target: "xen" });
    assert.deepEqual(started, ["dune", "config.exe", "dune", "config.exe", "config.exe"]);
  });

  it("asks a config.ml that reads files each time: they may be others now", async () => {
    const project = await sample("hello");
    const text = await readFile(project.configFile, "utf8");
    await writeFile(project.configFile, `${text}let name () = input_line (open_in "name.txt")\n`);
    const shadows = shadowsWith();
    await shadows.describe(project, hvt);
    await shadows.describe(project, hvt);
    assert.deepEqual(started, ["dune", "config.exe", "config.exe"]);
  });

  it("compiles again when mirage is replaced in place", async () => {
    const project = await sample("hello");
    const tools = join(storage, "switch");
    await cp(join(bin, ".."), tools, { recursive: true });
    await cp(recordings, join(storage, "recordings", "mirage-4.11.1"), { recursive: true });
    const env = standInEnv();
    const shadows = shadowsWith({ ...env, PATH: `${join(tools, "bin")}${delimiter}${env["PATH"] ?? ""}` });
    await shadows.describe(project, hvt);
    await utimes(join(tools, "bin", "mirage"), new Date(), new Date(Date.now() + 10_000));
    assert.equal((await shadows.describe(project, hvt)).kind, "described");
    assert.equal(started.filter((name) => name === "dune").length, 2);
  });

  it("tells a mistake at its place in the user's file, and compiles it once for all targets", async () => {
    const project = await sample("hello");
    const good = await readFile(project.configFile, "utf8");
    await writeFile(project.configFile, `${good}let () = register 1 []\n`);
    const shadows = shadowsWith();
    const answer = await shadows.describe(project, hvt);
    assert.equal(answer.kind, "doesNotCompile");
    const problems = answer.kind === "doesNotCompile" ? answer.problems : [];
    assert.deepEqual(
      problems.map(({ file, severity }) => [file, severity]),
      [[project.configFile, "error"]],
    );
    await shadows.describe(project, { ...hvt, target: "unix" });
    assert.deepEqual(started, ["dune"]);
  });

  it("describes an older text of config.ml beside the one on disk", async () => {
    const project = await sample("network");
    const shadows = shadowsWith();
    const hello = await readFile(join(bin, "..", "..", "hello", "config.ml"), "utf8");
    const before = await shadows.describe(project, hvt, { configText: hello });
    const after = await shadows.describe(project, hvt);
    assert.ok(before.kind === "described" && after.kind === "described");
    assert.match(before.text, /Name +hello/);
    assert.match(after.text, /Name +network/);
    const built = await shadows.built(project);
    assert.ok(built.kind === "built");
    assert.equal(await readFile(built.configFile, "utf8"), await readFile(project.configFile, "utf8"));
  });

  it("gives a language server the same folder after a change of config.ml, also of one that is broken", async () => {
    const project = await sample("hello");
    const shadows = shadowsWith();
    const first = await shadows.built(project);
    await writeFile(project.configFile, "let x : int = true\n");
    const second = await shadows.built(project);
    assert.equal(second.kind, "doesNotCompile");
    assert.ok(first.kind === "built" && second.kind === "doesNotCompile");
    assert.equal(second.folder, first.folder);
    assert.equal(await readFile(first.configFile, "utf8"), "let x : int = true\n");
  });

  it("lays mirage/config.ml out as in the project", async () => {
    const project = await sample("hello");
    await mkdir(join(project.root, "mirage"));
    await cp(project.configFile, join(project.root, "mirage", "config.ml"));
    const nested = projectOf(project.root, "mirage/config.ml");
    const shadows = shadowsWith();
    assert.equal((await shadows.describe(nested, hvt)).kind, "described");
    const built = await shadows.built(nested);
    assert.ok(built.kind === "built");
    assert.equal(built.configFile, join(built.folder, "mirage", "config.ml"));
    const generated = await shadows.generate(nested, hvt);
    assert.ok(generated.kind === "generated");
    assert.match(generated.opam, /opam-version/);
  });

  it("generates what configure writes, and the manual", async () => {
    const project = await sample("network");
    const shadows = shadowsWith();
    const generated = await shadows.generate(project, hvt);
    assert.ok(generated.kind === "generated");
    const folder = join(recordings, "skeleton", "device-usage", "network", "hvt", "generated", "mirage");
    assert.equal(generated.mainMl, await readFile(join(folder, "main.ml"), "utf8"));
    assert.match(generated.manifest ?? "", /NET_BASIC/);
    const help = await shadows.help(project);
    assert.match(help.kind === "help" ? help.text : "", /--net=/);
  });

  it("says what config.ml's program said when it refuses", async () => {
    const project = await sample("network");
    const answer = await shadowsWith().describe(project, { ...hvt, options: ["--net=nowhere"] });
    assert.match(answer.kind === "failed" ? answer.output : "", /invalid value 'nowhere'/);
  });

  it("ends a config.ml that never ends, and goes on", async () => {
    const project = await sample("hello");
    const env = standInEnv({ MIRAGEOS_STANDIN_CONFIG: "hang" });
    const slow = shadowsWith(env, { limits: { evaluateMs: 300 } });
    assert.deepEqual(await slow.describe(project, hvt), { kind: "timedOut", step: "evaluate", seconds: 0.3 });
    assert.equal((await shadowsWith().describe(project, hvt)).kind, "described");
  });

  it("takes the graph from a config.ml that prints a flood", async () => {
    const project = await sample("hello");
    const shadows = shadowsWith(standInEnv({ MIRAGEOS_STANDIN_CONFIG: "flood" }));
    const described = await shadows.describe(project, hvt);
    assert.ok(described.kind === "described");
    assert.equal(described.dot, recordedGraph("tutorial/hello/hvt/describe-dot-eval.stdout"));
    assert.match(described.text, /Name +hello/);
  });

  it("is cancelled while config.ml runs", async () => {
    const project = await sample("hello");
    const abort = new AbortController();
    const shadows = shadowsWith(standInEnv({ MIRAGEOS_STANDIN_CONFIG: "hang" }), {
      run: (spec, hooks) =>
        run(spec, {
          ...hooks,
          onStdout: (bytes) => {
            if (Buffer.from(bytes).includes("hanging")) abort.abort();
            hooks?.onStdout?.(bytes);
          },
        }),
    });
    assert.deepEqual(await shadows.describe(project, hvt, { signal: abort.signal }), { kind: "cancelled" });
    assert.deepEqual(await shadows.describe(project, hvt, { signal: abort.signal }), { kind: "cancelled" });
  });

  it("lets two windows compile one config.ml at the same time", async () => {
    const project = await sample("hello");
    const [one, other] = [shadowsWith(), shadowsWith()];
    const answers = await Promise.all([one.describe(project, hvt), other.describe(project, hvt)]);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ["described", "described"],
    );
    assert.equal(started.filter((name) => name === "dune").length, 1, "the second finds what the first made");
  });

  it("runs nothing in Restricted Mode", async () => {
    const project = await sample("hello");
    const shadows = shadowsWith(standInEnv(), { trusted: () => false });
    const answers = await Promise.all([
      shadows.describe(project, hvt),
      shadows.built(project),
      shadows.generate(project, hvt),
      shadows.help(project),
    ]);
    for (const answer of answers) {
      assert.equal(answer.kind === "noTool" && answer.problem.code, "untrusted");
    }
    assert.deepEqual(started, []);
  });
});
