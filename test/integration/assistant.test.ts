import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { activate, command, ensureFetched } from "./workspace.ts";

/** As a language model calls a tool, outside of a chat. */
async function ask(name: string, input: object): Promise<string> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return result.content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ""))
    .join("");
}

describe("the tools for language models", () => {
  before(activate);

  it("are those of the manifest", () => {
    const manifest: { contributes: { languageModelTools: readonly { name: string }[] } } =
      vscode.extensions.getExtension("mirageos.mirageos")?.packageJSON;
    const declared = manifest.contributes.languageModelTools.map(({ name }) => name);
    const known = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith("mirageos_"));
    assert.deepEqual(known.toSorted(), declared.toSorted());
  });

  it("list the unikernels, and read what the last boot logged", async function () {
    const configFile = await ensureFetched("hello");
    const listed = await ask("mirageos_unikernels", {});
    assert.match(listed, /^## hello\b/m);
    assert.match(listed, /- State: /);
    await command("build-and-run", configFile);
    const folder = basename(dirname(configFile));
    const all = await ask("mirageos_logs", { unikernel: folder });
    assert.match(all, /hello on unix, started /);
    assert.equal(all.match(/ hello$/gm)?.length, 4, all);
    assert.match(await ask("mirageos_logs", { unikernel: folder, text: "no such text" }), /No records match/);
  });

  it("tell what is wrong with a question", async () => {
    await assert.rejects(ask("mirageos_logs", { unikernel: "nowhere" }), /no unikernel 'nowhere'/);
  });
});
