/**
 * Measures the functor graph in headless Chromium, from the message with the graph to the painted drawing,
 * and the frames while the user pans and zooms. If `dot` is installed, native Graphviz draws the same graph
 * for comparison.
 */
import { spawnSync } from "node:child_process";
import { createAdjacency } from "../../webviews/graph/model/adjacency.ts";
import { graphvizRequest } from "../../webviews/graph/layout/graphvizRequest.ts";
import { visibleSubgraph } from "../../webviews/graph/model/visibleSubgraph.ts";
import type { GraphView } from "../../extension/protocol/graph.ts";
import type { Row } from "../../scripts/bench.ts";
import { openPage } from "../harness/browser.ts";
import { graphHost, generatedView, panelContent, recordedView } from "../webviews/graphHost.ts";
import { themes } from "../webviews/themes.ts";
import { bundleView, openView, type View } from "../webviews/view.ts";
import { rounds } from "./figures.ts";
import { frameTimes } from "./frameTimes.ts";

export const name = "graph";

const turns = 5;

export async function run(): Promise<readonly Row[]> {
  const [{ browser }, bundle] = await Promise.all([openPage(), bundleView("graph")]);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const view = await openView(context, bundle, themes.dark);
    const host = graphHost(view);
    await host.waitFor("showGraph");
    const first = await draw(view, recordedView("network"), 1);
    const rows: Row[] = [
      { what: "first drawing, 24 nodes, including the loading of Graphviz", value: first, unit: "ms" },
      await measureDrawing(
        view,
        "network on hvt",
        (turn) => variant(recordedView("network"), turn),
        undefined,
      ),
      await measureDrawing(view, "300 nodes", (turn) => variant(generatedView(300), turn), 500),
      await measureDrawing(view, "1000 nodes", (turn) => variant(generatedView(1000), turn), 2000),
      await frameTimes(view, "pan 1000 nodes", (step) => pan(view, step), drag),
      await frameTimes(view, "zoom 1000 nodes", (step) => zoom(view, step), drag),
    ];
    const all = await measureDrawAll(view);
    const bytes = (Buffer.byteLength(bundle.worker) + bundle.code.length) / 1024;
    host.dispose();
    return [
      ...rows,
      ...all,
      {
        what: "worker and Graphviz, loaded with the first graph (neither minified nor compressed)",
        value: bytes,
        unit: "KiB",
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Changes all titles, so that no cached layout is used. */
function variant({ nodes, edges }: GraphView, turn: number): GraphView {
  return { nodes: nodes.map((node) => ({ ...node, title: `${node.title}${"x".repeat(turn)}` })), edges };
}

async function draw(view: View, graph: GraphView, generation: number): Promise<number> {
  const message = { envelope: "notification", body: panelContent(graph, { generation }) };
  return view.probe<number>(
    `timeTo(${JSON.stringify(message)}, '.scene[data-generation="${generation}"] .node', ${graph.nodes.length})`,
  );
}

let generation = 1;

async function measureDrawing(
  view: View,
  what: string,
  graph: (turn: number) => GraphView,
  target: number | undefined,
): Promise<Row> {
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn++) times.push(await draw(view, graph(turn), (generation += 1)));
  const native = nativeTimes(graph(0));
  return {
    what: `draw ${what}`,
    ...rounds(times),
    unit: "ms",
    ...(target !== undefined && { target }),
    ...(native && { against: { what: "native dot -Tsvg", ...rounds(native) } }),
  };
}

/** Measures Draw All with 10,000 nodes, and its longest frame. */
async function measureDrawAll(view: View): Promise<readonly Row[]> {
  const size = 10_000;
  await view.post({
    envelope: "notification",
    body: panelContent(generatedView(size), { generation: (generation += 1) }),
  });
  await view.page.getByRole("button", { name: "Draw All" }).waitFor();
  const gaps = view.probe<number[]>(`framesUntil(".nodes > .node:nth-child(${size})")`);
  const started = performance.now();
  await view.page.getByRole("button", { name: "Draw All" }).click();
  const spans = await gaps;
  return [
    { what: "Draw All of 10,000 nodes, cancellable", value: performance.now() - started, unit: "ms" },
    { what: "longest frame of Draw All", value: Math.max(...spans), unit: "ms" },
  ];
}

/** Measures native Graphviz with the same graph. Returns `undefined` if it is not installed. */
function nativeTimes(graph: GraphView): number[] | undefined {
  const viewOptions = {
    focus: undefined,
    focusShows: "below",
    collapsed: new Set<string>(),
    hideServices: false,
  } as const;
  const shown = visibleSubgraph(createAdjacency(graph), { ...viewOptions, limit: Infinity, near: undefined });
  const input = graphvizRequest(
    shown,
    shown.nodes.map(() => ({ width: 160, height: 30 })),
  );
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const started = performance.now();
    const { error } = spawnSync("dot", ["-Tsvg"], { input, maxBuffer: 1e9 });
    if (error) return undefined;
    times.push(performance.now() - started);
  }
  return times;
}

/** Holds the mouse button while `move` runs. */
async function drag({ page }: View, move: () => Promise<void>): Promise<void> {
  await page.mouse.move(640, 400);
  await page.mouse.down();
  await move();
  await page.mouse.up();
}

async function pan({ page }: View, step: number): Promise<void> {
  const angle = step / 8;
  await page.mouse.move(640 + 300 * Math.cos(angle), 400 + 250 * Math.sin(angle));
}

async function zoom({ page }: View, step: number): Promise<void> {
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, Math.floor(step / 25) % 2 === 0 ? 90 : -90);
  await page.keyboard.up("Control");
}
