import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { removeFolder } from "../harness/temporaryFolder.ts";
import { solo5Image } from "../../extension/image/testImage.ts";
import {
  activate,
  addProject,
  assertDone,
  command,
  ensureFetched,
  path,
  refresh,
  removeAdded,
} from "./workspace.ts";

/** Returns the labels of the completions at `|` in a launch configuration, without word-based suggestions. */
async function completions(fields: string): Promise<string[]> {
  const text = `{ "configurations": [ { "type": "mirage", "request": "launch", ${fields} } ] }`;
  const document = await vscode.workspace.openTextDocument(path(".vscode/launch.json"));
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  edit.replace(document.uri, all, text.replace("|", ""));
  await vscode.workspace.applyEdit(edit);
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    document.uri,
    document.positionAt(text.indexOf("|")),
  );
  const own = items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text);
  return own.map(({ label }) => (typeof label === "string" ? label : label.label));
}

const assertIncludes = (all: readonly string[], ...expected: string[]) => {
  for (const each of expected) assert.ok(all.includes(each), `${each} in ${all.join(", ")}`);
};

describe("launch.json", function () {
  before(async () => {
    await activate();
    await mkdir(path(".vscode"), { recursive: true });
    await writeFile(path(".vscode/launch.json"), "{}");
  });
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeFolder(path(".vscode"));
    await removeAdded();
  });

  it("gets completions for the folders of unikernels", async () => {
    assertIncludes(await completions('"unikernel": "|"'), "hello", "crash", "several/echo");
  });

  it("gets one completion for each target", async () => {
    const targets = (await completions('"target": "|"')).map((label) => label.replaceAll('"', ""));
    assertIncludes(targets, "unix", "hvt", "unikraft-firecracker");
    assert.equal(new Set(targets).size, targets.length, targets.join());
  });

  it("gets completions for boot arguments and their values from the help of the image", async () => {
    assertDone(await command("build", await ensureFetched("crash")));
    const crash = '"unikernel": "crash"';
    assertIncludes(await completions(`${crash}, "args": ["|"]`), "--mode=", "--logs=");
    assertIncludes(await completions(`${crash}, "args": ["-l", "|"]`), "*:debug");
    assert.ok(!(await completions(`${crash}, "name": "|"`)).includes("--mode="));
  });

  it("gets completions for the devices that the image for the configured target declares", async () => {
    await addProject("with-tap", "network");
    await promisify(execFile)("mirage", ["configure", "-t", "spt"], { cwd: path("with-tap") });
    await refresh();
    const network = '"unikernel": "with-tap"';
    assertIncludes(await completions(`${network}, "net": { | }`), "service");
    assert.ok(!(await completions(`${network}, "block": { | }`)).includes("service"));
    assert.ok(!(await completions(`${network}, "net": { "service": "tap0", | }`)).includes("service"));
  });

  it("gets completions for the devices of a program that does not belong to a unikernel", async () => {
    const image = solo5Image("spt", [
      { name: "eth", type: "NET_BASIC" },
      { name: "disk", type: "BLOCK_BASIC" },
    ]);
    await mkdir(path("images"), { recursive: true });
    await writeFile(path("images/other.spt"), image);
    await writeFile(path("images/data.img"), Buffer.alloc(512));
    for (const program of ["images/other.spt", "${workspaceFolder}/images/other.spt"]) {
      const other = `"program": ${JSON.stringify(program)}`;
      const own = async (attribute: string) =>
        (await completions(`${other}, "${attribute}": { | }`)).filter((label) =>
          /^(?:eth|disk)$/.test(label),
        );
      assert.deepEqual(await own("net"), ["eth"]);
      assert.deepEqual(await own("block"), ["disk"]);
      assertIncludes(await completions(`${other}, "block": { "disk": "|" }`), "data.img");
      assert.ok(!(await completions(`${other}, "args": ["|"]`)).some((label) => label.startsWith("--")));
    }
    await removeFolder(path("images"));
  });
});
