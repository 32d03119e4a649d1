import assert from "node:assert/strict";
import { cp, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { hover, processes, show, starts, useServer } from "./languageServer.ts";
import { activate, addProject, eventually, path, removeAdded, type Tools } from "./workspace.ts";

const restart = () => vscode.commands.executeCommand("mirageos.restartLanguageServer");

const isRunning = (id: number): boolean => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

/** Returns the titles of the code lenses of a file, which need no server. */
async function lenses(file: string): Promise<readonly string[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    vscode.Uri.file(file),
  );
  return all.map(({ command }) => command?.title ?? "");
}

describe("A faulty language server", function () {
  if (process.platform === "win32") return;
  let tools: Tools | undefined;
  before(activate);
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await tools?.restore();
    tools = undefined;
    await removeAdded();
  });

  it("is stopped if it never responds, blocks nothing else and is not restarted automatically", async () => {
    const used = (tools = await useServer("hang"));
    const config = await addProject("hanging");
    await show(config);
    await eventually(
      () => starts(used),
      (count) => count > 0,
    );
    assert.ok((await lenses(config)).some((title) => title.includes("Configure for")));
    // A server that started while the files of the project were still being copied has a successor.
    const stopped = await eventually(
      () => processes(used),
      (ids) => !ids.some(isRunning),
    );
    // The command ends when this server has not responded either, which need not be awaited.
    void restart();
    const started = await eventually(
      () => starts(used),
      (count) => count > stopped.length,
    );
    assert.equal(started, stopped.length + 1, "only the user can start it again");
  });

  it("is restarted if it crashes immediately, and blocks nothing else", async () => {
    const used = (tools = await useServer("crash"));
    const config = await addProject("crashing-at-once");
    await show(config);
    await eventually(
      () => starts(used),
      (count) => count >= 3,
    );
    assert.ok((await lenses(config)).some((title) => title.includes("Configure for")));
  });

  it("is stopped when its program is removed and started when the program exists again", async () => {
    const used = (tools = await useServer());
    const config = await addProject("removed-switch");
    await show(config);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    const program = join(used.folder, "ocamllsp");
    await rename(program, `${program}.gone`);
    await restart();
    await eventually(
      () => hover(config),
      (text) => !text.includes("settings:"),
    );
    assert.ok((await lenses(config)).length > 0);
    await rename(`${program}.gone`, program);
    await restart();
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
  });

  it("is not started if it is too old", async () => {
    const used = (tools = await useServer("", "1.8.3"));
    const config = await addProject("too-old");
    await show(config);
    await eventually(
      async () => (await used.calls("ocamllsp")).filter((call) => call === "--version").length,
      (count) => count > 0,
    );
    await restart();
    assert.equal(await starts(used), 0);
    assert.doesNotMatch(await hover(config), /settings:/);
  });

  it("is started once for 50 open files", async () => {
    const used = (tools = await useServer());
    const config = await addProject("many");
    const names = Array.from({ length: 50 }, (_, index) => path("many", `m${index}.ml`));
    await Promise.all(names.map((name) => writeFile(name, `let x = 1\n`)));
    await cp(path("many", "unikernel.ml"), path("many", "last.ml"));
    await show(config);
    for (const name of names) await vscode.workspace.openTextDocument(vscode.Uri.file(name));
    const last = path("many", "last.ml");
    await show(last);
    await eventually(
      () => hover(last),
      (text) => text.includes("settings:"),
    );
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    assert.equal(await starts(used), 1);
  });
});
