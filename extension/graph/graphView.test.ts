import assert from "node:assert/strict";
import fc from "fast-check";
import type { FunctorGraph } from "./model.ts";
import { device, graphOf, recordedGraph } from "./testGraphs.ts";
import { comparisonView, graphView } from "./graphView.ts";

const website = "applications/static_website_tls/unix/describe-dot-no-eval";

/** The same graph as another run could print it, with other ids and another order of nodes. */
function shuffled(graph: FunctorGraph, seed: number): FunctorGraph {
  const ids = graph.nodes.map(({ id }) => id);
  const other = ids.toSorted((a, b) => ((a * seed) % 1009) - ((b * seed) % 1009));
  const renamed = new Map(ids.map((id, i) => [id, other[i] ?? id]));
  const of = (id: number) => renamed.get(id) ?? id;
  const maybe = (id: number | undefined) => (id === undefined ? undefined : of(id));
  return {
    ...graph,
    root: maybe(graph.root),
    application: maybe(graph.application),
    nodes: graph.nodes
      .map((node) => ({
        ...node,
        id: of(node.id),
        arguments: node.arguments.map(of),
        dependencies: node.dependencies.map(of),
        branches: node.branches.map(of),
        defaultBranch: maybe(node.defaultBranch),
        functor: maybe(node.functor),
      }))
      .toSorted((a, b) => a.id - b.id),
  };
}

/** Edges with keys in place of ids, to compare views. */
const edgesIn = ({ view }: { view: { edges: readonly { from: string; to: string; order: number }[] } }) =>
  view.edges.map(({ from, to, order }) => `${from} ${order} ${to}`).toSorted();

describe("graphView", () => {
  it("uses the module path as the key if only one node has it", () => {
    const { view, ids } = graphView(recordedGraph("device-usage/network/hvt/describe-dot"));
    const stack = view.nodes.find(({ key }) => key === "Tcpip_stack_direct.MakeV4V6");
    assert.equal(stack?.kind, "functor");
    assert.equal(ids.get("Ethernet.Make"), 2);
    assert.deepEqual(
      view.edges.filter(({ from }) => from === "Dhcp_ipv4.Make"),
      ["Netif", "Ethernet.Make", "Arp.Make"].map((to, order) => {
        return { from: "Dhcp_ipv4.Make", to, kind: "argument", order, change: "same" };
      }),
    );
  });

  it("gives equal keys to the same graph of another run, also to sixteen nodes of one module", () => {
    const graph = recordedGraph(website);
    const drawn = graphView(graph);
    assert.equal(graph.nodes.filter(({ path }) => path === "Netif").length, 16);
    assert.equal(new Set(drawn.view.nodes.map(({ key }) => key)).size, graph.nodes.length);
    for (const seed of [3, 17, 101]) {
      assert.deepEqual(edgesIn(graphView(shuffled(graph, seed))), edgesIn(drawn));
    }
  });

  it("uses the keys of a choice as its title", () => {
    const { view } = graphView(recordedGraph(website));
    assert.deepEqual(
      view.nodes.filter(({ kind, title }) => kind === "if" && title === "net, no-dhcp, target").length,
      3,
    );
  });

  it("keeps the keys of nodes in both graphs and marks new and changed nodes", () => {
    const before = graphOf(
      device(1, "Netif"),
      device(2, "Ethernet.Make"),
      device(3, "Unikernel.Main"),
      "2 -> 1 [];",
      "3 -> 2 [];",
    );
    const after = graphOf(
      device(1, "Netif"),
      device(2, "Netif"),
      device(3, "Ethernet.Make"),
      device(4, "Arp.Make"),
      device(5, "Unikernel.Main"),
      "3 -> 2 [];",
      "4 -> 3 [];",
      "5 -> 1 [];",
      "5 -> 3 [];",
      "5 -> 4 [];",
    );
    const first = graphView(before);
    const { view, ids } = graphView(after, first.keyed, true);
    const changes = Object.fromEntries(view.nodes.map(({ key, change }) => [key, change]));
    assert.equal(ids.get("Netif"), 2, "the node below Ethernet keeps its key");
    assert.equal(changes["Netif"], "same");
    assert.equal(changes["Ethernet.Make"], "same");
    assert.equal(changes["Arp.Make"], "added");
    assert.equal(changes["Unikernel.Main"], "changed");
    const application = view.nodes.find(({ key }) => key === "Unikernel.Main");
    assert.equal(
      application?.changeDescription,
      "Arguments: Netif, Ethernet.Make, Arp.Make; before: Ethernet.Make.",
    );
    const again = graphView(before, { graph: after, keys: graphView(after, first.keyed).keyed.keys });
    assert.deepEqual(edgesIn(again), edgesIn(first));
  });

  it("marks nothing if nothing changed", () => {
    const first = graphView(recordedGraph(website));
    const again = graphView(shuffled(recordedGraph(website), 7), first.keyed, true);
    assert.ok(
      again.view.nodes.every(
        ({ change, changeDescription }) => change === "same" && changeDescription === "",
      ),
    );
    assert.deepEqual(edgesIn(again), edgesIn(first));
  });
});

describe("comparisonView", () => {
  it("merges the graphs of hvt and unix with sockets", () => {
    const sockets = recordedGraph("device-usage/network/unix+net=host/describe-dot");
    const direct = recordedGraph("device-usage/network/hvt/describe-dot");
    const { view, ids, otherIds } = comparisonView(sockets, direct);
    const of = (change: string) =>
      view.nodes.filter((node) => node.change === change).map(({ title }) => title);
    assert.deepEqual(of("removed").toSorted(), [
      "Tcpip_stack_socket.V4V6",
      "Tcpv4v6_socket",
      "Udpv4v6_socket",
    ]);
    assert.equal(of("added").length, 12);
    assert.deepEqual(of("changed"), ["Unikernel.Main"]);
    const main = view.nodes.find(({ title }) => title === "Unikernel.Main");
    assert.equal(
      main?.changeDescription,
      "Arguments: Tcpip_stack_direct.MakeV4V6 instead of Tcpip_stack_socket.V4V6.",
    );
    assert.deepEqual(
      view.edges
        .filter(({ from }) => from === "Unikernel.Main")
        .map(({ to, change, order }) => [to, change, order]),
      [
        ["removed Tcpip_stack_socket.V4V6", "removed", 0],
        ["Tcpip_stack_direct.MakeV4V6", "added", 1],
      ],
    );
    assert.equal(ids.get("removed Tcpv4v6_socket"), undefined);
    assert.equal(otherIds.get("removed Tcpv4v6_socket"), 1);
    assert.equal(view.nodes.length, new Set(view.nodes.map(({ key }) => key)).size);
  });

  it("finds no difference between runs, and the mirrored one the other way round", () => {
    const graph = recordedGraph(website);
    const { view } = comparisonView(graph, shuffled(graph, 13));
    assert.deepEqual(
      view.nodes.filter(({ change }) => change !== "same"),
      [],
    );
    assert.deepEqual(
      view.edges.filter(({ change }) => change !== "same"),
      [],
    );
    const other = recordedGraph("applications/static_website_tls/hvt/describe-dot");
    const count = (change: string, a: FunctorGraph, b: FunctorGraph) =>
      comparisonView(a, b).view.nodes.filter((node) => node.change === change).length;
    assert.equal(count("added", graph, other), count("removed", other, graph));
    assert.equal(count("same", graph, other), count("same", other, graph));
  });

  it("detects reordered arguments, and which of two equal stacks lost a device", () => {
    const swapped = comparisonView(
      graphOf(device(1, "A"), device(2, "B"), device(3, "U"), "3 -> 1 [];", "3 -> 2 [];"),
      graphOf(device(1, "A"), device(2, "B"), device(3, "U"), "3 -> 2 [];", "3 -> 1 [];"),
    );
    assert.equal(
      swapped.view.nodes.find(({ title }) => title === "U")?.changeDescription,
      "Arguments: B, A; in the other configuration: A, B.",
    );
    const two = [device(1, "Netif"), device(2, "Eth"), device(3, "Netif"), device(4, "Eth"), device(5, "U")];
    const wires = ["2 -> 1 [];", "4 -> 3 [];", "5 -> 2 [];", "5 -> 4 [];"];
    const lost = comparisonView(
      graphOf(...two, device(6, "Log"), ...wires, "4 -> 6 [];"),
      graphOf(...two, ...wires),
    );
    assert.deepEqual(
      lost.view.nodes.filter(({ change }) => change !== "same").map(({ title, change }) => [title, change]),
      [
        ["Eth", "changed"],
        ["Log", "removed"],
      ],
    );
  });

  it("finds no difference of any graph to itself, and counts every node in any comparison", () => {
    const graphs = fc.array(fc.tuple(fc.nat(4), fc.array(fc.nat(12), { maxLength: 4 })), { maxLength: 12 });
    const graph = (nodes: readonly (readonly [number, readonly number[]])[]) =>
      graphOf(
        ...nodes.map(([name], id) => device(id, `M${name}`)),
        ...nodes.flatMap(([, to], id) => to.filter((t) => t < nodes.length).map((t) => `${id} -> ${t} [];`)),
      );
    fc.assert(
      fc.property(graphs, graphs, (x, y) => {
        const [a, b] = [graph(x), graph(y)];
        assert.ok(comparisonView(a, a).view.nodes.every(({ change }) => change === "same"));
        const { view } = comparisonView(a, b);
        const keys = new Set(view.nodes.map(({ key }) => key));
        assert.equal(keys.size, view.nodes.length);
        assert.ok(view.edges.every(({ from, to }) => keys.has(from) && keys.has(to)));
        const count = (change: string) => view.nodes.filter((node) => node.change === change).length;
        assert.equal(count("removed") + count("same") + count("changed"), a.nodes.length);
        assert.equal(count("added") + count("same") + count("changed"), b.nodes.length);
      }),
    );
  });

  it("compares graphs of 10,000 nodes in linear time", () => {
    // A quadratic comparison of the labels would take minutes.
    const count = 10_000;
    const nodes = Array.from({ length: count }, (_, i) => device(i + 1, `M${i % 5}.Make`));
    const chain = Array.from({ length: count - 1 }, (_, i) => `${i + 2} -> ${i + 1} [];`);
    const star = Array.from({ length: count - 1 }, (_, i) => `${count} -> ${i + 1} [];`);
    const [before, shorter] = [graphOf(...nodes, ...chain), graphOf(...nodes.slice(1), ...chain.slice(1))];
    assert.ok(comparisonView(before, shorter).view.nodes.length >= count);
    assert.ok(comparisonView(before, graphOf(...nodes, ...star)).view.nodes.length >= count);
  });
});
