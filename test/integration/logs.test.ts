import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LogStore } from "../../extension/logs/store.ts";
import { activate, command, ensureFetched, eventually } from "./workspace.ts";

describe("the logs of unikernels", () => {
  before(activate);

  it("are kept of a run, with how it ended", async function () {
    this.timeout(180_000);
    const extension = vscode.extensions.getExtension<{ logStore: () => Promise<LogStore> }>(
      "mirageos.mirageos",
    );
    assert.ok(extension);
    const store = await extension.exports.logStore();
    const configFile = await ensureFetched("hello");
    const result = await command("build-and-run", configFile);
    assert.equal(result.kind, "ran", JSON.stringify(result));
    const [session] = store.sessions();
    assert.ok(session);
    assert.equal(session.unikernel, configFile);
    assert.equal(session.outcome?.kind, "ok", JSON.stringify(session));
    const records = store.records(session.id, 0, 100);
    const hello = records.filter(({ message }) => message === "hello");
    assert.equal(hello.length, 4, JSON.stringify(records));
    assert.equal(hello[0]?.level, "info");
  });

  it("have a panel that opens by its command", async () => {
    await vscode.commands.executeCommand("mirageos.showLogs");
    const answered = await eventually(
      () => vscode.commands.executeCommand<boolean>("mirageos.clearLogs"),
      (there) => there,
    );
    assert.equal(answered, true, "the panel is filled, so that it can be cleared");
  });
});
