/** Measures how fast the sizes in an image are read, and how fast the page draws them. */
import { spawnSync } from "node:child_process";
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { fileSource } from "../../extension/image/fileSource.ts";
import { readImageSize } from "../../extension/image/size/imageSize.ts";
import type { ImageView } from "../../extension/protocol/image.ts";
import type { Row } from "../../scripts/bench.ts";
import { nothingElse, testModule } from "../../webviews/image/model/testParts.ts";
import { runCommand } from "../e2e/driver.ts";
import { openPage } from "../harness/browser.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { themes } from "../webviews/themes.ts";
import { bundleView, openView } from "../webviews/view.ts";
import { cpuMs } from "../harness/cpuTime.ts";
import { rounds } from "./figures.ts";
import { frameTimes } from "./frameTimes.ts";
import { emptyEditorSuffix, writeEmptyEditor } from "./emptyEditor.ts";
import { generatedFunctions, generatedImage } from "./generatedImage.ts";
import { withInstalled } from "./window.ts";

export const name = "image";

const turns = 7;

export async function run(): Promise<readonly Row[]> {
  return [...(await measureReader()), ...(await measurePage()), ...(await measureOpening())];
}

/** A view of an image with so many facts and symbols, a hundred in each module, with ten modules in each package. */
function generatedView(symbols: number, facts: number): ImageView {
  const modules = Array.from({ length: symbols / 100 }, (_, module) => {
    const library = `library-${Math.floor(module / 10)}`;
    const bytes = 1000 + ((module * 7919) % 20_000);
    const own = Array.from({ length: 100 }, (__, each) => {
      return { name: `function_${each}`, kind: "code" as const, bytes: Math.floor(bytes / 100) };
    });
    return testModule(`Module_${module}`, [library, library], { code: bytes }, own);
  });
  const parts = { modules, other: nothingElse };
  const fact = { label: "Target", value: "hvt", hint: "" };
  const rest = {
    facts: Array.from({ length: facts }, () => fact),
    stripped: false,
    sections: [],
    requirements: [],
    earlierBuilds: 0,
    before: undefined,
  };
  return { kind: "image", name: "image.hvt", parts, ...rest };
}

/** From the message with the sizes to the painted boxes. */
async function measurePage(): Promise<readonly Row[]> {
  const symbols = 20_000;
  const [{ browser }, bundle] = await Promise.all([openPage(), bundleView("image")]);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const view = await openView(context, bundle, themes.dark);
    const times: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const body = { kind: "show", view: generatedView(symbols, turn + 1) };
      const message = JSON.stringify({ envelope: "notification", body });
      // The number of facts says which image is drawn.
      const call = `timeTo(${message}, ".facts > div", ${turn + 1})`;
      // oxlint-disable-next-line no-await-in-loop -- Parallel runs would slow each other down.
      times.push(await view.probe<number>(call));
    }
    const map = await view.page.locator(".map").boundingBox();
    if (!map) throw new Error("There is no map.");
    const moveOver = (step: number): Promise<void> => {
      const angle = step / 8;
      const [x, y] = [Math.cos(angle), Math.sin(angle)].map((side) => 0.5 + 0.4 * side);
      return view.page.mouse.move(map.x + map.width * (x ?? 0), map.y + map.height * (y ?? 0));
    };
    const frames = [
      await frameTimes(view, "move the mouse over the boxes", moveOver),
      await frameTimes(view, "select boxes one after another", async (step) => {
        await moveOver(step);
        await view.page.mouse.down();
        await view.page.mouse.up();
      }),
    ];
    return [
      ...frames,
      {
        what: `draw an image with ${symbols.toLocaleString("en")} symbols`,
        ...rounds(times),
        unit: "ms",
        target: 300,
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Compares with `nm`, if it is installed. */
async function measureReader(): Promise<readonly Row[]> {
  const { path: folder, remove } = await temporaryFolder("mirageos-image-bench-");
  const path = join(folder, "image.hvt");
  await writeFile(path, generatedImage());
  const file = await open(path);
  try {
    const source = await fileSource(file);
    const ours: number[] = [];
    const cpu: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      let started = performance.now();
      const startedCpu = cpuMs();
      // oxlint-disable-next-line no-await-in-loop -- Parallel runs would slow each other down.
      await readImageSize(source);
      ours.push(performance.now() - started);
      cpu.push(cpuMs() - startedCpu);
      started = performance.now();
      const { error } = spawnSync("nm", ["--print-size", path], { maxBuffer: 1e8 });
      if (!error) theirs.push(performance.now() - started);
    }
    return [
      {
        what: `sizes in an image of 10 MB with ${generatedFunctions.toLocaleString("en")} functions`,
        ...rounds(ours),
        unit: "ms",
        target: 150,
        ...(theirs.length > 0 && { against: { what: "nm --print-size", ...rounds(theirs) } }),
      },
      { what: "its CPU time, which other programs do not change", ...rounds(cpu), unit: "ms", target: 150 },
    ];
  } finally {
    await file.close();
    await remove();
  }
}

/** From the click on a file to its first box, in milliseconds. Closes the editor. */
async function openingTime(page: Page, fileName: string): Promise<number> {
  const file = page.locator(".explorer-folders-view").getByText(fileName);
  const box = page.frameLocator("iframe.webview").frameLocator("#active-frame").locator(".box").first();
  await file.waitFor();
  // Before the click, Playwright scrolls and waits, which takes as long as half of the rest.
  await page.evaluate(
    'void (globalThis.clicked = new Promise((resolve) => addEventListener("pointerup", () => resolve(Date.now()), { capture: true, once: true })))',
  );
  await file.click();
  await box.waitFor();
  const drawn = Date.now();
  const clicked = await page.evaluate<number>("globalThis.clicked");
  await runCommand(page, "View: Close All Editors");
  await box.waitFor({ state: "detached" });
  return drawn - clicked;
}

/**
 * Opens an image in a real VS Code, in turns with an editor that shows nothing. In a new window, both wait for VS Code to start
 * the extensions.
 */
async function measureOpening(): Promise<readonly Row[]> {
  const { path: parent, remove } = await temporaryFolder("mirageos-image-bench-");
  const windows = 3;
  const [image, empty] = ["image.hvt", `nothing.${emptyEditorSuffix}`];
  try {
    const folder = join(parent, "files");
    await mkdir(folder);
    await writeFile(join(folder, image), generatedImage());
    await writeFile(join(folder, empty), "");
    const extension = await writeEmptyEditor(parent);
    const first: Record<string, number[]> = { [image]: [], [empty]: [] };
    const later: Record<string, number[]> = { [image]: [], [empty]: [] };
    await withInstalled(
      folder,
      async ({ inWindow }) => {
        for (let turn = 0; turn < 2 * windows; turn++) {
          // oxlint-disable-next-line no-await-in-loop -- Parallel runs would slow each other down.
          await inWindow(async (page) => {
            // Before VS Code has read the extensions, it opens images as text.
            await page.getByRole("tab", { name: "MirageOS" }).waitFor();
            const [own, other] = turn % 2 === 0 ? [image, empty] : [empty, image];
            first[own]?.push(await openingTime(page, own));
            await openingTime(page, other);
            for (let each = 0; each < 2; each++)
              for (const opened of [own, other])
                // oxlint-disable-next-line no-await-in-loop -- As above.
                later[opened]?.push(await openingTime(page, opened));
          });
        }
      },
      { extension, env: {} },
    );
    const against = (times: Record<string, number[]>) => ({
      against: { what: "an editor that shows nothing", ...rounds(times[empty] ?? []) },
    });
    return [
      {
        what: "open an image of 10 MB in VS Code, from the click, the first time in a new window",
        ...rounds(first[image] ?? []),
        unit: "ms",
        ...against(first),
      },
      { what: "open it again", ...rounds(later[image] ?? []), unit: "ms", target: 300, ...against(later) },
    ];
  } finally {
    await remove();
  }
}
