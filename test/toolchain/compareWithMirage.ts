/**
 * Compares the graphs of the config evaluator with those of the real mirage, byte for byte:
 *
 *     node test/toolchain/compareWithMirage.ts SKELETON [RECORDINGS]
 *
 * SKELETON is a checkout of mirage-skeleton; mirage and dune come from PATH. Without RECORDINGS, mirage
 * configures a copy of every project for each target and some options and describes it with
 * `--dot -o FILE`, with and without `--eval`, while the evaluator describes the original, which was never
 * configured. With RECORDINGS, a folder that contains `skeleton/GROUP/PROJECT/TARGET[+options]` like
 * test-workspace/recordings/mirage-4.11.1, the evaluator is compared with the recordings instead. `shapes`
 * in place of SKELETON compares the projects of shapes.ts. The exit code is 1 if there is a difference.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, lstat, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { DuneConfigEvaluator } from "../../extension/graph/evaluate/configEvaluator.ts";
import type { EvaluatedProject, ConfigEvaluator } from "../../extension/graph/evaluate/types.ts";
import { currentEnv, findProgram } from "../../extension/platform/env.ts";
import { run } from "../../extension/platform/process.ts";
import { splitTarget } from "../../extension/project/mirageContext.ts";
import { targetIds } from "../../extension/mirage/targets.ts";
import { shapes, writeShape } from "./shapes.ts";

/** Options tried in addition to none, if config.ml matches the pattern. */
const options: readonly (readonly [pattern: RegExp, options: readonly string[]])[] = [
  [/generic_stackv4v6/, ["--net=host"]],
  [/generic_stackv4v6/, ["--net=ocaml"]],
  [/generic_stackv4v6/, ["--no-dhcp", "--utcp"]],
  [/generic_kv_ro/, ["--kv_ro=direct"]],
];

/** `printed` or `failed`, the two graphs, and the output. */
type Result = { readonly kind: string; readonly dots: readonly string[]; readonly output: string };

const tally = { equal: 0, bothRefuse: 0, compared: 0, more: 0 };
const differences: string[] = [];
const refusals: string[] = [];

function compare(what: string, real: Result, ours: Result): void {
  tally.compared++;
  if (real.kind !== ours.kind) {
    differences.push(`${what}: mirage ${real.kind}, ours ${ours.kind}: ${real.output} / ${ours.output}`);
  } else if (real.kind !== "printed") {
    tally.bothRefuse++;
    refusals.push(`${what}: ${real.output} / ${ours.output}`);
  } else if (real.dots.every((dot, i) => dot === ours.dots[i])) tally.equal++;
  else differences.push(`${what}: the graphs differ`);
}

function execute(
  file: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const settings = { cwd, env: { ...process.env, TERM: "dumb" }, maxBuffer: 64 * 1024 * 1024 };
    execFile(file, [...args], settings, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, text: `${stderr}${stdout}`.trim().slice(-300) }),
    );
  });
}

async function describeWithMirage(
  folder: string,
  target: string,
  given: readonly string[],
  file: readonly string[] = [],
): Promise<Result> {
  const configured = await execute("mirage", ["configure", "-t", target, ...file, ...given], folder);
  // describe accepts what configure refuses, such as a device that the target does not have.
  const again = configured.code === 0 ? [] : ["-t", target, ...given];
  const dots: string[] = [];
  for (const evaluation of ["--eval", "--no-eval"]) {
    const output = join(folder, "graph.dot");
    const args = ["describe", "--dot", evaluation, "-o", output, ...file, ...again];
    const printed = await execute("mirage", args, folder);
    if (printed.code !== 0) return { kind: "failed", dots, output: printed.text };
    dots.push(existsSync(output) ? await readFile(output, "utf8") : "");
    await rm(output, { force: true });
  }
  return { kind: "printed", dots, output: configured.text };
}

async function describeWithEvaluator(
  evaluator: ConfigEvaluator,
  project: EvaluatedProject,
  target: string,
  given: readonly string[],
): Promise<Result> {
  const dots: string[] = [];
  for (const evaluate of [true, false]) {
    const answer = await evaluator.printGraph(project, { target, options: given, evaluate });
    if (answer.kind !== "printed") {
      const output = "output" in answer ? answer.output : "problem" in answer ? answer.problem.message : "";
      return { kind: "failed", dots, output: `${answer.kind}: ${output}`.slice(-300) };
    }
    dots.push(answer.dot);
  }
  return { kind: "printed", dots, output: "" };
}

const projectIn = (root: string, configFile = "config.ml"): EvaluatedProject => ({
  id: join(root, configFile),
  name: root,
  configFile: join(root, configFile),
  root,
  buildDir: dirname(join(root, configFile)),
  workspaceFolder: root,
});

/** The graph in the output of `describe --dot -o -`, which follows the header and is indented. */
const recordedGraph = (text: string): string =>
  text
    .slice(text.indexOf("digraph G {"))
    .replaceAll(/\n {12}/g, "\n")
    .replace(/\s*$/, "\n");

async function compareRecordings(
  evaluator: ConfigEvaluator,
  skeleton: string,
  recordings: string,
): Promise<void> {
  const found = await readdir(recordings, { recursive: true });
  for (const path of found.toSorted((a, b) => a.localeCompare(b))) {
    const parts = /^(\w+[-\w]*\/[-\w]+)\/([-\w]+)((?:\+[^/]*)?)\/describe-dot(-eval|-no-eval|)\.stdout$/.exec(
      path,
    );
    if (parts === null) continue;
    const [, name = "", target = "", plus = "", evaluation] = parts;
    if (!existsSync(join(skeleton, name, "config.ml"))) continue;
    // If the commands were not recorded, the name of the folder contains the options.
    const commands = await readFile(join(recordings, name, `${target}${plus}`, "commands.tsv"), "utf8").catch(
      () => "",
    );
    const words = /\tmirage configure (.*)$/m.exec(commands)?.[1]?.split(" ");
    const given = words
      ? splitTarget(words).options
      : plus
          .split("+")
          .slice(1)
          .map((option) => `--${option}`);
    const evaluate = evaluation !== "-no-eval";
    const answer = await evaluator.printGraph(projectIn(join(skeleton, name)), {
      target,
      options: given,
      evaluate,
    });
    const recorded = await readFile(join(recordings, path), "utf8");
    const real = recorded.includes("digraph")
      ? { kind: "printed", dots: [recordedGraph(recorded)], output: "" }
      : { kind: "failed", dots: [], output: recorded.slice(0, 200) };
    const ours =
      answer.kind === "printed"
        ? { kind: "printed", dots: [answer.dot.replace(/\s*$/, "\n")], output: "" }
        : { kind: "failed", dots: [], output: JSON.stringify(answer).slice(0, 300) };
    compare(`recorded ${path}`, real, ours);
  }
}

async function compareMirage(evaluator: ConfigEvaluator, skeleton: string): Promise<void> {
  const configs = (await readdir(skeleton, { recursive: true })).filter((path) =>
    /(?:^|\/)config\.ml$/.test(path),
  );
  for (const config of configs.toSorted((a, b) => a.localeCompare(b))) {
    const root = join(skeleton, config, "..");
    const text = await readFile(join(root, "config.ml"), "utf8");
    const sets = [[], ...options.filter(([pattern]) => pattern.test(text)).map(([, given]) => given)];
    const scratch = await mkdtemp(join(tmpdir(), "compare-mirage-"));
    try {
      await cp(root, scratch, { recursive: true });
      for (const target of targetIds) {
        for (const given of sets) {
          const real = await describeWithMirage(scratch, target, given);
          const ours = await describeWithEvaluator(evaluator, projectIn(root), target, given);
          compare(`${relative(skeleton, root)} ${target} ${given.join(" ")}`, real, ours);
        }
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

/** All files and folders with size and times. */
async function stateOf(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).toSorted((a, b) => a.localeCompare(b));
  const states = names.map(async (name) => {
    const { size, mtimeMs, ctimeMs } = await lstat(join(folder, name));
    return `${name} ${size} ${mtimeMs} ${ctimeMs}`;
  });
  return (await Promise.all(states)).join("\n");
}

async function compareShapes(evaluator: ConfigEvaluator): Promise<void> {
  for (const [name, shape] of Object.entries(shapes)) {
    const scratch = await mkdtemp(join(tmpdir(), "compare-shapes-"));
    try {
      // Separate folders: mirage leaves files behind, which the evaluator must not depend on.
      const [real, ours] = [join(scratch, "real", name), join(scratch, "ours", name)];
      await writeShape(real, shape);
      await writeShape(ours, shape);
      const before = await stateOf(ours);
      const file = shape.configFile === "config.ml" ? [] : ["-f", shape.configFile];
      const project = projectIn(join(ours, shape.root), shape.configFile);
      for (const target of ["unix", "hvt"]) {
        for (const given of [[], ...shape.options]) {
          const what = `${name} ${target} ${given.join(" ")}`;
          const theirs = await describeWithMirage(join(real, shape.root), target, given, file);
          const answer = await describeWithEvaluator(evaluator, project, target, given);
          const more = theirs.kind === "failed" && answer.kind === "printed" && shape.more !== undefined;
          if (more) tally.more++;
          else compare(what, theirs, answer);
        }
      }
      if ((await stateOf(ours)) !== before) differences.push(`${name}: the evaluator changed the project`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

async function main(): Promise<void> {
  const [skeleton, recordings] = process.argv.slice(2).filter((word) => word !== "--refusals");
  const env = currentEnv();
  if (skeleton === undefined || (await findProgram("mirage", env)) === undefined) {
    console.log("Skipped: pass the folder of mirage-skeleton as an argument and have mirage on PATH.");
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "compare-storage-"));
  const evaluator = new DuneConfigEvaluator({
    run,
    folder,
    trusted: () => true,
    tools: {
      environment: async () => ({ env, label: "PATH" }),
      path: (tool) => findProgram(tool === "ocaml" ? "ocamlc" : tool, env),
    },
  });
  try {
    if (skeleton === "shapes") await compareShapes(evaluator);
    else if (recordings === undefined) await compareMirage(evaluator, skeleton);
    else await compareRecordings(evaluator, skeleton, join(recordings, "skeleton"));
    const { equal, bothRefuse, compared } = tally;
    const what = recordings === undefined ? "configurations, with two graphs each" : "recordings";
    console.log(`${compared} ${what}: ${equal} are equal byte for byte, ${bothRefuse} are refused by both.`);
    if (tally.more > 0)
      console.log(`${tally.more} more are refused by mirage only, for the reasons in shapes.ts.`);
    for (const difference of differences) console.log(difference);
    if (process.argv.includes("--refusals")) for (const refusal of refusals) console.log(refusal);
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
