/** What the benches of the functor graph share: private builds of a config.ml, and mirage with dot beside them. */
import { execFileSync, spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { DuneConfigEvaluator } from "../../extension/graph/evaluate/configEvaluator.ts";
import type { EvaluatedProject, ConfigEvaluator } from "../../extension/graph/evaluate/types.ts";
import { findProgram, type Env } from "../../extension/platform/env.ts";
import { run as runProcess } from "../../extension/platform/process.ts";
import { root } from "../../scripts/programs.ts";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/workbench.ts";

export interface GraphTools {
  readonly evaluator: ConfigEvaluator;
  /** The sample network project, which the evaluator is queried about. */
  readonly project: EvaluatedProject;
  /** Another copy of it for mirage, which leaves files behind on which its next run depends. */
  readonly theirs: string;
  readonly env: Env;
  /** Whether mirage is the real one, which evaluates what is written into config.ml. */
  readonly real: boolean;
  /** `mirage | dot`, or what stands in for it, in words. */
  readonly which: string;
  /** What mirage and native Graphviz do for one picture. */
  readonly mirageAndDot: (target: string) => void;
  /** `dune build config.exe` in the folder of mirage, as mirage calls it. */
  readonly compile: () => void;
}

/**
 * Uses the mirage on PATH, and the stand-in where there is none, which says little of the real one: the
 * words tell which. Without Graphviz the comparison is with mirage alone, to our disadvantage.
 */
export async function withGraphTools<T>(job: (tools: GraphTools) => Promise<T>): Promise<T> {
  const real = await findProgram("mirage", process.env as Env);
  const found = real === undefined ? withStandIns(process.env) : process.env;
  // Who compiles a text first would else pay for the others.
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
