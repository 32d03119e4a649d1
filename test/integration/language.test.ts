import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { answerPath } from "../../language-bridge/merlin/shimAnswers.ts";
import {
  activate,
  addProject,
  codeActions,
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

describe("The built-in language server support", function () {
  if (process.platform === "win32") return;
  let tools: Tools;
  before(async () => {
    await activate();
    tools = await useServer();
  });
  beforeEach(() => tools.ensure());
  after(() => tools?.restore());
  afterEach(async () => {
    await setting("languageServer", undefined);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeAdded();
  });

  it("gives the server the settings of config.ml through the shim", async () => {
    const config = await addProject("served");
    await show(config);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    await writeFile(await answerFile(config), "((1:B5:/mine))");
    assert.match(await hover(config), /\(1:B5:\/mine\)/);
  });

  it("completes combinators without duplicates, also if no server runs", async () => {
    const config = await addProject("completed");
    const document = await show(config);
    const hasCombinator = async (): Promise<boolean> => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        document.lineAt(document.lineCount - 1).range.end,
      );
      return items.some(({ label }) => typeof label === "object" && label.label === "generic_kv_ro");
    };
    await eventually(hasCombinator, (is) => is);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    const answer = await answerFile(config);
    await eventually(
      async () => {
        // The extension may still replace the answer by what dune said before.
        await writeFile(answer, "((1:B5:/mine))");
        return hasCombinator();
      },
      (is) => !is,
    );
    await setting("languageServer", "off");
    await eventually(hasCombinator, (is) => is);
  });

  it("reports once that a unikernel is not configured, with a fix", async () => {
    await addProject("red");
    const file = path("red", "unikernel.ml");
    await show(file);
    const [hint, ...others] = (
      await diagnostics(file, (all) => all.some(({ source }) => source === "MirageOS"))
    ).filter(({ source }) => source === "MirageOS");
    assert.deepEqual(others, []);
    assert.match(hint?.message ?? "", /^\S+ is not configured yet\./);
    await eventually(
      () => vscode.languages.getDiagnostics(vscode.Uri.file(file)).map(({ message }) => message),
      (all) => !all.includes("Unbound module Lwt"),
    );
    const actions = await codeActions(vscode.Uri.file(file), new vscode.Range(0, 0, 0, 0));
    assert.ok(actions.some(({ command: act }) => act?.command === "mirageos.configure"));
  });

  it("sends the settings, and sends them again when they change", async () => {
    const config = await addProject("settings");
    await show(config);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
    // This command of the fake server returns the settings that it received.
    const received = () => vscode.commands.executeCommand<object>("ocamllsp/view-metrics");
    assert.deepEqual(await received(), {});
    await setting("languageServerSettings", { codelens: { enable: true } });
    await eventually(received, (all) => JSON.stringify(all) === '{"codelens":{"enable":true}}');
    await setting("languageServerSettings", undefined);
    await eventually(received, (all) => JSON.stringify(all) === "{}");
  });

  it("supports interface files", async () => {
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

  it("offers to add the fetched package that provides an unbound module", async () => {
    await addProject("fetching");
    await ensureFetched("fetching");
    await mkdir(path("fetching", "duniverse", "mine"));
    await writeFile(
      path("fetching", "duniverse", "mine", "dune"),
      "(library (name deep) (public_name mine.inner))",
    );
    const { uri } = await show(path("fetching", "unikernel.ml"));
    const collection = vscode.languages.createDiagnosticCollection("test");
    const range = new vscode.Range(0, 0, 0, 1);
    collection.set(uri, [new vscode.Diagnostic(range, "Unbound module Deep")]);
    const titles = await eventually(
      async () => {
        const actions = await codeActions(uri, range);
        return actions.map(({ title }) => title).filter((title) => title.includes("Deep"));
      },
      (all) => all.length > 0,
    );
    collection.dispose();
    assert.deepEqual(titles, ['Add package "mine" ~sublibs:[ "inner" ] to config.ml (provides Deep)']);
  });

  it("restarts the server when a configure changes the dune context", async () => {
    const config = await addProject("again");
    const stopped = await starts(tools);
    await show(path("again", "unikernel.ml"));
    const before = await eventually(
      () => starts(tools),
      (count) => count > stopped,
    );
    assertDone(await command("configure", config));
    await eventually(
      () => starts(tools),
      (count) => count > before,
    );
    await diagnostics(path("again", "unikernel.ml"), (all) =>
      all.some(({ source, message }) => source === "MirageOS" && !message.includes("not configured")),
    );
  });
});

describe("The built-in language server support, with a server of its own,", function () {
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

  it("ignores text that a server prints to stdout by mistake", async () => {
    tools = await useServer("noisy");
    const config = await addProject("noisy");
    await show(config);
    await eventually(
      () => hover(config),
      (text) => text.includes("settings:"),
    );
  });

  it("restarts the server after a crash", async () => {
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

  it("starts no server when the setting is off", async () => {
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

/** Returns the path of the shim's answer for a config.ml, in the extension's storage. */
async function answerFile(config: string): Promise<string> {
  const extension = vscode.extensions.getExtension<{ storage: string }>("mirageos.mirageos");
  assert.ok(extension);
  const folder = join(extension.exports.storage, "merlin", "answers");
  await mkdir(folder, { recursive: true });
  return answerPath(folder, config);
}
