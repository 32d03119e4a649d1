import assert from "node:assert/strict";
import fc from "fast-check";
import { sizeTree } from "./sizeTree.ts";
import { testParts } from "./testParts.ts";
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

describe("treemap", () => {
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

  it("does not divide what is too small", () => {
    const boxes = treemap(root, { x: 0, y: 0, width: 5, height: 5 });
    assert.deepEqual(
      boxes.map(({ node }) => node.name),
      ["hello.hvt"],
    );
  });
});
