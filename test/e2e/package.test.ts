/** What a user downloads: the files of the package, its size, and what the packer thinks of it. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { root } from "../../scripts/programs.ts";
import { temporaryFolder } from "../harness/workbench.ts";

/** Everything that may be in the package, and why it is there is told by its place. */
const allowed: readonly RegExp[] = [
  /^(package\.json|package\.nls(\.[a-z-]+)?\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/(extension\.js|shim\.cjs|THIRD-PARTY-NOTICES\.txt)$/,
  /^dist\/chunks\/[\w-]+\.js$/,
  /^dist\/webviews\/[\w-]+\.(js|css)$/,
  /^l10n\/bundle\.l10n\.[a-z-]+\.json$/,
  /^media\/(icon\.png|mirageos(-dark|-light)?\.svg|walkthrough\/[\w-]+(\.png|(\.nls\.[a-z-]+)?\.md))$/,
  /^snippets\/[\w-]+\.code-snippets$/,
  /^snippets\/devcontainer\/(devcontainer\.json|Dockerfile)$/,
  /^snippets\/templates\/(index\.json|gitignore)$/,
  /^snippets\/templates\/[\w-]+\/([\w-]+\/)*[\w-]+(\.(ml|mli|md|sh|txt|html|css))?$/,
];

/** Without these nothing would work, or the licences would not be kept. */
const needed = [
  "package.json",
  "package.nls.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "dist/extension.js",
  "dist/shim.cjs",
  "dist/THIRD-PARTY-NOTICES.txt",
  "dist/webviews/graph-worker.js",
  "dist/webviews/logs.js",
  "media/icon.png",
  "snippets/devcontainer/Dockerfile",
  "snippets/templates/index.json",
];

describe("the package", () => {
  let files: readonly string[] = [];
  before(async () => {
    files = (await listFiles({ cwd: root, packageManager: PackageManager.None })).map((file) =>
      file.replaceAll("\\", "/"),
    );
  });

  it("holds what is needed and nothing that was not meant to go out", () => {
    assert.deepEqual(
      needed.filter((file) => !files.includes(file)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => !allowed.some((pattern) => pattern.test(file))),
      [],
    );
  });

  it("is made without a warning and is at most 1.5 MB large", async () => {
    const scratch = await temporaryFolder("mirageos-package-");
    const said: string[] = [];
    const { log, warn, error } = console;
    const listen = (...words: unknown[]): void => void said.push(words.join(" "));
    Object.assign(console, { log: listen, warn: listen, error: listen });
    try {
      const packagePath = join(scratch.path, "mirageos.vsix");
      await createVSIX({ cwd: root, packagePath, dependencies: false });
      const { size } = await stat(packagePath);
      assert.ok(size <= 1_500_000, `it has ${size} bytes`);
    } finally {
      Object.assign(console, { log, warn, error });
      await scratch.remove();
    }
    assert.ok(said.length > 0, "the packer says what it packed");
    assert.deepEqual(
      said.filter((line) => /warn/i.test(line)),
      [],
    );
  });
});
