import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { root } from "./programs.ts";

/** Notes about software that a bundled package includes. */
const includedSoftware: Readonly<Record<string, string>> = {
  "@hpcc-js/wasm-graphviz":
    "It contains Graphviz compiled to WebAssembly, https://graphviz.org, whose source is at " +
    "https://gitlab.com/graphviz/graphviz, under the Eclipse Public License 1.0, https://www.eclipse.org/legal/epl-v10.html.",
};

/** Returns the licences of all npm packages in the bundles, as text. Rejects if a package has no licence. */
export async function thirdPartyNotices(metafiles: readonly Metafile[]): Promise<string> {
  const inputs = metafiles.flatMap((meta) => Object.keys(meta.inputs));
  const folders = new Set(inputs.flatMap((file) => packageFolder(file) ?? []));
  const notices = await Promise.all([...folders].toSorted().map(noticeOf));
  return `The extension includes these packages.\n\n${notices.join("\n\n")}\n`;
}

/** Returns the folder of the innermost package that contains a bundled file. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

async function noticeOf(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const { name, version, license } = Object(manifest) as Record<string, unknown>;
  const files = await readdir(join(root, folder));
  const file = files.find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined && typeof license !== "string") throw new Error(`${folder} has no licence.`);
  const text =
    file === undefined ? `Licence: ${String(license)}` : await readFile(join(root, folder, file), "utf8");
  const note = includedSoftware[String(name)];
  const head = `== ${String(name)} ${String(version)} (${String(license)})`;
  return [head, ...(note === undefined ? [] : [note]), text.trim()].join("\n\n");
}
