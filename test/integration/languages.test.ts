import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { eventually, path } from "./workspace.ts";

const toggleComment = "editor.action.commentLine";

/** Tests run without other extensions: what the editor knows of OCaml and dune is ours. */
describe("OCaml and dune files in the editor", () => {
  let count = 0;
  afterEach(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));

  /** Writes a new file, in a folder of its own, and opens it as a document. */
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

  /** Shows a new file with this text, as soon as VS Code has read the configuration of its language. */
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

  /** The text after a command, with the cursor as `|`. */
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

  it("are of the languages that the OCaml Platform has for them, and indented as their formatters do", async () => {
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

  it("have their comments toggled", async () => {
    assert.equal(await run(await edit("some.ml", "let x = 1", 0), toggleComment), "(* |let x = 1 *)");
    assert.equal(await run(await edit("some.mli", "val x : int", 0), toggleComment), "(* |val x : int *)");
    assert.equal(await run(await edit("dune", "(test)", 0), toggleComment), "; |(test)");
    const commented = await edit("dune-project", "; (lang dune 3.0)", 0);
    assert.equal(await run(commented, toggleComment), "|(lang dune 3.0)");
  });

  it("have brackets paired, but for those in strings, characters and comments", async () => {
    for (const [name, text] of [
      ["some.ml", "(\")\" ^ f ')' (* ) *) {a|)|a})"],
      ["dune", '(rule ; )\n (run ")"))'],
    ] as const) {
      const editor = await edit(name, text);
      // The grammar's tokens come after the text: until then the brackets in strings count.
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

  it("close brackets and comments as they are typed", async () => {
    const editor = await edit("some.ml", "let x = ");
    assert.equal(await run(editor, "type", { text: "(" }), "let x = (|)");
    assert.equal(await run(editor, "type", { text: "*" }), "let x = (*| *)");
  });

  it("indent what follows the begin of a block, and outdent its end", async () => {
    const editor = await edit("some.ml", "module M = struct");
    assert.equal(await run(editor, "type", { text: "\n" }), "module M = struct\n  |");
    for (const text of "en") await run(editor, "type", { text });
    assert.equal(await run(editor, "type", { text: "d" }), "module M = struct\nend|");
    const comment = await edit("some.mli", "(** Connects.");
    assert.equal(await run(comment, "type", { text: "\n" }), "(** Connects.\n    |");
  });
});
