/**
 * Builds the extension and packages it as `out/mirageos.vsix`. `--pre-release` is for the pre-release channel
 * of the Marketplace. `npm test` uses `--tests`, which also builds the integration tests, and `--install
 * FOLDER`, which installs the package into an extensions folder of the npm workbench.
 */
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";
import { buildAll } from "./build.ts";
import { isMain, root, secondsSince } from "./programs.ts";

/** Path of the packaged extension. */
export const vsixPath = join(root, "out", "mirageos.vsix");

/** Path of the log of the packaging tool. */
export const packagingLog = `${vsixPath}.log`;

export interface PackageChoice {
  readonly preRelease?: boolean;
  /** True to build the integration tests too. */
  readonly tests?: boolean;
}

/** Creates the VSIX from a new production build, and returns its size in bytes. */
export async function packageExtension({
  preRelease = false,
  tests = false,
}: PackageChoice = {}): Promise<number> {
  await buildAll({ dev: false, tests });
  await mkdir(join(root, "out"), { recursive: true });
  const cwd = await packagingFolder();
  const log = await captureConsole(() =>
    createVSIX({ cwd, packagePath: vsixPath, dependencies: false, preRelease }),
  );
  await writeFile(packagingLog, log);
  return (await stat(vsixPath)).size;
}

/** The folders of the repository that .vscodeignore excludes and that contain most of its files. */
const largeFolders: ReadonlySet<string> = new Set([
  ".git",
  ".vscode-test",
  "docs",
  "node_modules",
  "out",
  "test",
  "test-workspace",
]);

/**
 * Creates the folder that the packaging tool reads, a copy of the repository without its large folders, and returns
 * the path of the copy. In the repository, the tool would compare tens of thousands of files with each line of
 * .vscodeignore, which takes longer than the build.
 */
export async function packagingFolder(): Promise<string> {
  const folder = join(root, "out", "package");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(root))
    if (!largeFolders.has(name)) await cp(join(root, name), join(folder, name), { recursive: true });
  return folder;
}

/** Captures and returns the console output of `work`. */
async function captureConsole(work: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const { log, warn, error } = console;
  const capture = (...values: unknown[]): void => void lines.push(format(...values));
  Object.assign(console, { log: capture, warn: capture, error: capture });
  try {
    await work();
  } finally {
    Object.assign(console, { log, warn, error });
  }
  return lines.join("\n");
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
  // `npm test` checks the log in the end-to-end tests.
  if (values.install === undefined) console.log(await readFile(packagingLog, "utf8"));
  else {
    const { installExtension } = await import("../test/harness/workbench.ts");
    await installExtension(vsixPath, values.install, `${values.install}-server`);
  }
  console.log(`out/mirageos.vsix: ${(bytes / 1024).toFixed(0)} KiB, in ${secondsSince(started)}.`);
}
