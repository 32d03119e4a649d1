import assert from "node:assert/strict";
import { createAdjacency } from "./adjacency.ts";
import type { EdgeView, GraphView, NodeView } from "../../../extension/protocol/graph.ts";
import { placementOf, graphvizRequest } from "../layout/graphvizRequest.ts";
import { partSize, visibleSubgraph, type SubgraphOptions, type VisibleSubgraph } from "./visibleSubgraph.ts";
import { createKeyboardWalk } from "./keyboardWalk.ts";

const node = (key: string, kind: NodeView["kind"] = "functor"): NodeView => {
  return { key, kind, title: key, instance: "", keys: [], change: "same", changeDescription: "" };
};
const edge = (from: string, to: string, kind: EdgeView["kind"] = "argument", order = 0): EdgeView => {
  return { from, to, kind, order, change: "same" };
};
const all: SubgraphOptions = {
  focus: undefined,
  focusShows: "below",
  collapsed: new Set(),
  hideServices: false,
  limit: 1000,
  near: undefined,
};
const keysOf = (shown: VisibleSubgraph): string => shown.nodes.map(({ view }) => view.key).join(" ");

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

describe("visible subgraph", () => {
  const links = createAdjacency(small);

  it("contains all nodes, or all except runtime services", () => {
    assert.equal(keysOf(visibleSubgraph(links, all)), "runtime app stack store net logs");
    assert.equal(keysOf(visibleSubgraph(links, { ...all, hideServices: true })), "app stack store net");
  });

  it("keeps runtime services that differ, and those of a graph that has nothing else", () => {
    const changed = { ...node("runtime", "service"), change: "changed" as const };
    const services = { ...all, hideServices: true };
    const compared = createAdjacency({ ...small, nodes: [changed, ...small.nodes.slice(1)] });
    assert.equal(keysOf(visibleSubgraph(compared, services)), "runtime app stack store net");
    const only = createAdjacency({ nodes: [node("runtime", "service")], edges: [] });
    assert.equal(keysOf(visibleSubgraph(only, services)), "runtime");
  });

  it("contains what a focus shows: arguments, everything below, everything that uses the node", () => {
    assert.equal(
      keysOf(visibleSubgraph(links, { ...all, focus: "app", focusShows: "arguments" })),
      "app stack store",
    );
    assert.equal(keysOf(visibleSubgraph(links, { ...all, focus: "app" })), "app stack store net");
    assert.equal(
      keysOf(visibleSubgraph(links, { ...all, focus: "net", focusShows: "users" })),
      "runtime app stack store net",
    );
    assert.equal(
      keysOf(visibleSubgraph(links, { ...all, focus: "gone" })),
      keysOf(visibleSubgraph(links, all)),
    );
  });

  it("omits and counts the nodes that are reachable only through a collapsed node", () => {
    const one = visibleSubgraph(links, { ...all, collapsed: new Set(["stack"]) });
    assert.equal(keysOf(one), "runtime app stack store net logs");
    const both = visibleSubgraph(links, { ...all, collapsed: new Set(["stack", "store"]) });
    assert.equal(keysOf(both), "runtime app stack store logs");
    assert.deepEqual(
      both.nodes
        .filter(({ hiddenCount }) => hiddenCount > 0)
        .map(({ view, hiddenCount }) => [view.key, hiddenCount]),
      [
        ["stack", 1],
        ["store", 1],
      ],
    );
    assert.ok(both.edges.every(({ from }) => from !== "stack"));
  });

  it("handles cycles, dangling edges and an empty graph", () => {
    const cycle = createAdjacency({
      nodes: [node("a"), node("b"), node("a")],
      edges: [edge("a", "b"), edge("b", "a"), edge("a", "gone")],
    });
    assert.equal(keysOf(visibleSubgraph(cycle, all)), "a b");
    assert.equal(keysOf(visibleSubgraph(cycle, { ...all, collapsed: new Set(["a"]) })), "a");
    assert.equal(keysOf(visibleSubgraph(createAdjacency({ nodes: [], edges: [] }), all)), "");
  });

  it("merges the edges between two nodes, and the default branch wins", () => {
    const choice = createAdjacency({
      nodes: [node("if", "if"), node("x"), node("f")],
      edges: [
        edge("if", "x", "branch"),
        edge("if", "x", "default", 1),
        edge("f", "x"),
        edge("f", "if", "argument", 1),
        edge("f", "x", "argument", 2),
      ],
    });
    const lines = visibleSubgraph(choice, all).edges.map(
      ({ from, to, kind, argumentNumbers }) => `${from}-${to} ${kind} ${argumentNumbers.join()}`,
    );
    assert.deepEqual(lines, ["if-x default ", "f-x argument 1,3", "f-if argument 2"]);
  });

  it("contains only the nodes near the application if there are too many", () => {
    const nodes = Array.from({ length: 10_000 }, (_, index) =>
      node(`n${index}`, index === 5000 ? "application" : "module"),
    );
    const edges = nodes.slice(1).map((_, index) => edge(`n${index}`, `n${index + 1}`));
    const shown = visibleSubgraph(createAdjacency({ nodes, edges }), all);
    assert.equal(shown.nodes.length, partSize);
    assert.equal(shown.omitted, 10_000 - partSize);
    assert.ok(shown.nodes.some(({ view }) => view.key === "n5000"));
    const elsewhere = visibleSubgraph(createAdjacency({ nodes, edges }), { ...all, near: "n9999" });
    assert.ok(elsewhere.nodes.some(({ view }) => view.key === "n9999"));
  });
});

describe("Graphviz request and response", () => {
  it("sends sizes and numbers, but no names", () => {
    const graph = {
      nodes: [node('"]; bad [label="</script>'), node("b")],
      edges: [edge('"]; bad [label="</script>', "b")],
    };
    const shown = visibleSubgraph(createAdjacency(graph), all);
    const dot = graphvizRequest(shown, [
      { width: 72, height: 36 },
      { width: 144, height: 36 },
    ]);
    assert.ok(!dot.includes("bad"));
    assert.match(dot, /n0\[width=1\.000,height=0\.500,ordering=out\];n1\[width=2\.000/);
    assert.match(dot, /n0->n1\[id=0/);
  });

  it("converts positions to pixels from the upper left, with the arrow at the end of a line", () => {
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
    assert.throws(() => placementOf("{}", 0, 0), /returned no drawing/);
  });
});

describe("keyboard navigation", () => {
  const links = createAdjacency(small);
  const places = new Map([
    ["app", [100, 0]],
    ["stack", [50, 60]],
    ["store", [150, 60]],
    ["net", [100, 120]],
    ["runtime", [100, -60]],
    ["logs", [200, 0]],
  ]);
  const ground = {
    adjacency: links,
    keys: [...places.keys()],
    position: (key: string) => {
      const [x, y] = places.get(key) ?? [];
      return x === undefined || y === undefined ? undefined : { x, y };
    },
  };

  it("goes down to the first argument, along the siblings, and back up to the previous node", () => {
    const walk = createKeyboardWalk();
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
