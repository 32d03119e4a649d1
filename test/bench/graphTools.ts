/**
 * Tools for the benches of the functor graph: private builds of a config.ml, and mirage with dot for
 * comparison.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { DuneConfigEvaluator } from "../../extension/graph/evaluate/configEvaluator.ts";
import type { EvaluatedProject, ConfigEvaluator } from "../../extension/graph/evaluate/types.ts";
import { findProgram, type Env } from "../../extension/platform/env.ts";
import { run as runProcess } from "../../extension/platform/process.ts";
import { root } from "../../scripts/programs.ts";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";

export interface GraphTools {
  readonly evaluator: ConfigEvaluator;
  /** The sample network project, which the evaluator is queried about. */
  readonly project: EvaluatedProject;
  /** A second copy of the project for mirage, which writes files that affect its next run. */
  readonly theirs: string;
  readonly env: Env;
  /** True if mirage is the real one, which evaluates the actual config.ml. */
  readonly real: boolean;
  /** A description of the programs that are compared, such as `mirage describe | dot`. */
  readonly which: string;
  /** Runs mirage and native Graphviz for one graph. */
  readonly mirageAndDot: (target: string) => void;
  /** Runs `dune build config.exe` in the folder of mirage, as mirage does. */
  readonly compile: () => void;
}

/**
 * Runs `job` with the mirage on PATH, or with the stand-in if there is none. Times of the stand-in say little
 * about the real mirage, so `which` names the programs. Without Graphviz, the comparison is with mirage
 * alone, which makes the extension look slower.
 */
export async function withGraphTools<T>(job: (tools: GraphTools) => Promise<T>): Promise<T> {
  const real = await findProgram("mirage", process.env as Env);
  const found = real === undefined ? withStandIns(process.env) : process.env;
  // With a cache, only the first compilation of a text would take time.
  const env = { ...found, DUNE_CACHE: "disabled" } as Env;
  const dot = await findProgram("dot", env);
  const made = await temporaryFolder("mirageos-graph-");
  try {
    const [ours, theirs] = [join(made.path, "ours"), join(made.path, "theirs")];
    for (const folder of [ours, theirs]) {
      await cp(join(root, "test-workspace", "network"), folder, { recursive: true });
    }
    const evaluator = new DuneConfigEvaluator({
      run: runProcess,
      folder: join(made.path, "config-builds"),
      tools: {
        environment: async () => ({ env, label: "PATH" }),
        path: async (tool) => findProgram(tool, env),
      },
      trusted: () => true,
    });
    const mirageAndDot = (target: string): void => {
      const file = join(theirs, "graph.dot");
      const args = ["describe", "-t", target, "--eval", "--dot", "-o", file];
      execFileSync("mirage", args, { cwd: theirs, env, stdio: "pipe" });
      if (dot !== undefined) spawnSync("dot", ["-Tsvg", file], { env });
    };
    const compile = (): void => {
      const workspace = join("mirage", "dune-workspace.config");
      const args = ["build", "./config.exe", "--root", ".", "--workspace", workspace];
      execFileSync("dune", args, { cwd: theirs, env, stdio: "pipe" });
    };
    const which = `${real === undefined ? "the stand-in" : "mirage"} describe${dot === undefined ? "" : " | dot"}`;
    return await job({
      evaluator,
      project: projectIn(ours),
      theirs,
      env,
      real: real !== undefined,
      which,
      mirageAndDot,
      compile,
    });
  } finally {
    await made.remove();
  }
}

function projectIn(folder: string): EvaluatedProject {
  const configFile = join(folder, "config.ml");
  return {
    id: configFile,
    name: "network",
    configFile,
    root: folder,
    buildDir: folder,
    workspaceFolder: folder,
  };
}
