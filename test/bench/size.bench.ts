import type { Row } from "../../scripts/bench.ts";
import { readBuildMeta, sizeAtStart } from "../../scripts/bundleSize.ts";
import { packageExtension } from "../../scripts/package.ts";

export const name = "size";

const kib = (bytes: number): number => bytes / 1024;

/** Measures the package, and the part of it that VS Code loads when it starts the extension. */
export async function run(): Promise<readonly Row[]> {
  const vsix = await packageExtension();
  const meta = await readBuildMeta();
  const all = Object.values(meta.extension?.outputs ?? {}).reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    { what: "VSIX", value: kib(vsix), unit: "KiB" },
    {
      what: "entry chunk, with its static imports",
      value: kib(sizeAtStart(meta)),
      unit: "KiB",
      against: { what: "all chunks", value: kib(all) },
      target: 60,
    },
  ];
}
