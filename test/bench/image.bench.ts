/** Measures how fast the sizes in an image are read, and how fast the page draws them. */
import { spawnSync } from "node:child_process";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileSource } from "../../extension/image/fileSource.ts";
import { readImageSize } from "../../extension/image/size/imageSize.ts";
import { elfWithSymbols, type TestSymbol } from "../../extension/image/size/testElf.ts";
import type { ImageView } from "../../extension/protocol/image.ts";
import type { Row } from "../../scripts/bench.ts";
import { nothingElse, testModule } from "../../webviews/image/model/testParts.ts";
import { openPage } from "../harness/browser.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { themes } from "../webviews/themes.ts";
import { bundleView, openView } from "../webviews/view.ts";
import { rounds } from "./figures.ts";

export const name = "image";

const turns = 7;
const units = 290;
const functionsOfUnit = 100;
const functionBytes = 128;
const unitBytes = functionsOfUnit * functionBytes;
const megabyte = 1 << 20;

/** An image of 10 MB with the symbols of 290 units of OCaml, as many as real ones have. */
function generatedImage(): Buffer {
  const [codeAt, dataAt] = [0x10_0000, 0x100_0000];
  const symbols = Array.from({ length: units }, (_, unit): TestSymbol[] => {
    const prefix = `camlMirage_library__Module_${unit}`;
    const [code, data] = [codeAt + unit * unitBytes, dataAt + unit * 8000];
    const label = (what: string, section: number, address: number): TestSymbol => {
      return { name: `${prefix}.${what}`, section, address, bytes: 0 };
    };
    const functions = Array.from({ length: functionsOfUnit }, (__, each): TestSymbol => {
      const address = code + each * functionBytes;
      return {
        ...label(`function_${each}_${each + 300}`, 0, address),
        bytes: functionBytes - 9,
        isFunction: true,
      };
    });
    return [
      label("code_begin", 0, code),
      ...functions,
      label("code_end", 0, code + unitBytes),
      label("data_begin", 1, data),
      label("data_end", 1, data + 5000),
      label("frametable", 1, data + 5008),
    ];
  }).flat();
  const sections = [
    { name: ".text", address: codeAt, bytes: units * unitBytes, flags: "AX" },
    { name: ".data", address: dataAt, bytes: units * 8000, flags: "WA" },
  ];
  const small = elfWithSymbols(sections, symbols).length;
  const debug = { name: ".debug_info", address: 0, bytes: Math.max(0, 10 * megabyte - small) };
  return elfWithSymbols([...sections, debug], symbols);
}

export async function run(): Promise<readonly Row[]> {
  return [...(await measureReader()), ...(await measurePage())];
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
    return [
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
    const theirs: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      let started = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- Parallel runs would slow each other down.
      await readImageSize(source);
      ours.push(performance.now() - started);
      started = performance.now();
      const { error } = spawnSync("nm", ["--print-size", path], { maxBuffer: 1e8 });
      if (!error) theirs.push(performance.now() - started);
    }
    return [
      {
        what: `sizes in an image of 10 MB with ${(units * functionsOfUnit).toLocaleString("en")} functions`,
        ...rounds(ours),
        unit: "ms",
        target: 150,
        ...(theirs.length > 0 && { against: { what: "nm --print-size", ...rounds(theirs) } }),
      },
    ];
  } finally {
    await file.close();
    await remove();
  }
}
