import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { eventually, path } from "./workspace.ts";

const toggleComment = "editor.action.commentLine";

/** The tests run without other extensions, so all support for OCaml and dune comes from this extension. */
describe("OCaml and dune files in the editor", () => {
  let count = 0;
  afterEach(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));

  /** Writes a new file in a new folder, and opens it as a document. */
  async function open(name: string, text: string): Promise<vscode.TextDocument> {
    count += 1;
    const file = path("languages", String(count), name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return vscode.workspace.openTextDocument(file);
  }

  function select(editor: vscode.TextEditor, offset: number): void {
    const cursor = editor.document.positionAt(offset);
    editor.selection = new vscode.Selection(cursor, cursor);
  }

  /** Opens an editor with this text after VS Code has read the configuration of the language. */
  async function edit(name: string, text: string, offset = text.length): Promise<vscode.TextEditor> {
    const document = await open(name, "x");
    const editor = await vscode.window.showTextDocument(document);
    await eventually(
      async () => {
        await vscode.commands.executeCommand(toggleComment);
        return document.getText();
      },
      (commented) => commented !== "x",
    );
    const all = new vscode.Range(0, 0, 0, document.lineAt(0).text.length);
    assert.ok(await editor.edit((change) => change.replace(all, text)));
    select(editor, offset);
    return editor;
  }

  /** Runs a command and returns the changed text, with the cursor as `|`. */
  async function run(editor: vscode.TextEditor, command: string, ...args: unknown[]): Promise<string> {
    const state = () => {
      const text = editor.document.getText();
      const offset = editor.document.offsetAt(editor.selection.active);
      return `${text.slice(0, offset)}|${text.slice(offset)}`;
    };
    const before = state();
    await vscode.commands.executeCommand(command, ...args);
    return eventually(state, (text) => text !== before);
  }

  it("have the same language ids as in the OCaml Platform, and the indentation of their formatters", async () => {
    for (const [name, language, tabSize] of [
      ["some.ml", "ocaml", 2],
      ["dune", "dune", 1],
      ["dune.inc", "dune", 1],
      ["dune.build", "dune", 1],
      ["dune-project", "dune-project", 1],
      ["dune-workspace.dev", "dune-workspace", 1],
    ] as const) {
      const document = await open(name, "");
      assert.equal(document.languageId, language, name);
      const settings = vscode.workspace.getConfiguration("editor", document);
      assert.equal(settings.get("tabSize"), tabSize, name);
      assert.equal(settings.get("insertSpaces"), true, name);
    }
    // VS Code cannot have defaults for a language whose id has a dot in it.
    assert.equal((await open("some.mli", "")).languageId, "ocaml.interface");
  });

  it("support toggling comments", async () => {
    assert.equal(await run(await edit("some.ml", "let x = 1", 0), toggleComment), "(* |let x = 1 *)");
    assert.equal(await run(await edit("some.mli", "val x : int", 0), toggleComment), "(* |val x : int *)");
    assert.equal(await run(await edit("dune", "(test)", 0), toggleComment), "; |(test)");
    const commented = await edit("dune-project", "; (lang dune 3.0)", 0);
    assert.equal(await run(commented, toggleComment), "|(lang dune 3.0)");
  });

  it("match brackets, except in strings, characters and comments", async () => {
    for (const [name, text] of [
      ["some.ml", "(\")\" ^ f ')' (* ) *) {a|)|a})"],
      ["dune", '(rule ; )\n (run ")"))'],
    ] as const) {
      const editor = await edit(name, text);
      // Brackets in strings are matched until the grammar has tokenized the text.
      await eventually(
        async () => {
          select(editor, 0);
          await vscode.commands.executeCommand("editor.action.jumpToBracket");
          return editor.document.offsetAt(editor.selection.active);
        },
        (offset) => offset === text.length - 1,
      );
    }
  });

  it("close brackets and comments while the user types", async () => {
    const editor = await edit("some.ml", "let x = ");
    assert.equal(await run(editor, "type", { text: "(" }), "let x = (|)");
    assert.equal(await run(editor, "type", { text: "*" }), "let x = (*| *)");
  });

  it("indent the line after the start of a block, and outdent its end", async () => {
    const editor = await edit("some.ml", "module M = struct");
    assert.equal(await run(editor, "type", { text: "\n" }), "module M = struct\n  |");
    for (const text of "en") await run(editor, "type", { text });
    assert.equal(await run(editor, "type", { text: "d" }), "module M = struct\nend|");
    const comment = await edit("some.mli", "(** Connects.");
    assert.equal(await run(comment, "type", { text: "\n" }), "(** Connects.\n    |");
  });
});
