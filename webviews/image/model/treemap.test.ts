import assert from "node:assert/strict";
import fc from "fast-check";
import { boxLabel } from "./boxLabel.ts";
import { sizeTree, type SizeNode } from "./sizeTree.ts";
import { nothingElse, testModule, testParts } from "./testParts.ts";
import { squarify, treemap, type Rectangle } from "./treemap.ts";

const area = ({ width, height }: Rectangle): number => width * height;
const contains = (outer: Rectangle, inner: Rectangle): boolean =>
  inner.x >= outer.x - 0.01 &&
  inner.y >= outer.y - 0.01 &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;

describe("squarify", () => {
  it("fills the rectangle in proportion to the sizes, without overlaps", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 });
    const side = fc.integer({ min: 10, max: 2000 });
    fc.assert(
      fc.property(sizes, side, side, (unsorted, width, height) => {
        const sorted = unsorted.toSorted((a, b) => b - a);
        const whole = { x: 5, y: 7, width, height };
        const placed = squarify(sorted, whole);
        const total = sorted.reduce((sum, size) => sum + size, 0);
        assert.equal(placed.length, sorted.length);
        placed.forEach((each, index) => {
          const share = ((sorted[index] ?? 0) / total) * width * height;
          assert.ok(Math.abs(area(each) - share) < 1e-6 * width * height);
          assert.ok(contains(whole, each));
        });
      }),
    );
  });

  it("makes parts that are nearly square", () => {
    // The example of the article, whose parts have a ratio of at most 2.8.
    const placed = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 600, height: 400 });
    const ratios = placed.map(({ width, height }) => Math.max(width / height, height / width));
    assert.ok(Math.max(...ratios) < 2.8, String(ratios));
  });

  it("places nothing without sizes", () => {
    assert.deepEqual(squarify([], { x: 0, y: 0, width: 10, height: 10 }), []);
    assert.deepEqual(squarify([0, 0], { x: 0, y: 0, width: 10, height: 10 }), []);
  });
});

describe("The label of a box", () => {
  const widthOf = (text: string): number => 10 * text.length;
  const parts = {
    modules: ["Stdlib__List", "Cmdliner_arg", "Zarith"].map((name, index) =>
      testModule(name, ["ocaml", ["stdlib", "cmdliner", "zarith"][index]], { code: 100 }),
    ),
    other: nothingElse,
  };
  const allBelow = (node: SizeNode): readonly SizeNode[] => [node, ...node.children.flatMap(allBelow)];
  const modules = allBelow(sizeTree("a.hvt", parts)).filter(({ kind }) => kind === "module");
  const labels = (width: number, divided = true) =>
    modules.map((node) => boxLabel({ node, x: 0, y: 0, width, height: 20, strip: 16, divided }, widthOf));

  it("is the name of a module, without the name of its library if there is no room for both", () => {
    assert.deepEqual(labels(128), ["Cmdliner_arg", "Stdlib.List", "Zarith"]);
    assert.deepEqual(labels(68), ["…arg", "List", "Zarith"]);
  });

  it("is the start of a long name, and nothing if that would have only some letters, except above parts", () => {
    assert.deepEqual(labels(60).at(-1), "Zari…");
    assert.deepEqual(labels(50).at(-1), "Zar…");
    assert.deepEqual(labels(50, false).at(-1), "");
    assert.deepEqual(labels(20).at(-1), "");
  });
});

describe("treemap", () => {
  const onlyChildren = {
    modules: [testModule("Fmt", ["fmt", "fmt"], { code: 500, data: 400 }), ...testParts.modules],
    other: nothingElse,
  };
  const root = sizeTree("hello.hvt", testParts);

  it("draws each node inside its parent, after it", () => {
    const boxes = treemap(root, { x: 0, y: 0, width: 800, height: 600 });
    const drawn = new Map(boxes.map((box) => [box.node, box]));
    for (const box of boxes.slice(1)) {
      const outer = box.node.parent && drawn.get(box.node.parent);
      assert.ok(outer && contains(outer, box), box.node.name);
      assert.ok(boxes.indexOf(outer) < boxes.indexOf(box));
    }
    assert.ok(boxes.some(({ node }) => node.name === "connect_12"));
  });

  it("leaves a place for the bytes that no symbol has", () => {
    const boxes = treemap(root, { x: 0, y: 0, width: 800, height: 600 });
    const boxOf = (name: string) => boxes.find(({ node }) => node.name === name);
    const [code, connect] = [boxes.find(({ node }) => node.name === "Code"), boxOf("connect_12")];
    assert.ok(code && connect);
    assert.ok(area(connect) < 0.65 * area(code), "2500 of 4000 bytes");
  });

  it("gives an only child the place of its parent, without a second strip for a name", () => {
    const boxes = treemap(sizeTree("hello.hvt", onlyChildren), { x: 0, y: 0, width: 800, height: 600 });
    const strips = boxes.filter(({ strip }) => strip > 0).map(({ node }) => `${node.kind} ${node.name}`);
    assert.deepEqual(
      strips.filter((each) => each.includes("fmt")),
      ["package fmt"],
    );
    const [owner, library] = boxes.filter(({ node }) => node.name === "fmt");
    assert.ok(owner && library && library.y > owner.y && contains(owner, library));
  });

  it("does not divide what is too small", () => {
    const boxes = treemap(root, { x: 0, y: 0, width: 5, height: 5 });
    assert.deepEqual(
      boxes.map(({ node }) => node.name),
      ["hello.hvt"],
    );
  });
});
