import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildMeta } from "./build.ts";
import { root } from "./programs.ts";

/** Reads the metadata of the last build. */
export async function readBuildMeta(): Promise<BuildMeta> {
  return JSON.parse(await readFile(join(root, "dist", "meta.json"), "utf8"));
}

/** Returns the size of `dist/extension.js` and all its static imports, in bytes: what VS Code loads at start. */
export function sizeAtStart({ extension }: BuildMeta): number {
  const outputs = extension?.outputs ?? {};
  const reached = new Set<string>(["dist/extension.js"]);
  for (const path of reached) {
    const imports = outputs[path]?.imports ?? [];
    for (const { path: imported, kind } of imports) {
      if (kind === "import-statement" && imported in outputs) reached.add(imported);
    }
  }
  return [...reached].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}
