import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Api } from "../../extension/main.ts";
import {
  activate,
  diagnostics,
  ensureFetched,
  eventually,
  path,
  useTools,
  waitForEvent,
  type Tools,
} from "./workspace.ts";

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

/** What dune 3.24.1 prints for a cram test whose output differs in its line 80. */
const difference = `File "checks/boot.t", line 1, characters 0-0:
diff --git a/_build/default/checks/boot.t b/_build/default/checks/boot.t.corrected
index 972532b..2a0d2b7 100644
--- a/_build/default/checks/boot.t
+++ b/_build/default/checks/boot.t.corrected
@@ -78,3 +78,3 @@
 
   $ echo world
-  there
+  world
`;

describe("Tests of dune", () => {
  const test = () => path("hello", "checks", "boot.t");
  const peek = (value: string | undefined) =>
    vscode.workspace
      .getConfiguration("testing")
      .update("automaticallyOpenPeekView", value, vscode.ConfigurationTarget.Workspace);
  let tools: Tools;

  before(async () => {
    await activate();
    await mkdir(path("hello", "checks"), { recursive: true });
    await writeFile(path("hello", "checks", "difference"), difference);
    await writeFile(path("hello", "checks", "dune-project"), "(lang dune 3.0)\n");
    await writeFile(test(), `${"A line.\n".repeat(77)}\n  $ echo world\n  there\n`);
    // It compares as dune does, and accepts the output when it is asked to.
    tools = await useTools({
      dune: `cd checks && grep -q there boot.t || exit 0
        case "$*" in
          *--auto-promote*) sed s/there/world/ boot.t >new && mv new boot.t; echo "Promoting checks/boot.t" >&2 ;;
          *) cat difference >&2 ;;
        esac
        exit 1`,
    });
  });
  after(async () => {
    await peek(undefined);
    await tools.restore();
    await rm(path("hello", "checks"), { recursive: true, force: true });
  });

  it("show a failure at its place with both texts, and accept the output", async () => {
    await peek("failureAnywhere");
    await eventually(
      async () => {
        await vscode.commands.executeCommand("testing.runAll");
        return tools.calls("dune");
      },
      (calls) => calls.some((call) => call.includes("checks")),
    );
    const editor = await eventually(
      () => vscode.window.visibleTextEditors.find(({ document }) => document.uri.fsPath === test()),
      (found) => found?.visibleRanges.some((range) => range.contains(new vscode.Position(79, 0))) === true,
    );
    assert.ok(editor);
    const lastLines = await eventually(
      () =>
        vscode.workspace.textDocuments
          .filter(({ uri }) => uri.scheme === "vscode-test-data")
          .map((document) => document.getText().trimEnd().split("\n").slice(-2).join("\n"))
          .toSorted(),
      ({ length }) => length === 2,
    );
    assert.deepEqual(lastLines, ["  $ echo world\n  there", "  $ echo world\n  world"]);

    const saved = waitForEvent(vscode.workspace.onDidChangeTextDocument, ({ document }) =>
      document.getText().endsWith("  world\n"),
    );
    const [command] = await tools.calls("dune");
    const alias = command?.split("/").at(-1);
    await vscode.commands.executeCommand("mirageos.acceptTestOutput", {
      message: {
        contextValue: `mirageos.accept ${JSON.stringify({ folder: "checks", alias })}`,
        location: new vscode.Location(editor.document.uri, new vscode.Position(79, 0)),
      },
    });
    assert.match(await readFile(test(), "utf8"), /echo world\n {2}world\n$/);
    // The editor shows the accepted output.
    await saved;
    // The test runs again, so that it no longer has the mark of a failure.
    await eventually(
      async () => (await tools.calls("dune")).filter((call) => call.includes("checks")),
      (calls) => calls.at(-1)?.includes("--auto-promote") === false,
    );
  });
});
