import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { activate, command, ensureFetched, invokeTool } from "./workspace.ts";

describe("The tools for language models", () => {
  before(activate);

  it("are the tools that the manifest declares", () => {
    const manifest: { contributes: { languageModelTools: readonly { name: string }[] } } =
      vscode.extensions.getExtension("mirageos.mirageos")?.packageJSON;
    const declared = manifest.contributes.languageModelTools.map(({ name }) => name);
    const known = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith("mirageos_"));
    assert.deepEqual(known.toSorted(), declared.toSorted());
  });

  it("list the unikernels and read the logs of the last boot", async function () {
    const configFile = await ensureFetched("hello");
    const listed = await invokeTool("mirageos_unikernels", {});
    assert.match(listed, /^## hello\b/m);
    assert.match(listed, /- State: /);
    await command("build-and-run", configFile);
    const folder = basename(dirname(configFile));
    const all = await invokeTool("mirageos_logs", { unikernel: folder });
    assert.match(all, /hello on unix, started /);
    assert.equal(all.match(/ hello$/gm)?.length, 4, all);
    assert.match(
      await invokeTool("mirageos_logs", { unikernel: folder, text: "no such text" }),
      /No records match/,
    );
  });

  it("report a request for an unknown unikernel", async () => {
    await assert.rejects(invokeTool("mirageos_logs", { unikernel: "nowhere" }), /no unikernel 'nowhere'/);
  });
});
