import assert from "node:assert/strict";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { buildMs } from "../harness/limits.ts";
import { removeFolder, temporaryFolder } from "../harness/temporaryFolder.ts";
import {
  activate,
  addProject,
  codeActions,
  diagnostics,
  edit,
  eventually,
  invokeTool,
  mirageTasks,
  path,
  refresh,
  removeProject,
  setting,
  useTools,
} from "./workspace.ts";

const config = (name: string) =>
  `(* mirage >= 4.11.0 & < 4.12.0 *)\nopen Mirage\n\nlet main = main "Unikernel" job\nlet () = register "${name}" [ main ]\n`;

async function write(at: string, text: string): Promise<void> {
  await mkdir(dirname(path(at)), { recursive: true });
  await writeFile(path(at), text);
}

/** Returns the unikernels that have tasks, by folder or name. */
async function findUnikernels(): Promise<string[]> {
  const tasks = await mirageTasks();
  const builds = tasks.filter(({ definition }) => definition["goal"] === "build");
  return builds.map(({ definition }) => String(definition["unikernel"])).toSorted();
}

async function taskTitles(): Promise<string[]> {
  return (await mirageTasks()).map(({ name }) => name);
}

describe("The unikernels of a workspace", () => {
  before(activate);

  it("include every folder whose config.ml registers one, including mirage/config.ml and nested folders", async () => {
    assert.deepEqual(await findUnikernels(), [
      "block",
      "broken/build-error",
      "broken/syntax-error",
      "broken/too-new",
      "broken/two-registers",
      "broken/type-error",
      "café ünïcode/hello world",
      "crash",
      "hello",
      "hello-key",
      "kv_ro",
      "network",
      "several/echo",
      "several/greeter",
      "several/nested/mirage",
      "several/ticker",
    ]);
  });

  it("exclude the folders of builds and packages", async () => {
    const never = ["_build", "duniverse", "_opam", "node_modules", ".git"];
    for (const name of never) await write(`shelf/${name}/inner/config.ml`, config("hidden"));
    await write("shelf/seen/config.ml", config("seen"));
    await refresh();
    assert.deepEqual(
      (await findUnikernels()).filter((at) => at.startsWith("shelf")),
      ["shelf/seen"],
    );
    await removeProject("shelf");
  });

  it("exclude the folders that files.exclude and mirageos.exclude match", async () => {
    const files = vscode.workspace.getConfiguration("files");
    const workspace = vscode.ConfigurationTarget.Workspace;
    await setting("exclude", ["**/several/**"]);
    await files.update("exclude", { broken: true, "**/crash": true, hello: false }, workspace);
    const left = await eventually(
      findUnikernels,
      (all) => !all.some((at) => /^(several|broken|crash)(\/|$)/.test(at)) && all.includes("hello"),
    );
    assert.ok(left.includes("hello-key"));
    // A changed file in an excluded folder is ignored too. When the other new folder is found, VS Code has
    // reported both changes.
    await write("several/echo/config.ml", await readFile(path("several/echo/config.ml"), "utf8"));
    await write("several/new/config.ml", config("new"));
    await write("seen-later/config.ml", config("seen-later"));
    await eventually(findUnikernels, (all) => all.includes("seen-later"));
    assert.ok(!(await findUnikernels()).some((at) => at.startsWith("several")));
    await removeFolder(path("several/new"));
    await removeProject("seen-later");
    await files.update("exclude", undefined, workspace);
    await setting("exclude", undefined);
    await eventually(findUnikernels, (all) => all.includes("crash") && all.includes("several/echo"));
  });

  it("are updated when they are created, renamed in config.ml, moved and deleted", async () => {
    await write("later/config.ml", config("fresh"));
    await eventually(taskTitles, (all) => all.includes("build fresh"));
    await edit(path("later/config.ml"), (text) => text.replace("fresh", "renamed"));
    await eventually(taskTitles, (all) => all.includes("build renamed") && !all.includes("build fresh"));
    await edit(path("later/config.ml"), (text) => text.replace(/let \(\) = register.*/, ""));
    await eventually(taskTitles, (all) => !all.includes("build renamed"));
    await edit(path("later/config.ml"), () => config("again"));
    await eventually(findUnikernels, (all) => all.includes("later"));
    await rename(path("later"), path("moved"));
    await eventually(findUnikernels, (all) => all.includes("moved") && !all.includes("later"));
    await removeFolder(path("moved"));
    await eventually(findUnikernels, (all) => !all.includes("moved"));
  });

  it("are distinguished by their folders if they have the same name", async () => {
    await write("twins/one/config.ml", config("twin"));
    await write("twins/two/config.ml", config("twin"));
    await refresh();
    const twins = (await taskTitles()).filter((title) => title.startsWith("build twin"));
    assert.deepEqual(twins.toSorted(), ["build twin (twins/one)", "build twin (twins/two)"]);
    await vscode.commands.executeCommand("mirageos.configure", path("twins/two/config.ml"));
    const terminals = vscode.window.terminals.map(({ name }) => name);
    assert.ok(terminals.includes("twin (twins/two) · MirageOS"), terminals.join(", "));
    // A boot that is refused, since nothing is built, is a session too.
    const launch = {
      type: "mirage",
      request: "launch",
      name: "twin",
      unikernel: "twins/two",
      build: "never",
    };
    await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], launch);
    const readLog = () => invokeTool("mirageos_logs", { unikernel: "twins/two" });
    await eventually(readLog, (text) => text.includes("twin (twins/two) on "));
    await removeProject("twins");
  });

  it("include a config.ml that is not UTF-8, but not one with register only in a comment or a string", async () => {
    await mkdir(path("odd/latin"), { recursive: true });
    await writeFile(
      path("odd/latin/config.ml"),
      Buffer.from(`(* caf\u00e9 *)\n${config("latin")}`, "latin1"),
    );
    await write(
      "odd/comment/config.ml",
      'open Mirage\n(* let () = register "no" [] *)\nlet s = "register"\n',
    );
    await write("odd/empty/config.ml", "");
    await write("odd/plain/config.ml", "let register x = x\nlet () = register ()\n");
    await refresh();
    assert.deepEqual(
      (await findUnikernels()).filter((at) => at.startsWith("odd/")),
      ["odd/latin"],
    );
    await removeProject("odd");
  });

  it("are all found if there are 500", async function () {
    const text = config("many");
    // The folder appears and disappears as a whole, so that VS Code does not report every file of it.
    const outside = await temporaryFolder("mirageos-many-");
    const inside = path("many");
    for (let at = 0; at < 500; at++) {
      const folder = join(outside.path, "many", `group${at % 25}`, `unikernel${at}`);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "config.ml"), text);
      await writeFile(join(folder, "unikernel.ml"), "let start () = Lwt.return_unit\n");
    }
    await rename(join(outside.path, "many"), inside);
    await refresh();
    const listed = await invokeTool("mirageos_unikernels", {});
    assert.equal(listed.match(/^- Folder: many\//gm)?.length, 500);
    // VS Code drops the tasks of an extension that does not provide them in time.
    await eventually(
      async () => (await findUnikernels()).filter((at) => at.startsWith("many/")).length,
      (count) => count === 500,
      buildMs,
    );
    await rename(inside, join(outside.path, "many"));
    await refresh();
    await outside.remove();
  });
});

const header = (all: readonly vscode.Diagnostic[]) =>
  all.filter(({ source }) => source === "mirage: version");

async function quickFixes(file: string): Promise<vscode.CodeAction[]> {
  const uri = vscode.Uri.file(file);
  await vscode.workspace.openTextDocument(uri);
  const range = new vscode.Range(0, 0, 0, 5);
  return codeActions(uri, range, vscode.CodeActionKind.QuickFix);
}

describe("The header of config.ml", () => {
  before(activate);

  it("is underlined if it requires another version of mirage than the installed one", async () => {
    const file = path("broken/too-new/config.ml");
    const [diagnostic] = header(await diagnostics(file, (all) => header(all).length === 1));
    assert.match(diagnostic?.message ?? "", /requires mirage >= 4\.12\.0, but 4\.11\.1 is installed/);
    assert.equal(diagnostic?.severity, vscode.DiagnosticSeverity.Error);
    assert.deepEqual(diagnostic.range, new vscode.Range(0, 0, 0, 33));
    assert.deepEqual(header(vscode.languages.getDiagnostics(vscode.Uri.file(path("hello/config.ml")))), []);
  });

  it("can be corrected with a quick fix", async () => {
    const file = await addProject("too-new-here", "broken/too-new");
    await diagnostics(file, (all) => header(all).length === 1);
    const fixes = await quickFixes(file);
    assert.deepEqual(
      fixes.map(({ title }) => title),
      [
        "Change header to (* mirage >= 4.11.0 & < 4.12.0 *)",
        "Select a switch with another version of mirage…",
      ],
    );
    assert.ok(fixes[0]?.edit && fixes[0].isPreferred);
    const listed = await codeActions(vscode.Uri.file(file), new vscode.Range(0, 0, 0, 5));
    assert.equal(listed.filter(({ title }) => /header to/.test(title)).length, 1);
    assert.ok(await vscode.workspace.applyEdit(fixes[0].edit));
    const document = await vscode.workspace.openTextDocument(file);
    assert.ok(await document.save());
    assert.match(await readFile(file, "utf8"), /^\(\* mirage >= 4\.11\.0 & < 4\.12\.0 \*\)\nopen Mirage/);
    await diagnostics(file, (all) => header(all).length === 0);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeProject("too-new-here");
  });

  it("is underlined if no version of mirage could parse it", async () => {
    const file = await addProject("bad-header");
    await edit(file, (text) => text.replace(/^.*\n/, "(* mirage >= 4.11.0 <= 4.12.0 *)\n"));
    const [diagnostic] = header(await diagnostics(file, (all) => header(all).length === 1));
    assert.match(diagnostic?.message ?? "", /mirage will reject this header/);
    assert.equal(diagnostic?.range.start.line, 0);
    await removeProject("bad-header");
    await diagnostics(file, (all) => header(all).length === 0);
  });

  it("is checked again when another mirage is used", async () => {
    const hello = path("hello/config.ml");
    const tools = await useTools({ mirage: 'MIRAGEOS_STANDIN_VERSION=4.9.0 exec mirage "$@"' });
    const [old] = header(await diagnostics(hello, (all) => header(all).length === 1));
    assert.match(old?.message ?? "", /requires mirage >= 4\.11\.0, but 4\.9\.0 is installed/);
    await tools.restore();
    await diagnostics(hello, (all) => header(all).length === 0);
  });

  it("is not checked if mirage is not installed", async () => {
    await setting("toolPaths", { mirage: "/nowhere/mirage" });
    await diagnostics(path("broken/too-new/config.ml"), (all) => header(all).length === 0);
    await setting("toolPaths", undefined);
    await diagnostics(path("broken/too-new/config.ml"), (all) => header(all).length === 1);
  });
});
