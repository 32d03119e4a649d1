/**
 * From a question about config.ml to the graph as the panel gets it (the drawing is timed by
 * graph.bench.ts), beside `mirage describe --dot` with native Graphviz after it. It uses the mirage on
 * PATH, and the stand-in where there is none, which says little of the real one: the label tells which.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDescription } from "../../extension/graph/dot.ts";
import { createShadows } from "../../extension/graph/shadow.ts";
import type { ShadowProject, Shadows } from "../../extension/graph/shadowModel.ts";
import { graphView } from "../../extension/graph/view.ts";
import { findProgram, type Env } from "../../extension/platform/env.ts";
import { run as runProcess } from "../../extension/platform/process.ts";
import type { Row } from "../../scripts/bench.ts";
import { root } from "../../scripts/programs.ts";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/workbench.ts";
import { median, rounds } from "./figures.ts";

export const name = "evaluation";

const turns = 7;
const targets = ["hvt", "unix"] as const;

export async function run(): Promise<readonly Row[]> {
  const real = await findProgram("mirage", process.env as Env);
  const env = (real === undefined ? withStandIns(process.env) : process.env) as Env;
  const which = real === undefined ? "the stand-in" : "mirage";
  const made = await temporaryFolder("mirageos-evaluation-");
  try {
    // Each has a folder of its own: mirage leaves files behind, on which its next run depends.
    const [ours, theirs] = [join(made.path, "ours"), join(made.path, "theirs")];
    for (const folder of [ours, theirs]) {
      await cp(join(root, "test-workspace", "network"), folder, { recursive: true });
    }
    const shadows = createShadows({
      run: runProcess,
      folder: join(made.path, "shadows"),
      tools: {
        environment: async () => ({ env, label: "PATH" }),
        path: async (tool) => findProgram(tool, env),
      },
      trusted: () => true,
    });
    const project = projectIn(ours);
    await picture(shadows, project, "unix");
    mirageAndDot(theirs, "unix", env);
    const [first, switched, saved] = [await switching(true), await switching(false), await saving()];
    return [
      {
        what: `a target asked for the first time, ${turns} times`,
        ...rounds(first.ours),
        unit: "ms",
        against: { what: `${which} describe | dot`, ...rounds(first.theirs) },
        target: 250,
      },
      {
        what: `a target that was asked for ahead, as the panel does, ${turns} times`,
        ...rounds(switched.ours),
        unit: "ms",
        against: { what: `${which} describe | dot`, ...rounds(switched.theirs) },
        target: Math.min(250, median(switched.theirs) / 5),
      },
      {
        what: `config.ml saved, ${turns} times`,
        ...rounds(saved.ours),
        unit: "ms",
        against: { what: `${which} describe | dot`, ...rounds(saved.theirs) },
        target: median(saved.compiled) + 200,
      },
    ];

    async function switching(forget: boolean) {
      const times = { ours: [] as number[], theirs: [] as number[] };
      for (let turn = 0; turn < turns; turn++) {
        const target = targets[turn % 2] ?? "unix";
        if (forget) shadows.refresh();
        times.ours.push(await timed(() => picture(shadows, project, target)));
        times.theirs.push(await timed(() => mirageAndDot(theirs, target, env)));
      }
      return times;
    }

    async function saving() {
      const times = { ours: [] as number[], theirs: [] as number[], compiled: [] as number[] };
      for (let turn = 0; turn < turns; turn++) {
        for (const folder of [ours, theirs]) await edit(folder, turn);
        times.ours.push(await timed(() => picture(shadows, project, "hvt")));
        times.theirs.push(await timed(() => mirageAndDot(theirs, "hvt", env)));
        await edit(theirs, turns + turn);
        times.compiled.push(
          await timed(() =>
            execFileSync("dune", ["build", "./config.exe", "--root", "."], { cwd: theirs, env }),
          ),
        );
      }
      return times;
    }
  } finally {
    await made.remove();
  }
}

function projectIn(folder: string): ShadowProject {
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

async function picture(shadows: Shadows, project: ShadowProject, target: string): Promise<void> {
  const described = await shadows.describe(project, { target, options: [], evaluate: true });
  if (described.kind !== "described") throw new Error(`No graph: ${JSON.stringify(described)}`);
  const { graph } = parseDescription(`${described.text}\n${described.dot}`);
  if (!graph) throw new Error("No graph was read.");
  graphView(graph);
}

function mirageAndDot(cwd: string, target: string, env: Env): void {
  const file = join(cwd, "graph.dot");
  execFileSync("mirage", ["describe", "-t", target, "--eval", "--dot", "-o", file], {
    cwd,
    env,
    stdio: "pipe",
  });
  // Without Graphviz the comparison is with mirage alone, which is to our disadvantage.
  spawnSync("dot", ["-Tsvg", file], { env });
}

async function edit(folder: string, turn: number): Promise<void> {
  const file = join(folder, "config.ml");
  const text = await readFile(file, "utf8");
  await writeFile(file, `${text.split("\n(* edit")[0] ?? text}\n(* edit ${turn} *)\n`);
}

async function timed(act: () => unknown): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}
