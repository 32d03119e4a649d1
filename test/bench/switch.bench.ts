/**
 * Measures a switch of the target in the graph panel and a save of config.ml, end to end. A switch is timed
 * from the browser's event for the selected target until the other graph is painted. Before that, the list of
 * targets is opened and the panel's session evaluates all targets, so the evaluator answers from its cache. A
 * save is timed from the session's refresh until the changed graph is painted. The page runs in headless
 * Chromium and is connected to the session through playwright instead of VS Code. For comparison, mirage and
 * Graphviz do the same work in turns.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GraphSession } from "../../extension/graph/graphSession.ts";
import { targetIds } from "../../extension/mirage/targets.ts";
import type { Row } from "../../scripts/bench.ts";
import { isFromGraphPage, type FromGraphPage, type ToGraphPage } from "../../extension/protocol/graph.ts";
import { openChannel } from "../../extension/protocol/channel.ts";
import { openPage } from "../harness/browser.ts";
import { themes } from "../webviews/themes.ts";
import { bundleView, openView, type View } from "../webviews/view.ts";
import { median, rounds } from "./figures.ts";
import { withGraphTools, type GraphTools } from "./graphTools.ts";

export const name = "switch";

const turns = 12;
/** Qubes has other devices than unix, so each switch draws another graph. */
const targets = ["unix", "qubes"] as const;
/** Time for which a user looks at a graph before the next action. */
const lookMs = 1500;
const saves = 6;

export async function run(): Promise<readonly Row[]> {
  const [{ browser }, bundle] = await Promise.all([openPage(), bundleView("graph")]);
  try {
    return await withGraphTools(async (tools) => {
      if (!tools.real) {
        console.log(
          `${name}: not run, since mirage is not on PATH and the stand-in has the same graph for all targets.`,
        );
        return [];
      }
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const view = await openView(context, bundle, themes.dark);
      const panel = openPanel(view, tools);
      await view.page.locator(".node").first().waitFor();
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let turn = 0; turn < turns; turn++) {
        const target = targets[(turn + 1) % targets.length] ?? "unix";
        await view.page.waitForTimeout(lookMs);
        await panel.openTargets();
        ours.push(await switchTo(view, target));
        const started = performance.now();
        tools.mirageAndDot(target);
        theirs.push(performance.now() - started);
      }
      const saved = await measureSaves(view, panel, tools);
      panel.dispose();
      return [
        saved,
        {
          what: `selecting another target until its graph is painted, ${turns} times`,
          ...rounds(ours),
          unit: "ms",
          against: { what: tools.which, ...rounds(theirs) },
          target: Math.min(250, median(theirs) / 5),
        },
      ];
    });
  } finally {
    await browser.close();
  }
}

/** Implements the extension's side of the panel, like extension/graph/vscode/panel.ts. */
function openPanel(view: View, { evaluator, project }: GraphTools) {
  let evaluated = Promise.withResolvers<void>();
  const earlierMessages = [...view.sent];
  const channel = openChannel<ToGraphPage, FromGraphPage>(
    {
      post: (message) => void view.post(message).catch(() => {}),
      onMessage: (listener) => {
        queueMicrotask(() => earlierMessages.forEach(listener));
        return view.onSent(listener);
      },
    },
    {
      incoming: isFromGraphPage,
      handle: async (message) => {
        if (message.kind === "showGraph") await session.showGraph(message.configuration, message.other);
        if (message.kind !== "evaluateTargets") return;
        await session.evaluateTargets();
        evaluated.resolve();
      },
      onError: (reason) => {
        throw new Error(reason);
      },
    },
  );
  const session: GraphSession = new GraphSession({
    evaluator,
    project: () => ({ ...project, target: "unix", options: [], configured: undefined }),
    targets: targetIds,
    mains: async () => ["Unikernel.Main"],
    committed: async () => "",
    post: (message) => channel.notify(message),
  });
  return {
    /** Opens the list of targets, and resolves when they are evaluated. */
    openTargets: async () => {
      evaluated = Promise.withResolvers<void>();
      await view.page.getByRole("combobox", { name: "Target", exact: true }).dispatchEvent("pointerdown");
      await evaluated.promise;
    },
    saved: () => session.refresh(),
    dispose: () => {
      session.dispose();
      channel.dispose();
    },
  };
}

/** Measures the time from a save that adds or removes a device until the changed graph is painted. */
async function measureSaves(
  view: View,
  panel: ReturnType<typeof openPanel>,
  tools: GraphTools,
): Promise<Row> {
  const { project, theirs, which, mirageAndDot } = tools;
  const [ours, others, compiled]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < saves; turn++) {
    // The number of devices changes with each save, and no text is compiled twice.
    const devices = turn % 2 === 0 ? [`first${turn}`] : [`first${turn}`, `second${turn}`];
    await edit(project.root, devices);
    await view.page.waitForTimeout(lookMs);
    const count = await view.page.locator(".node").count();
    const painted = view.probe<number>(`scenePainted()`);
    const refreshed = panel.saved();
    ours.push(await painted);
    await refreshed;
    if ((await view.page.locator(".node").count()) === count) throw new Error("The graph did not change.");
    await edit(theirs, devices);
    let started = performance.now();
    mirageAndDot("unix");
    others.push(performance.now() - started);
    // This text has not been compiled before either.
    await edit(theirs, [`other${turn}`]);
    started = performance.now();
    tools.compile();
    compiled.push(performance.now() - started);
  }
  return {
    what: `a save of config.ml until the graph is painted, ${saves} times`,
    ...rounds(ours),
    unit: "ms",
    against: { what: which, ...rounds(others) },
    target: median(compiled) + 200,
  };
}

/** Edits config.ml so that the application depends on these devices. */
async function edit(folder: string, devices: readonly string[]): Promise<void> {
  const file = join(folder, "config.ml");
  const without = (await readFile(file, "utf8")).replace(/~deps:\[.*?\] /, "");
  const deps = devices.map((device) => `dep (block_of_file "${device}")`).join("; ");
  await writeFile(file, without.replace(/\bmain "/, `main ~deps:[ ${deps} ] "`));
}

async function switchTo({ page, probe }: View, target: string): Promise<number> {
  const painted = probe<number>(`changeToPainted(".sentence", ${JSON.stringify(`for ${target} `)})`);
  await page.getByRole("combobox", { name: "Target", exact: true }).selectOption(target);
  return painted;
}
