import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { answerPath } from "../../language-bridge/shimAnswers.ts";
import {
  activate,
  addProject,
  assertDone,
  command,
  diagnostics,
  ensureFetched,
  eventually,
  path,
  removeAdded,
  setting,
  type Tools,
} from "./workspace.ts";
import { hover, show, starts, useServer } from "./languageServer.ts";

describe("the own language server", function () {
  if (process.platform === "win32") return;
  let tools: Tools | undefined;
  before(activate);
  afterEach(async () => {
    await setting("languageServer", undefined);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await tools?.restore();
    tools = undefined;
    await removeAdded();
  });

  it("serves config.ml through the shim, from the answer made for it", async () => {
    tools = await useServer();
    const config = await addProject("served");
    await show(config);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    await writeFile(await answerFile(config), "((1:B5:/mine))");
    assert.match(await hover(config), /\(1:B5:\/mine\)/);
  });

  it("completes combinators of Mirage alone where it knows them, and leaves them to us where it is off", async () => {
    tools = await useServer();
    const config = await addProject("completed");
    const document = await show(config);
    const offered = async (): Promise<boolean> => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        document.lineAt(document.lineCount - 1).range.end,
      );
      return items.some(({ label }) => typeof label === "object" && label.label === "generic_kv_ro");
    };
    await eventually(offered, (is) => is);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    await writeFile(await answerFile(config), "((1:B5:/mine))");
    assert.equal(await offered(), false);
    await setting("languageServer", "off");
    await eventually(offered, (is) => is);
  });

  it("says once, with what helps, that a unikernel is not configured, and keeps syntax errors", async () => {
    tools = await useServer();
    await addProject("red");
    const file = path("red", "unikernel.ml");
    await show(file);
    const [hint, ...others] = (
      await diagnostics(file, (all) => all.some(({ source }) => source === "MirageOS"))
    ).filter(({ source }) => source === "MirageOS");
    assert.deepEqual(others, []);
    assert.match(hint?.message ?? "", /^\S+ is not configured\./);
    await eventually(
      () => vscode.languages.getDiagnostics(vscode.Uri.file(file)).map(({ message }) => message),
      (all) => !all.includes("Unbound module Lwt"),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      vscode.Uri.file(file),
      new vscode.Range(0, 0, 0, 0),
    );
    assert.ok(actions.some(({ command: act }) => act?.command === "mirageos.configure"));
  });

  it("is told the settings, and told again when they change", async () => {
    tools = await useServer();
    const config = await addProject("settings");
    await show(config);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    // The stand-in's command answers with what it was told.
    const told = () => vscode.commands.executeCommand<object>("ocamllsp/view-metrics");
    assert.deepEqual(await told(), {});
    await setting("languageServerSettings", { codelens: { enable: true } });
    await eventually(told, (all) => JSON.stringify(all) === '{"codelens":{"enable":true}}');
    await setting("languageServerSettings", undefined);
    await eventually(told, (all) => JSON.stringify(all) === "{}");
  });

  it("serves interfaces as it serves modules", async () => {
    tools = await useServer();
    assertDone(await command("configure", await addProject("interfaces")));
    const file = path("interfaces", "api.mli");
    await writeFile(file, "val start : unit -> unit Lwt.t\n");
    const document = await show(file);
    assert.equal(document.languageId, "ocaml.interface");
    await eventually(
      () => hover(file),
      (text) => text.includes("settings:"),
    );
    const shown = await diagnostics(file, (all) =>
      all.some(({ message }) => message.includes("only syntax errors")),
    );
    assert.deepEqual(new Set(shown.map(({ source }) => source)), new Set(["MirageOS", "ocamllsp"]));
    assert.equal(shown.length, 2);
    assert.ok(shown.some(({ message }) => message === "Syntax error"));
  });

  it("lets a module that it misses be added from what was fetched", async () => {
    tools = await useServer();
    await addProject("fetching");
    await ensureFetched("fetching");
    await mkdir(path("fetching", "duniverse", "mine"));
    await writeFile(
      path("fetching", "duniverse", "mine", "dune"),
      "(library (name deep) (public_name mine.inner))",
    );
    const { uri } = await show(path("fetching", "unikernel.ml"));
    const missed = vscode.languages.createDiagnosticCollection("test");
    const place = new vscode.Range(0, 0, 0, 1);
    missed.set(uri, [new vscode.Diagnostic(place, "Unbound module Deep")]);
    const titles = await eventually(
      async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          uri,
          place,
        );
        return actions.map(({ title }) => title).filter((title) => title.includes("Deep"));
      },
      (all) => all.length > 0,
    );
    missed.dispose();
    assert.deepEqual(titles, ['Add package "mine" ~sublibs:[ "inner" ] to config.ml, which has Deep']);
  });

  it("is started anew when a configure changes what dune knows", async () => {
    tools = await useServer();
    const config = await addProject("again");
    await show(path("again", "unikernel.ml"));
    const used = tools;
    const before = await eventually(
      () => starts(used),
      (count) => count > 0,
    );
    assertDone(await command("configure", config));
    await eventually(
      () => starts(used),
      (count) => count > before,
    );
    await diagnostics(path("again", "unikernel.ml"), (all) =>
      all.some(({ source, message }) => source === "MirageOS" && !message.includes("not configured")),
    );
  });

  it("bears what a server prints to stdout by mistake", async () => {
    tools = await useServer("noisy");
    const config = await addProject("noisy");
    await show(config);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
  });

  it("is started again after a crash", async () => {
    tools = await useServer("crash-later");
    const used = tools;
    const config = await addProject("crashing");
    await show(config);
    await eventually(
      async () => {
        await hover(config).catch(() => "");
        return starts(used);
      },
      (count) => count >= 2,
    );
  });

  it("is not there when the setting says off", async () => {
    await setting("languageServer", "off");
    tools = await useServer();
    const config = await addProject("silent");
    await show(config);
    assert.doesNotMatch(await hover(config), /settings:/);
    assert.equal(await starts(tools), 0);
    await setting("languageServer", undefined);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
  });
});

/** The file of the shim's answer for a config.ml: beside the extension's other files, below the user's data. */
async function answerFile(config: string): Promise<string> {
  const extension = vscode.extensions.getExtension<{ storage: string }>("mirageos.mirageos");
  assert.ok(extension);
  const folder = join(extension.exports.storage, "merlin", "answers");
  await mkdir(folder, { recursive: true });
  return answerPath(folder, config);
}
