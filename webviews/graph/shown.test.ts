import assert from "node:assert/strict";
import { linksOf } from "./links.ts";
import type { EdgeView, GraphView, NodeView } from "./messages.ts";
import { placementOf, requestOf } from "./request.ts";
import { portion, shownOf, type Look, type Shown } from "./shown.ts";
import { createWalk } from "./walk.ts";

const node = (key: string, kind: NodeView["kind"] = "functor"): NodeView => {
  return { key, kind, title: key, instance: "", keys: [], change: "same", changeWords: "" };
};
const edge = (from: string, to: string, kind: EdgeView["kind"] = "argument", order = 0): EdgeView => {
  return { from, to, kind, order, change: "same" };
};
const all: Look = {
  focus: undefined,
  focusShows: "below",
  collapsed: new Set(),
  hideServices: false,
  limit: 1000,
  near: undefined,
};
const keysOf = (shown: Shown): string => shown.nodes.map(({ view }) => view.key).join(" ");

/** The runtime starts the application, which needs a stack and a store; both need a network. */
const small: GraphView = {
  nodes: [
    node("runtime", "service"),
    node("app", "application"),
    node("stack"),
    node("store"),
    node("net", "module"),
    node("logs", "service"),
  ],
  edges: [
    edge("runtime", "app", "dependency"),
    edge("runtime", "logs", "dependency", 1),
    edge("app", "stack"),
    edge("app", "store", "argument", 1),
    edge("stack", "net"),
    edge("store", "net"),
  ],
};

describe("what is drawn of a graph", () => {
  const links = linksOf(small);

  it("is all of it, without runtime services when they are hidden", () => {
    assert.equal(keysOf(shownOf(links, all)), "runtime app stack store net logs");
    assert.equal(keysOf(shownOf(links, { ...all, hideServices: true })), "app stack store net");
  });

  it("is what a focus shows: arguments, everything below, everything that uses it", () => {
    assert.equal(
      keysOf(shownOf(links, { ...all, focus: "app", focusShows: "arguments" })),
      "app stack store",
    );
    assert.equal(keysOf(shownOf(links, { ...all, focus: "app" })), "app stack store net");
    assert.equal(
      keysOf(shownOf(links, { ...all, focus: "net", focusShows: "users" })),
      "runtime app stack store net",
    );
    assert.equal(keysOf(shownOf(links, { ...all, focus: "gone" })), keysOf(shownOf(links, all)));
  });

  it("leaves out what only a collapsed node leads to, and says how much that is", () => {
    const one = shownOf(links, { ...all, collapsed: new Set(["stack"]) });
    assert.equal(keysOf(one), "runtime app stack store net logs");
    const both = shownOf(links, { ...all, collapsed: new Set(["stack", "store"]) });
    assert.equal(keysOf(both), "runtime app stack store logs");
    assert.deepEqual(
      both.nodes.filter(({ hides }) => hides > 0).map(({ view, hides }) => [view.key, hides]),
      [
        ["stack", 1],
        ["store", 1],
      ],
    );
    assert.ok(both.edges.every(({ from }) => from !== "stack"));
  });

  it("is drawn with cycles, with edges to nowhere and with nothing at all", () => {
    const cycle = linksOf({
      nodes: [node("a"), node("b"), node("a")],
      edges: [edge("a", "b"), edge("b", "a"), edge("a", "gone")],
    });
    assert.equal(keysOf(shownOf(cycle, all)), "a b");
    assert.equal(keysOf(shownOf(cycle, { ...all, collapsed: new Set(["a"]) })), "a");
    assert.equal(keysOf(shownOf(linksOf({ nodes: [], edges: [] }), all)), "");
  });

  it("has one line for all edges between two nodes, the default branch being the strongest", () => {
    const choice = linksOf({
      nodes: [node("if", "if"), node("x"), node("f")],
      edges: [
        edge("if", "x", "branch"),
        edge("if", "x", "default", 1),
        edge("f", "x"),
        edge("f", "if", "argument", 1),
        edge("f", "x", "argument", 2),
      ],
    });
    const lines = shownOf(choice, all).edges.map(
      ({ from, to, kind, places }) => `${from}-${to} ${kind} ${places.join()}`,
    );
    assert.deepEqual(lines, ["if-x default ", "f-x argument 1,3", "f-if argument 2"]);
  });

  it("is the neighbourhood of the application when there is too much of it", () => {
    const nodes = Array.from({ length: 10_000 }, (_, index) =>
      node(`n${index}`, index === 5000 ? "application" : "module"),
    );
    const edges = nodes.slice(1).map((_, index) => edge(`n${index}`, `n${index + 1}`));
    const shown = shownOf(linksOf({ nodes, edges }), all);
    assert.equal(shown.nodes.length, portion);
    assert.equal(shown.left, 10_000 - portion);
    assert.ok(shown.nodes.some(({ view }) => view.key === "n5000"));
    const elsewhere = shownOf(linksOf({ nodes, edges }), { ...all, near: "n9999" });
    assert.ok(elsewhere.nodes.some(({ view }) => view.key === "n9999"));
  });
});

describe("what Graphviz is asked and answers", () => {
  it("has sizes and numbers, and no name of the user's", () => {
    const graph = {
      nodes: [node('"]; bad [label="</script>'), node("b")],
      edges: [edge('"]; bad [label="</script>', "b")],
    };
    const shown = shownOf(linksOf(graph), all);
    const dot = requestOf(shown, [
      { width: 72, height: 36 },
      { width: 144, height: 36 },
    ]);
    assert.ok(!dot.includes("bad"));
    assert.match(dot, /n0\[width=1\.000,height=0\.500,ordering=out\];n1\[width=2\.000/);
    assert.match(dot, /n0->n1\[id=0/);
  });

  it("is turned to pixels from the upper left, the line with its arrow at the end", () => {
    const answer = {
      bb: "0,0,100,200",
      objects: [
        { name: "n0", pos: "50,180" },
        { name: "n1", pos: "50,20" },
      ],
      edges: [{ id: "0", pos: "e,50,40 50,160 50,120 50,90 50,50" }],
    };
    const placement = placementOf(JSON.stringify(answer), 2, 2);
    assert.deepEqual(placement, {
      width: 100,
      height: 200,
      nodes: [50, 20, 50, 180],
      edges: [[50, 40, 50, 80, 50, 110, 50, 150, 50, 160], []],
    });
    assert.throws(() => placementOf("{}", 0, 0), /without a drawing/);
  });
});

describe("the way of the keyboard", () => {
  const links = linksOf(small);
  const places = new Map([
    ["app", [100, 0]],
    ["stack", [50, 60]],
    ["store", [150, 60]],
    ["net", [100, 120]],
    ["runtime", [100, -60]],
    ["logs", [200, 0]],
  ]);
  const ground = {
    links,
    keys: [...places.keys()],
    place: (key: string) => {
      const [x, y] = places.get(key) ?? [];
      return x === undefined || y === undefined ? undefined : { x, y };
    },
  };

  it("goes down to the first argument, along the siblings, and back up to where it came from", () => {
    const walk = createWalk();
    assert.equal(walk.step(ground, "app", "down"), "stack");
    assert.equal(walk.step(ground, "stack", "right"), "store");
    assert.equal(walk.step(ground, "store", "down"), "net");
    assert.equal(walk.step(ground, "net", "up"), "store");
    assert.equal(walk.step(ground, "store", "up"), "app");
    assert.equal(walk.step(ground, "app", "down"), "store");
    assert.equal(walk.step(ground, "store", "left"), "stack");
    assert.equal(walk.step(ground, "net", "down"), undefined);
    assert.equal(walk.step(ground, "app", "right"), "logs");
  });
});
