/**
 * Builds the extension and packs it as `out/mirageos.vsix`; with `--pre-release` for the pre-release
 * channel of the Marketplace. For `npm test`, `--tests` builds the integration tests too, and
 * `--install FOLDER` installs the package into an extensions folder of the npm workbench.
 */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";
import { buildAll } from "./build.ts";
import { isMain, root, secondsSince } from "./programs.ts";

/** Where the packaged extension is put. */
export const vsixPath = join(root, "out", "mirageos.vsix");

/** What the packer printed about it. */
export const packerLog = `${vsixPath}.log`;

export interface PackageChoice {
  readonly preRelease?: boolean;
  /** Builds the integration tests too. */
  readonly tests?: boolean;
}

/** Makes the VSIX from a fresh production build; returns its size in bytes. */
export async function packageExtension({
  preRelease = false,
  tests = false,
}: PackageChoice = {}): Promise<number> {
  await buildAll({ dev: false, tests });
  await mkdir(join(root, "out"), { recursive: true });
  const words = await wordsOf(() =>
    createVSIX({ cwd: root, packagePath: vsixPath, dependencies: false, preRelease }),
  );
  await writeFile(packerLog, words);
  return (await stat(vsixPath)).size;
}

/** What is printed to the console while `work` runs, instead of printing it. */
async function wordsOf(work: () => Promise<unknown>): Promise<string> {
  const said: string[] = [];
  const { log, warn, error } = console;
  const take = (...words: unknown[]): void => void said.push(format(...words));
  Object.assign(console, { log: take, warn: take, error: take });
  try {
    await work();
  } finally {
    Object.assign(console, { log, warn, error });
  }
  return said.join("\n");
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      "pre-release": { type: "boolean" },
      tests: { type: "boolean" },
      install: { type: "string" },
    },
  });
  const started = performance.now();
  const bytes = await packageExtension({
    preRelease: values["pre-release"] ?? false,
    tests: values.tests ?? false,
  });
  // `npm test` shows the packer's words where they are a failure.
  if (values.install === undefined) console.log(await readFile(packerLog, "utf8"));
  else {
    const { installExtension } = await import("../test/harness/workbench.ts");
    await installExtension(vsixPath, values.install, `${values.install}-server`);
  }
  console.log(`out/mirageos.vsix: ${(bytes / 1024).toFixed(0)} KiB, in ${secondsSince(started)}.`);
}
