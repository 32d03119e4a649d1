import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The extension of the files that the empty editor opens. */
export const emptyEditorSuffix = "empty";

const manifest = {
  name: "empty-editor",
  publisher: "bench",
  version: "0.0.1",
  license: "ISC",
  engines: { vscode: "^1.101.0" },
  files: ["main.js"],
  main: "main.js",
  contributes: {
    customEditors: [
      {
        viewType: "bench.empty",
        displayName: "Empty Editor",
        selector: [{ filenamePattern: `*.${emptyEditorSuffix}` }],
      },
    ],
  },
};

/** The page asks for its content, as all pages with data do, and gets one box. */
const code = `const vscode = require("vscode");
exports.activate = () => vscode.window.registerCustomEditorProvider("bench.empty", {
  openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
  resolveCustomEditor: (document, { webview }) => {
    webview.options = { enableScripts: true };
    webview.onDidReceiveMessage(() => webview.postMessage("show"));
    webview.html = \`<!DOCTYPE html><html><body><script>
      addEventListener("message", () => {
        const box = document.createElement("p");
        box.className = "box";
        box.textContent = "Empty";
        document.body.append(box);
      });
      acquireVsCodeApi().postMessage("loaded");
    </script></body></html>\`;
  },
});
`;

/**
 * Writes an extension with the smallest custom editor that shows something in a webview. What it takes to open is VS Code's
 * own part of the time of any such editor. Returns its folder, which is created inside `parent`.
 */
export async function writeEmptyEditor(parent: string): Promise<string> {
  const folder = join(parent, "empty-editor");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "main.js"), code);
  return folder;
}
