/**
 * Measures how long it takes to find 500 unikernels in one workspace and to read the state of each. The time
 * is the one that the extension logs for its first search in a window, in several windows. Half of the
 * unikernels are configured and built, and have vendored packages with a `config.ml` in `duniverse/`, which
 * must not be found as unikernels.
 */
import { cp, glob, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../../scripts/bench.ts";
import { root, runProgram } from "../../scripts/programs.ts";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { rounds } from "./figures.ts";
import { withInstalled } from "./window.ts";

export const name = "discovery";

const unikernels = 500;
const windows = 5;
const logTimeoutMs = 30_000;

/** Opens several windows with a generated workspace, and reads the extension's log. */
export async function run(): Promise<readonly Row[]> {
  const made = await temporaryFolder("mirageos-500-");
  try {
    const workspace = join(made.path, "workspace");
    await makeWorkspace(workspace, join(made.path, "models"));
    const times = await withInstalled(workspace, async ({ logs, inWindow }) => {
      for (let round = 1; round <= windows; round++) await inWindow(() => waitForSearches(logs, round));
      return waitForSearches(logs, windows);
    });
    return [
      {
        what: `finding ${unikernels} unikernels, ${windows} windows`,
        ...rounds(times),
        unit: "ms",
        target: 2000,
      },
    ];
  } finally {
    await made.remove();
  }
}

/** Waits until `count` searches are logged, and returns their times in milliseconds. */
async function waitForSearches(logs: string, count: number): Promise<number[]> {
  const until = performance.now() + logTimeoutMs;
  for (;;) {
    const found: { count: number; ms: number }[] = [];
    for await (const file of glob("**/mirageos.mirageos/*.log", { cwd: logs })) {
      const text = await readFile(join(logs, file), "utf8");
      const lines = text.matchAll(/(\d+) unikernels found in (\d+) ms/g);
      found.push(...[...lines].map((line) => ({ count: Number(line[1]), ms: Number(line[2]) })));
    }
    const wrong = found.find((search) => search.count !== unikernels);
    if (wrong) throw new Error(`${wrong.count} unikernels were found instead of ${unikernels}.`);
    if (found.length >= count) return found.map(({ ms }) => ms);
    if (performance.now() > until) throw new Error(`Search ${count} was not logged below ${logs}.`);
    await sleep(100);
  }
}

async function makeWorkspace(folder: string, templates: string): Promise<void> {
  const fresh = join(templates, "fresh");
  const built = join(templates, "built");
  for (const model of [fresh, built]) {
    await mkdir(model, { recursive: true });
    for (const file of ["config.ml", "unikernel.ml"]) {
      await cp(join(root, "test-workspace", "hello", file), join(model, file));
    }
  }
  const configure = ["configure", "-t", "unix"];
  const options = { cwd: built, env: withStandIns(process.env), quiet: true };
  const { code, output } = await runProgram("mirage", configure, options);
  if (code !== 0) throw new Error(`mirage configure failed (${code}):\n${output}`);
  const config = await readFile(join(fresh, "config.ml"), "utf8");
  for (let number = 0; number < unikernels; number++) {
    const project = join(folder, `group-${number % 20}`, `unikernel-${number}`);
    const own = config.replace('"hello"', `"u${number}"`);
    const isBuilt = number % 2 === 0;
    await cp(isBuilt ? built : fresh, project, { recursive: true });
    await writeFile(join(project, "config.ml"), own);
    if (!isBuilt) continue;
    await mkdir(join(project, "dist"), { recursive: true });
    await writeFile(join(project, "dist", `u${number}`), "image");
    for (const vendored of ["lwt", "logs", "cstruct"]) {
      const lib = join(project, "duniverse", vendored, "lib");
      await mkdir(lib, { recursive: true });
      await writeFile(join(lib, "config.ml"), own);
      for (const file of ["a.ml", "b.ml", "c.ml"]) await writeFile(join(lib, file), "let x = 1\n");
    }
  }
}
