import assert from "node:assert/strict";
import * as vscode from "vscode";

interface Manifest {
  readonly contributes?: { readonly commands?: readonly { readonly command: string }[] };
}

describe("The extension", () => {
  it("activates and registers every command of its manifest", async () => {
    const extension = vscode.extensions.getExtension<unknown>("mirageos.mirageos");
    assert.ok(extension, "the extension is installed");
    await extension.activate();
    const manifest: Manifest = extension.packageJSON;
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = (manifest.contributes?.commands ?? [])
      .map((one) => one.command)
      .filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
  });
});
