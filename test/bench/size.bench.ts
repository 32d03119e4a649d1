import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import type { Row } from "../../scripts/bench.ts";
import type { BuildMeta } from "../../scripts/build.ts";
import { packageExtension } from "../../scripts/package.ts";
import { root } from "../../scripts/programs.ts";

export const name = "size";

const kib = (bytes: number): number => bytes / 1024;

/** Measures the package, and the part of it that VS Code loads when it starts the extension. */
export async function run(): Promise<readonly Row[]> {
  const vsix = await packageExtension();
  const meta: BuildMeta = JSON.parse(await readFile(join(root, "dist", "meta.json"), "utf8"));
  const outputs = meta.extension?.outputs ?? {};
  const all = Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    { what: "VSIX", value: kib(vsix), unit: "KiB" },
    {
      what: "entry chunk, with its static imports",
      value: kib(bytesAtStart("dist/extension.js", outputs)),
      unit: "KiB",
      against: { what: "all chunks", value: kib(all) },
      target: 60,
    },
  ];
}

/** Returns the size of a chunk and all its static imports, in bytes. */
function bytesAtStart(entry: string, outputs: Metafile["outputs"]): number {
  const reached = new Set<string>([entry]);
  for (const path of reached) {
    const imports = outputs[path]?.imports ?? [];
    for (const { path: imported, kind } of imports) {
      if (kind === "import-statement" && imported in outputs) reached.add(imported);
    }
  }
  return [...reached].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}
