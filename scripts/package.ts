/**
 * Builds the extension and packs it as `out/mirageos.vsix`; with `--pre-release` for the pre-release
 * channel of the Marketplace.
 */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { buildAll } from "./build.ts";
import { isMain, root, secondsSince } from "./programs.ts";

/** Where the packaged extension is put. */
export const vsixPath = join(root, "out", "mirageos.vsix");

/** Makes the VSIX from a fresh production build; returns its size in bytes. */
export async function packageExtension(preRelease = false): Promise<number> {
  await buildAll({ dev: false, tests: false });
  await mkdir(join(root, "out"), { recursive: true });
  await createVSIX({ cwd: root, packagePath: vsixPath, dependencies: false, preRelease });
  return (await stat(vsixPath)).size;
}

if (isMain(import.meta.url)) {
  const started = performance.now();
  const bytes = await packageExtension(process.argv.includes("--pre-release"));
  console.log(`out/mirageos.vsix: ${(bytes / 1024).toFixed(0)} KiB, in ${secondsSince(started)}.`);
}
