import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Api } from "../../extension/main.ts";
import { activate, diagnostics, ensureFetched, eventually, path } from "./workspace.ts";

const file = () => path("hello", "boot-tests.json");

describe("Boot tests", () => {
  before(activate);
  after(async () => {
    await rm(file(), { force: true });
  });

  it("report what is wrong in boot-tests.json", async () => {
    await writeFile(file(), '{ "tests": [{ "name": "a", "expect": { "logs": [] } }] }');
    const [problem] = await diagnostics(file(), (all) => all.some(({ source }) => source === "MirageOS"));
    assert.match(problem?.message ?? "", /"logs" is not a property here/);
    assert.equal(problem?.severity, vscode.DiagnosticSeverity.Warning);
  });

  it("boot the unikernel, and end it when the expected records have appeared", async () => {
    const unikernel = await ensureFetched("hello");
    await writeFile(file(), '{ "tests": [{ "name": "says hello", "expect": { "log": ["hello"] } }] }');
    await diagnostics(file(), (all) => all.length === 0);
    await vscode.commands.executeCommand("testing.runAll");
    const api: Api = vscode.extensions.getExtension("mirageos.mirageos")?.exports;
    const store = await api.logStore();
    const session = await eventually(
      () => store.sessions().find((found) => found.unikernel === unikernel),
      (found) => found?.endedAt !== undefined,
    );
    assert.ok(session);
    assert.equal(session.outcome?.kind, "stopped");
    assert.equal(store.record(session.id, 0)?.message, "hello");
  });
});
