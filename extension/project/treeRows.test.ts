import assert from "node:assert/strict";
import { posix } from "node:path";
import { compareUnikernels } from "./model.ts";
import { treeRows, unikernelRowText } from "./treeRows.ts";

/** A unikernel in a folder of a workspace; `root` is where mirage runs, if that is another folder. */
function unikernel(path: string, name = posix.basename(path), workspaceFolder = "/w", root?: string) {
  const buildDir = posix.join(workspaceFolder, path);
  return {
    id: `${buildDir}/config.ml`,
    name,
    buildDir,
    root: root === undefined ? buildDir : posix.join(workspaceFolder, root),
    workspaceFolder,
    target: "unix",
  };
}

type Sample = ReturnType<typeof unikernel>;

/** The rows as lines, with two spaces before what is below a folder. */
function outline(...all: readonly Sample[]): readonly string[] {
  const { unikernels, folders } = treeRows(all.toSorted(compareUnikernels));
  return [
    ...unikernels.map(({ name }) => name),
    ...folders.flatMap(({ label, unikernels: below }) => [label, ...below.map(({ name }) => `  ${name}`)]),
  ];
}

describe("treeRows", () => {
  it("sorts unikernels by name, without regard to case and with numbers by their value", () => {
    assert.deepEqual(
      outline(unikernel("z/Beta"), unikernel("a/net10"), unikernel("net9"), unikernel("alpha")),
      ["alpha", "Beta", "net9", "net10"],
    );
  });

  it("groups all by folder if a name repeats in different folders, after those of the workspace folder", () => {
    assert.deepEqual(
      outline(
        unikernel("zebra"),
        unikernel("apps/dns server/hello"),
        unikernel("tests/hello"),
        unikernel("apps/dns server/é", "resolver"),
        unikernel("tests/clock"),
      ),
      ["zebra", "apps/dns server", "  hello", "  resolver", "tests", "  clock", "  hello"],
    );
  });

  it("shows one list if a name repeats in a single folder", () => {
    assert.deepEqual(outline(unikernel("hello"), unikernel("hello copy", "hello"), unikernel("a/b")), [
      "b",
      "hello",
      "hello",
    ]);
  });

  it("puts the unikernel of a folder mirage beside its siblings if mirage runs above it", () => {
    assert.deepEqual(outline(unikernel("a/shop/mirage", "shop", "/w", "a/shop"), unikernel("b/shop")), [
      "a",
      "  shop",
      "b",
      "  shop",
    ]);
  });

  it("begins paths with the workspace folder if there are several", () => {
    assert.deepEqual(outline(unikernel("hello", "hello", "/one"), unikernel("x/hello", "hello", "/two")), [
      "one",
      "  hello",
      "two/x",
      "  hello",
    ]);
    assert.deepEqual(outline(unikernel(".", "hello", "/one"), unikernel(".", "other", "/two")), [
      "hello",
      "other",
    ]);
  });
});

describe("unikernelRowText", () => {
  const row = { state: "built", selected: false, isOnly: false, folder: "/w", severalRoots: false };

  it("says in words that a unikernel is selected, before its target, which a narrow row cuts", () => {
    const { description } = unikernelRowText(unikernel("hello"), { ...row, selected: true });
    assert.equal(description, "built · selected · unix");
  });

  it("says neither that the only unikernel is selected, nor that it is in the open folder", () => {
    const only = { ...row, selected: true, isOnly: true };
    assert.equal(unikernelRowText(unikernel(".", "hello"), only).description, "built · unix");
    assert.equal(unikernelRowText(unikernel("a/b", "hello"), only).description, "built · unix · a/b");
  });

  it("shows the folder below the row above it, unless the name says it", () => {
    const nested = unikernel("apps/copy of hello", "hello");
    assert.equal(unikernelRowText(nested, row).description, "built · unix · apps/copy of hello");
    assert.equal(
      unikernelRowText(nested, { ...row, folder: "/w/apps" }).description,
      "built · unix · copy of hello",
    );
    assert.equal(
      unikernelRowText(unikernel("apps/hello"), { ...row, folder: "/w/apps" }).description,
      "built · unix",
    );
  });

  it("tells screen readers the folder and the selection", () => {
    const spoken = unikernelRowText(unikernel("apps/hello"), { ...row, selected: true }).accessibleLabel;
    assert.equal(spoken, "hello, unix, built, in folder apps/hello, selected");
    const inRoot = unikernelRowText(unikernel("."), row).accessibleLabel;
    assert.match(inRoot, /, in folder w$/);
    const inSecond = unikernelRowText(unikernel("hello"), { ...row, severalRoots: true }).accessibleLabel;
    assert.match(inSecond, /, in folder w\/hello$/);
  });
});
