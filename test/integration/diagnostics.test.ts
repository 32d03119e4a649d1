import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import {
  activate,
  addProject,
  assertDone,
  command,
  diagnostics,
  edit,
  ensureFetched,
  failure,
  path,
  removeAdded,
} from "./workspace.ts";

const ours = (all: readonly vscode.Diagnostic[]) =>
  all.filter(({ source }) => source?.startsWith("mirage: ") && source !== "mirage: version");
const some = (all: readonly vscode.Diagnostic[]) => ours(all).length > 0;
const none = (all: readonly vscode.Diagnostic[]) => ours(all).length === 0;

/** Returns the text that a diagnostic underlines in the file on disk. The range must be on one line. */
async function underlined(file: string, { range }: vscode.Diagnostic): Promise<string | undefined> {
  assert.ok(range.isSingleLine);
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines[range.start.line]?.slice(range.start.character, range.end.character);
}

describe("Problems in config.ml", () => {
  before(activate);
  afterEach(removeAdded);

  it("are reported at a type error, and removed when configure succeeds", async () => {
    const file = await addProject("fixed", "broken/type-error");
    const result = await command("configure", file);
    assert.match(failure(result), /int/);
    const [problem, ...others] = ours(await diagnostics(file, some));
    assert.ok(problem);
    assert.deepEqual(others, []);
    assert.equal(await underlined(file, problem), "42");
    assert.match(problem.message, /has type int[\s\S]*expected of type\s+string/);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    await edit(file, (text) => text.replace("42", '"fixed"'));
    assertDone(await command("configure", file));
    await diagnostics(file, none);
  });

  it("are reported when the file is saved, and removed when a saved file compiles", async () => {
    const file = await addProject("saved", "hello");
    await saveChanged(file, (text) => text.replace("register ", "registr "));
    const [problem, ...others] = ours(await diagnostics(file, some));
    assert.match(problem?.message ?? "", /^Unbound value registr/);
    assert.deepEqual(others, []);
    await saveChanged(file, (text) => text.replace("registr ", "register "));
    await diagnostics(file, none);
  });

  it("are reported for a module before the first configure, if they are errors of syntax", async () => {
    const file = join(dirname(await addProject("saved-module", "hello")), "unikernel.ml");
    await saveChanged(file, (text) => `${text}let x = (1 +\n)\n`);
    const [problem, ...others] = ours(await diagnostics(file, some));
    assert.equal(problem?.message, "Syntax error");
    assert.deepEqual(others, []);
    await saveChanged(file, (text) => text.replace("(1 +\n)", "1"));
    await diagnostics(file, none);
  });

  it("are reported at a syntax error", async () => {
    const file = path("broken/syntax-error/config.ml");
    assert.match(failure(await command("configure", file)), /[Ss]yntax error/);
    const [problem] = ours(await diagnostics(file, some));
    assert.match(problem?.message ?? "", /Syntax error/);
    assert.ok((problem?.range.start.line ?? 0) >= 4, "on the last line or after it");
  });
});

/** Changes a file in its editor, and saves it. */
async function saveChanged(file: string, change: (text: string) => string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const made = new vscode.WorkspaceEdit();
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  made.replace(document.uri, all, change(document.getText()));
  assert.ok(await vscode.workspace.applyEdit(made));
  assert.ok(await document.save());
}

describe("Problems of a build", function () {
  let config: string;
  const unikernel = () => path("hello/unikernel.ml");
  let original = "";

  before(async () => {
    await activate();
    config = await ensureFetched("hello");
    original = await readFile(unikernel(), "utf8");
    assertDone(await command("build", config));
  });
  afterEach(() => edit(unikernel(), () => original));

  const breakIt = () =>
    edit(unikernel(), (text) => text.replace("greet 4", 'let count : int = "three" in\n  greet count'));

  it("are reported at the range that the compiler prints, and removed by the next successful build", async () => {
    await breakIt();
    const result = await command("build", config);
    assert.match(failure(result), /^The build step failed: .*(string|"three")/);
    const [problem, ...others] = ours(await diagnostics(unikernel(), some));
    assert.ok(problem);
    assert.deepEqual(others, []);
    assert.equal(await underlined(unikernel(), problem), '"three"');
    assert.match(problem.message, /has type string[\s\S]*expected of type\s+int/);
    assert.doesNotMatch(problem.message, /\u001b|File "/, "the message has no colours and no location");
    await edit(unikernel(), (text) => text.replace('"three"', "3"));
    assertDone(await command("build", config));
    await diagnostics(unikernel(), none);
  });

  it("are hidden while a language server reports the same problem, and shown again afterwards", async () => {
    await breakIt();
    failure(await command("build", config));
    const [problem] = ours(await diagnostics(unikernel(), some));
    assert.ok(problem);
    const server = vscode.languages.createDiagnosticCollection("ocamllsp");
    const same = new vscode.Diagnostic(problem.range, problem.message, vscode.DiagnosticSeverity.Error);
    same.source = "ocamllsp";
    server.set(vscode.Uri.file(unikernel()), [same]);
    const all = await diagnostics(unikernel(), none);
    assert.deepEqual(
      all.map(({ source }) => source),
      ["ocamllsp"],
    );
    server.clear();
    await diagnostics(unikernel(), some);
    server.dispose();
    await edit(unikernel(), () => original);
    assertDone(await command("build", config));
    await diagnostics(unikernel(), none);
  });

  it("include each warning of a successful build once", async () => {
    await edit(unikernel(), (text) => text.replace("  greet 4", "  let unused = 1 in\n  greet 4"));
    assertDone(await command("build", config));
    const found = ours(vscode.languages.getDiagnostics(vscode.Uri.file(unikernel())));
    // In its release profile, dune prints warnings only if the project enables them.
    assert.ok(found.length <= 1, JSON.stringify(found));
    for (const { severity } of found) assert.equal(severity, vscode.DiagnosticSeverity.Warning);
  });

  it("move with their text and disappear when it changes, and saving the file reports what is wrong now", async () => {
    await breakIt();
    failure(await command("build", config));
    const [problem] = ours(await diagnostics(unikernel(), some));
    assert.ok(problem);
    const document = await vscode.workspace.openTextDocument(unikernel());
    const change = async (range: vscode.Range, text: string) => {
      const made = new vscode.WorkspaceEdit();
      made.replace(document.uri, range, text);
      assert.ok(await vscode.workspace.applyEdit(made));
    };
    const line = problem.range.start.line;
    await change(new vscode.Range(0, 0, 0, 0), "(* new *)\n");
    const [moved] = ours(
      await diagnostics(unikernel(), (all) => ours(all)[0]?.range.start.line === line + 1),
    );
    assert.equal(document.getText(moved?.range), '"three"');
    assert.ok(moved);
    await change(moved.range, '"four"');
    await diagnostics(unikernel(), none);
    await document.save();
    const [found] = ours(await diagnostics(unikernel(), some));
    assert.equal(document.getText(found?.range), '"four"');
    assert.ok(found);
    await change(found.range, "4");
    await document.save();
    await diagnostics(unikernel(), none);
  });

  it("are reported if unikernel.ml has a syntax error or no start function", async () => {
    await edit(unikernel(), () => "let start = \n");
    assert.match(failure(await command("build", config)), /Syntax error/);
    await diagnostics(unikernel(), some);
    await edit(unikernel(), () => "let begin_ () = Lwt.return_unit\n");
    assert.match(failure(await command("build", config)), /Unikernel\.start|start/);
    await edit(unikernel(), () => original);
    assertDone(await command("build", config));
    await diagnostics(unikernel(), none);
  });

  it("remain when another unikernel is configured", async () => {
    await breakIt();
    failure(await command("build", config));
    await diagnostics(unikernel(), some);
    assertDone(await command("configure", path("crash/config.ml")));
    assert.ok(some(vscode.languages.getDiagnostics(vscode.Uri.file(unikernel()))));
    await edit(unikernel(), () => original);
    assertDone(await command("build", config));
  });
});
