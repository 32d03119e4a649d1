/**
 * Measures a build with the extension's command, compared with `make build` in a shell.
 *
 * Both run in pairs in the extension host of one VS Code window (see inside/build.ts), and take turns in
 * running first. They are measured after a change of unikernel.ml, so that dune compiles one file and links,
 * and from scratch, after _build was removed. The command includes everything that a user's click starts:
 * saving editors, reading the state, make, parsing its output, and reading the state again. The output of the
 * shell is discarded. One row has the medians and their ratio. The overhead that is compared with the target
 * is the median of the ratios of the pairs, because other work of the machine affects both builds of a pair.
 * The result is meaningful only on an idle machine: other work changes it by ten per cent. The unikernel is
 * hello for unix, with the stand-in mirage and the dune and OCaml of this machine. With the real mirage, a
 * build takes several times as long.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import type { Row } from "../../scripts/bench.ts";
import { buildAll } from "../../scripts/build.ts";
import { root } from "../../scripts/programs.ts";
import { obtainCode } from "../../scripts/vscode.ts";
import { temporarySamples, withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { median, rounds } from "./figures.ts";
import type { Pair, Pairs } from "./inside/build.ts";

export const name = "build";

const bundle = join(root, "out", "bench");

/** Runs the pairs inside VS Code and compares their medians. */
export async function run(): Promise<readonly Row[]> {
  const code = await obtainCode();
  await buildAll({ dev: false, tests: false });
  await bundleInside();
  const samples = await temporarySamples();
  const scratch = await temporaryFolder("mirageos-bench-");
  const result = join(scratch.path, "pairs.json");
  try {
    await runTests({
      vscodeExecutablePath: code.executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: join(bundle, "build.js"),
      launchArgs: [samples.path, "--disable-extensions"],
      extensionTestsEnv: { ...withStandIns(process.env), MIRAGEOS_BENCH: result },
    });
    const { changed, fromScratch }: Pairs = JSON.parse(await readFile(result, "utf8"));
    return [...rowsOf("after a change", changed), ...rowsOf("from scratch", fromScratch)];
  } finally {
    await scratch.remove();
    await samples.remove();
  }
}

function rowsOf(what: string, pairs: readonly Pair[]): readonly Row[] {
  const command = pairs.map((pair) => pair.command);
  const make = pairs.map((pair) => pair.make);
  return [
    {
      what: `build ${what}, ${pairs.length} pairs`,
      ...rounds(command),
      unit: "ms",
      against: { what: "make build", ...rounds(make) },
    },
    {
      what: `overhead over make build ${what}, median of the pairs`,
      value: 100 * (median(pairs.map((pair) => pair.command / pair.make)) - 1),
      unit: "%",
      target: 3,
    },
  ];
}

/** Bundles as CommonJS, because VS Code loads the module given as `--extensionTestsPath` with `require`. */
async function bundleInside(): Promise<void> {
  await rm(bundle, { recursive: true, force: true });
  await mkdir(bundle, { recursive: true });
  await writeFile(join(bundle, "package.json"), '{ "type": "commonjs" }\n');
  await build({
    absWorkingDir: root,
    entryPoints: ["test/bench/inside/build.ts"],
    outdir: bundle,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node22",
    external: ["vscode"],
    logLevel: "warning",
  });
}
