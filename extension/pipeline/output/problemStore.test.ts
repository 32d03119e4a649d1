import assert from "node:assert/strict";
import type { SourceRange } from "../../ocaml/sourceRange.ts";
import type { OutputProblem } from "./outputProblem.ts";
import { createProblemStore, type FileNow } from "./problemStore.ts";

const file = "/w/hello/unikernel.ml";
const hello = { id: "/w/hello/config.ml", root: "/w/hello", buildDir: "/w/hello" };
const text = ["let greet n =", "  print n", "", "let start () =", '  greet "three"', ""].join("\n");

const at = (line: number, from = 2, to = 9): SourceRange => ({
  startLine: line,
  startColumn: from,
  endLine: line,
  endColumn: to,
});
const problem = (range: SourceRange, more: Partial<OutputProblem> = {}): OutputProblem => ({
  file,
  range,
  severity: "error",
  message: "Unbound value print",
  related: [],
  source: "ocaml",
  ...more,
});
const now = (more: Partial<FileNow> = {}): FileNow => ({
  text,
  isOpen: true,
  others: [],
  codes: new Set(),
  ...more,
});
const theirs = { startLine: 1, endLine: 1, message: "Unbound value print", severity: "error" } as const;

/** A store after a build with these problems. */
function built(...problems: readonly OutputProblem[]) {
  const store = createProblemStore();
  store.report(hello, "build", [], () => text);
  store.report(hello, "build", problems, () => text);
  return store;
}

describe("The problems of a build", () => {
  it("move with their text, disappear when it changes, and return when that is undone", () => {
    const store = built(problem(at(1)), problem(at(4), { message: "Wrong type" }));
    const linesOf = (newText: string) => {
      assert.deepEqual(store.changed(file, newText), [file]);
      return store
        .shown(file, now({ text: newText }))
        .map(({ range, message }) => [range.startLine, message]);
    };
    const inserted = `(* new *)\n\n${text}`;
    assert.deepEqual(linesOf(inserted), [
      [3, "Unbound value print"],
      [6, "Wrong type"],
    ]);
    assert.deepEqual(linesOf(inserted.replace("  print n", "  print_int n")), [[6, "Wrong type"]]);
    assert.deepEqual(linesOf(""), []);
    assert.deepEqual(linesOf(text), [
      [1, "Unbound value print"],
      [4, "Wrong type"],
    ]);
  });

  it("stay at a text between two changes, unless the same text is there twice", () => {
    const store = built(problem(at(1)));
    const between = `(* a *)\n${text}(* b *)\n`;
    store.changed(file, between);
    assert.deepEqual(
      store.shown(file, now({ text: between })).map(({ range }) => range.startLine),
      [2],
    );
    const twice = `(* a *)\n  print n\n${text}(* b *)\n`;
    assert.deepEqual(store.shown(file, now({ text: twice })), []);
  });

  it("are never on an empty line, and go with any change if they have no text", () => {
    const store = built(problem(at(5, 0, 0), { message: "Syntax error" }));
    assert.deepEqual(
      store.shown(file, now()).map(({ range }) => range),
      [at(4, 14, 15)],
    );
    assert.deepEqual(store.shown(file, now({ text: `${text}let x = 1` })), []);
    const atStart = built(problem(at(0, 0, 0)));
    assert.equal(atStart.shown(file, now()).length, 1);
    assert.deepEqual(atStart.shown(file, now({ text: `${text}let x = 1` })), []);
  });

  it("are marked when another source of the unikernel changes, until the next build", () => {
    const store = built(problem(at(1)));
    const isOutdated = () => store.shown(file, now()).map((each) => each.isOutdated);
    assert.deepEqual(store.changed("/w/other/unikernel.ml", "x"), []);
    assert.deepEqual(store.changed("/w/hello/mirage/main.ml", "x"), []);
    assert.deepEqual(isOutdated(), [false]);
    assert.deepEqual(store.changed("/w/hello/shared.ml", "x"), [file]);
    assert.deepEqual(isOutdated(), [true]);
    store.report(hello, "build", [], () => text);
    store.report(hello, "build", [problem(at(1))], () => text);
    assert.deepEqual(isOutdated(), [false]);
  });

  it("are marked at once if a source changed while the build ran", () => {
    const store = createProblemStore();
    store.report(hello, "build", [], () => text);
    store.changed("/w/hello/shared.ml", "x");
    store.report(hello, "build", [problem(at(1))], () => text);
    assert.deepEqual(
      store.shown(file, now()).map(({ isOutdated }) => isOutdated),
      [true],
    );
  });

  it("are not marked if VS Code notices only while the build runs that the file changed before it", () => {
    const store = createProblemStore();
    store.report(hello, "build", [], () => text);
    store.changed(file, text);
    store.report(hello, "build", [problem(at(1))], () => text);
    assert.deepEqual(
      store.shown(file, now()).map(({ isOutdated }) => isOutdated),
      [false],
    );
    assert.deepEqual(store.shown(file, now({ others: [theirs] })), []);
    assert.equal(store.shown(file, now()).length, 1, "the language server stopped");
  });

  it("are hidden while a language server reports them, and return when its file is closed", () => {
    const store = built(problem(at(1)));
    assert.deepEqual(store.shown(file, now({ others: [theirs] })), []);
    assert.equal(store.shown(file, now({ isOpen: false })).length, 1);
  });

  it("do not return when the language server stops reporting them after a change elsewhere", () => {
    const store = built(problem(at(1)));
    const fixed = text.replace("let greet", "open Output\nlet greet");
    assert.deepEqual(store.shown(file, now({ others: [theirs] })), []);
    store.changed(file, fixed);
    const moved = { ...theirs, startLine: 2, endLine: 2 };
    assert.deepEqual(store.shown(file, now({ text: fixed, others: [moved] })), []);
    assert.deepEqual(store.shown(file, now({ text: fixed })), []);
    assert.deepEqual(store.shown(file, now({ text: fixed, isOpen: false })), []);
    assert.equal(store.firstError(hello), undefined);
  });

  it("do not count a file that is saved or read again without a change", () => {
    const store = built(problem(at(1)));
    store.changed(file, text.replaceAll("\n", "\r\n"));
    assert.deepEqual(
      store.shown(file, now()).map(({ isOutdated }) => isOutdated),
      [false],
    );
  });

  it("lead Show Error to where the first of them is now", () => {
    const store = built(problem(at(1)), problem(at(4)));
    const changed = text.replace("  print n", "  print_int n\n");
    store.changed(file, changed);
    store.shown(file, now({ text: changed }));
    assert.equal(store.firstError(hello)?.range.startLine, 5);
  });
});

describe("The problems of a check", () => {
  it("are hidden on lines with another error, whatever its text", () => {
    const store = createProblemStore();
    store.begin(hello, "check");
    store.report(hello, "check", [problem(at(1)), problem(at(4))], () => text);
    const others = [{ ...theirs, message: "Another text" }];
    assert.deepEqual(
      store.shown(file, now({ others })).map(({ range }) => range.startLine),
      [4],
    );
  });

  it("replace those of the build, and are replaced by the next build", () => {
    const store = built(problem(at(1)), problem(at(0), { source: "dune", message: "linker" }));
    store.begin(hello, "check");
    assert.deepEqual(
      store.remove(hello, ({ source }) => source === "ocaml"),
      [file],
    );
    store.report(hello, "check", [problem(at(4), { message: "of the check" })], () => text);
    const messages = () => store.shown(file, now()).map(({ message }) => message);
    assert.deepEqual(messages(), ["linker", "of the check"]);
    store.report(hello, "build", [], () => text);
    assert.deepEqual(messages(), []);
  });
});
