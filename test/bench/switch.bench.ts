/**
 * A switch of the target in the graph panel and a save of config.ml, end to end. A switch: from the click on the target in the list, as
 * the browser stamps it, until the other picture is painted. The page runs in headless Chromium; the
 * panel's own session answers it from the private build of config.ml; what is between them is
 * playwright's connection, where VS Code has its own. Beside it, in turns, what mirage and Graphviz do
 * for the same picture.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { createGraphSession } from "../../extension/graph/session.ts";
import { targetIds } from "../../extension/toolchain/targets.ts";
import type { Row } from "../../scripts/bench.ts";
import { isFromGraph, type FromGraph, type ToGraph } from "../../webviews/graph/messages.ts";
import { openChannel } from "../../webviews/kit/channel.ts";
import { openPage } from "../harness/workbench.ts";
import { themes } from "../webviews/themes.ts";
import { bundleView, openView, type View } from "../webviews/view.ts";
import { median, rounds } from "./figures.ts";
import { withGraphTools, type GraphTools } from "./graphTools.ts";

export const name = "switch";

const turns = 12;
/** Qubes has devices of its own, so each switch draws another picture. */
const targets = ["unix", "qubes"] as const;
/** For which a user looks at a picture before the next click. */
const lookMs = 1500;
const saves = 6;
/** As in extension/graph/vscode/panel.ts. */
const settleMs = 40;

export async function run(): Promise<readonly Row[]> {
  const [{ browser }, bundle] = await Promise.all([openPage(), bundleView("graph")]);
  try {
    return await withGraphTools(async (tools) => {
      if (!tools.real) {
        console.log(
          `${name}: not run, for there is no mirage on PATH: the stand-in has one picture for all targets.`,
        );
        return [];
      }
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const view = await openView(context, bundle, themes.dark);
      const panel = openPanel(view, tools);
      await view.page.locator(".node").first().waitFor();
      await panel.told();
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let turn = 0; turn < turns; turn++) {
        const target = targets[(turn + 1) % targets.length] ?? "unix";
        await view.page.waitForTimeout(lookMs);
        ours.push(await switchTo(view, target));
        const started = performance.now();
        tools.mirageAndDot(target);
        theirs.push(performance.now() - started);
      }
      const saved = await saving(view, panel, tools);
      panel.dispose();
      return [
        saved,
        {
          what: `another target clicked, to its painted picture, ${turns} times`,
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

/** The extension's side of the panel, as extension/graph/vscode/panel.ts has it. */
function openPanel(view: View, { shadows, project }: GraphTools) {
  const ahead = Promise.withResolvers<void>();
  const earlier = [...view.sent];
  const channel = openChannel<ToGraph, FromGraph>(
    {
      post: (message) => void view.post(message).catch(() => {}),
      onMessage: (listener) => {
        queueMicrotask(() => earlier.forEach(listener));
        return view.onSent(listener);
      },
    },
    {
      incoming: isFromGraph,
      handle: (message) =>
        message.kind === "look" ? session.look(message.configuration, message.other) : undefined,
      onStray: (reason) => {
        throw new Error(reason);
      },
    },
  );
  const session = createGraphSession({
    shadows,
    project: () => ({ ...project, target: "unix", options: [], configured: undefined }),
    targets: targetIds,
    mains: async () => ["Unikernel.Main"],
    committed: async () => "",
    post: (message) => {
      channel.tell(message);
      if (message.kind === "ahead") ahead.resolve();
    },
  });
  return {
    /** When the page has been told what may be asked for next. */
    told: () => ahead.promise,
    saved: () => session.refresh(),
    dispose: () => {
      session.dispose();
      channel.dispose();
    },
  };
}

/** A save that adds a device or takes it away, to the painted picture; as the panel does, it waits for a burst to end. */
async function saving(view: View, panel: ReturnType<typeof openPanel>, tools: GraphTools): Promise<Row> {
  const { project, theirs, which, mirageAndDot } = tools;
  const [ours, others, compiled]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < saves; turn++) {
    // One more or one less, and never what was compiled before.
    const devices = turn % 2 === 0 ? [`first${turn}`] : [`first${turn}`, `second${turn}`];
    await edit(project.root, devices);
    await view.page.waitForTimeout(lookMs);
    const count = await view.page.locator(".node").count();
    const painted = view.probe<number>(`scenePainted()`);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const asked = panel.saved();
    ours.push(await painted);
    await asked;
    if ((await view.page.locator(".node").count()) === count) throw new Error("The picture is the same.");
    await edit(theirs, devices);
    let started = performance.now();
    mirageAndDot("unix");
    others.push(performance.now() - started);
    // Something else to compile and to link, as for the others.
    await edit(theirs, [`other${turn}`]);
    started = performance.now();
    tools.compile();
    compiled.push(performance.now() - started);
  }
  return {
    what: `config.ml saved, to its painted picture, ${saves} times`,
    ...rounds(ours),
    unit: "ms",
    against: { what: which, ...rounds(others) },
    target: median(compiled) + 200,
  };
}

/** Gives the application devices to wait for. */
async function edit(folder: string, devices: readonly string[]): Promise<void> {
  const file = join(folder, "config.ml");
  const without = (await readFile(file, "utf8")).replace(/~deps:\[.*?\] /, "");
  const deps = devices.map((device) => `dep (block_of_file "${device}")`).join("; ");
  await writeFile(file, without.replace(/\bmain "/, `main ~deps:[ ${deps} ] "`));
}

async function switchTo({ page, probe }: View, target: string): Promise<number> {
  await page.getByRole("combobox", { name: "Target", exact: true }).click();
  const option = page.getByRole("option", { name: target, exact: true }).first();
  await option.waitFor();
  const painted = probe<number>(`clickToPainted(".sentence", ${JSON.stringify(`for ${target} `)})`);
  await clickOn(page, option);
  return painted;
}

async function clickOn(page: Page, option: ReturnType<Page["locator"]>): Promise<void> {
  const box = await option.boundingBox();
  if (!box) throw new Error("The list is closed.");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}
