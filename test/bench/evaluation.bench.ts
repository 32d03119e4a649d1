/**
 * Measures the time from a query of config.ml to the graph that the panel receives, compared with `mirage
 * describe --dot` followed by native Graphviz. graph.bench.ts measures the drawing, and switch.bench.ts
 * measures both together.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDescription } from "../../extension/graph/dot/parseDescription.ts";
import { graphView } from "../../extension/graph/graphView.ts";
import type { Row } from "../../scripts/bench.ts";
import { median, rounds } from "./figures.ts";
import { withGraphTools, type GraphTools } from "./graphTools.ts";

export const name = "evaluation";

const turns = 7;
const targets = ["hvt", "unix"] as const;

export function run(): Promise<readonly Row[]> {
  return withGraphTools(async (tools) => {
    const { which, mirageAndDot } = tools;
    await createGraphView(tools, "unix");
    mirageAndDot("unix");
    const [first, switched, saved] = [
      await measureSwitches(tools, true),
      await measureSwitches(tools, false),
      await measureSaves(tools),
    ];
    return [
      {
        what: `a target evaluated for the first time, ${turns} times`,
        ...rounds(first.ours),
        unit: "ms",
        against: { what: which, ...rounds(first.theirs) },
        target: 250,
      },
      {
        what: `a target whose graph is cached, as after opening the list of targets, ${turns} times`,
        ...rounds(switched.ours),
        unit: "ms",
        against: { what: which, ...rounds(switched.theirs) },
        target: Math.min(250, median(switched.theirs) / 5),
      },
      {
        what: `a save of config.ml, ${turns} times`,
        ...rounds(saved.ours),
        unit: "ms",
        against: { what: which, ...rounds(saved.theirs) },
        target: median(saved.compiled) + 200,
      },
    ];
  });
}

async function measureSwitches(tools: GraphTools, clearCache: boolean) {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const target = targets[turn % 2] ?? "unix";
    if (clearCache) tools.evaluator.refresh();
    times.ours.push(await timed(() => createGraphView(tools, target)));
    times.theirs.push(await timed(() => tools.mirageAndDot(target)));
  }
  return times;
}

async function measureSaves(tools: GraphTools) {
  const { project, theirs, mirageAndDot } = tools;
  const times = { ours: [] as number[], theirs: [] as number[], compiled: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    for (const folder of [project.root, theirs]) await edit(folder, turn);
    times.ours.push(await timed(() => createGraphView(tools, "hvt")));
    times.theirs.push(await timed(() => mirageAndDot("hvt")));
    await edit(theirs, turns + turn);
    times.compiled.push(await timed(() => tools.compile()));
  }
  return times;
}

async function createGraphView({ evaluator, project }: GraphTools, target: string): Promise<void> {
  const printed = await evaluator.printGraph(project, { target, options: [], evaluate: true });
  if (printed.kind !== "printed") throw new Error(`No graph: ${JSON.stringify(printed)}`);
  const { graph } = parseDescription(`${printed.text}\n${printed.dot}`);
  if (!graph) throw new Error("The description contains no graph.");
  graphView(graph);
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
