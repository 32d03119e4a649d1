/** Checks the files of the package, its size, and the warnings of the packaging tool. */
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { listFiles, PackageManager } from "@vscode/vsce";
import { readBuildMeta, sizeAtStart } from "../../scripts/bundleSize.ts";
import { packagingFolder, packagingLog, vsixPath } from "../../scripts/package.ts";

/** Patterns of the files that the package may contain. */
const allowed: readonly RegExp[] = [
  /^(package\.json|package\.nls(\.[a-z-]+)?\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/(extension\.js|boot-tests\.js\.br|shim\.cjs|THIRD-PARTY-NOTICES\.txt)$/,
  /^dist\/chunks\/[\w-]+\.js$/,
  /^dist\/webviews\/([\w-]+\.(js|css)|graphviz\.wasm\.br)$/,
  /^extension\/bootTests\/boot-tests\.schema\.json$/,
  /^language-bridge\/grammars\/[\w.-]+\.json$/,
  /^l10n\/bundle\.l10n\.[a-z-]+\.json$/,
  /^media\/(icon\.png|mirageos(-dark|-light)?\.svg|walkthrough\/[\w-]+(\.png|(\.nls\.[a-z-]+)?\.md))$/,
  /^snippets\/[\w-]+\.code-snippets$/,
  /^snippets\/devcontainer\/(devcontainer\.json|Dockerfile)$/,
  /^snippets\/templates\/(index\.json|gitignore|ocamlformat)$/,
  /^snippets\/templates\/[\w-]+\/([\w-]+\/)*[\w-]+(\.(ml|mli|md|sh|txt|html|css))?$/,
];

/** Files that the extension or the licences require. */
const needed = [
  "package.json",
  "package.nls.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "dist/extension.js",
  "dist/boot-tests.js.br",
  "dist/shim.cjs",
  "dist/THIRD-PARTY-NOTICES.txt",
  "dist/webviews/graph-worker.js",
  "dist/webviews/graphviz.wasm.br",
  "dist/webviews/logs.js",
  "extension/bootTests/boot-tests.schema.json",
  "media/icon.png",
  "snippets/devcontainer/Dockerfile",
  "snippets/templates/index.json",
];

describe("The package", () => {
  let files: readonly string[] = [];
  before(async () => {
    files = (
      await listFiles({
        cwd: await packagingFolder(),
        packageManager: PackageManager.None,
      })
    ).map((file) => file.replaceAll("\\", "/"));
  });

  it("contains all required files and only allowed ones", () => {
    assert.deepEqual(
      needed.filter((file) => !files.includes(file)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => !allowed.some((pattern) => pattern.test(file))),
      [],
    );
  });

  it("loads at most 60 KiB of code at start", async () => {
    const size = sizeAtStart(await readBuildMeta());
    assert.ok(size > 0 && size <= 60 * 1024, `it loads ${size} bytes`);
  });

  it("is created without a warning and has at most 2 MB", async () => {
    const { size } = await stat(vsixPath);
    assert.ok(size <= 2_000_000, `it has ${size} bytes`);
    const lines = (await readFile(packagingLog, "utf8")).split("\n");
    assert.ok(
      lines.some((line) => line.includes("mirageos.vsix")),
      "the log of the packaging tool names the package",
    );
    assert.deepEqual(
      lines.filter((line) => /warn/i.test(line)),
      [],
    );
  });
});
