import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDescription } from "./parseDescription.ts";
import { device, graphOf, recordedGraph, recordedText } from "../testGraphs.ts";
import { graphView } from "../graphView.ts";
import { anyText } from "../../../test/harness/anyText.ts";

const digraph = (...lines: string[]) => parseDescription(`digraph G {\n${lines.join("\n")}\n}\n`);
const node = (label: string) => {
  const { graph, problems } = digraph(`  1 [label=${label}, shape="box"];`);
  assert.deepEqual(problems, []);
  return graph?.nodes[0];
};

describe("parseDescription", () => {
  it("parses header, devices, ordered arguments and services of a network unikernel", () => {
    const graph = recordedGraph("device-usage/network/hvt/describe-dot");
    assert.equal(graph.name, "network");
    assert.deepEqual(graph.keys, [
      { name: "net", value: "", isDefault: true },
      { name: "no-dhcp", value: "false", isDefault: true },
      { name: "target", value: "hvt", isDefault: false },
      { name: "utcp", value: "false", isDefault: true },
    ]);
    const stack = graph.nodes.find(({ path }) => path === "Tcpip_stack_direct.MakeV4V6");
    assert.equal(stack?.instance, "tcpip_stack_direct_makev4v6");
    assert.equal(stack.kind, "functor");
    assert.deepEqual(stack.arguments, [5, 2, 3, 8, 11, 10, 9]);
    assert.equal(graph.application, 13);
    assert.equal(graph.root, 24);
    assert.deepEqual(graph.nodes.at(-1)?.keys, ["target"]);
    const services = graph.nodes.filter(({ kind }) => kind === "service");
    assert.equal(services.length, 11);
    assert.ok(services.some(({ path }) => path === "Mirage_logs"));
    assert.equal(graph.nodes.find(({ path }) => path === "Netif")?.kind, "module");
  });

  it("skips what mirage prints before the header", () => {
    assert.match(recordedText("tutorial/hello/unix/describe-dot.stdout"), /^adding unit argument/);
    const graph = recordedGraph("tutorial/hello/unix/describe-dot");
    assert.equal(graph.name, "hello");
    assert.equal(graph.nodes.length, 13);
    const application = graph.nodes.find(({ id }) => id === graph.application);
    assert.equal(application?.path, "Unikernel");
    assert.deepEqual(application.dependencies, [1]);
  });

  it("parses the branches of a choice, its default and its keys", () => {
    const graph = recordedGraph("applications/static_website_tls/unix/describe-dot-no-eval");
    const choices = graph.nodes.filter(({ kind }) => kind === "if");
    assert.equal(choices.length, 17);
    const network = graph.nodes.find(({ id }) => id === 28);
    assert.deepEqual(network?.branches, [6, 9, 12, 15, 18, 21, 24, 27]);
    assert.equal(network.defaultBranch, 27);
    const stack = graph.nodes.find(({ id }) => id === 47);
    assert.deepEqual(stack?.keys, ["net", "no-dhcp", "target"], "also if the label is wrapped");
    assert.deepEqual([stack.branches, stack.defaultBranch], [[3, 46], 46]);
  });

  it("parses a unikernel without jobs, and DOT without a header", () => {
    const noop = recordedGraph("tutorial/noop/unix/describe-dot");
    assert.equal(noop.application, undefined);
    assert.ok(noop.nodes.every(({ kind }) => kind === "service"));
    const clean = recordedText("device-usage/network/hvt/describe-dot.stdout").replace(
      /^[^]*?-digraph/,
      "digraph",
    );
    const { graph, problems } = parseDescription(clean.replace(/^ {14}/gm, ""));
    assert.deepEqual(problems, []);
    assert.equal(graph?.name, "");
    assert.equal(graph.nodes.length, 24);
  });

  it("finds the application by the names that config.ml passes to main", () => {
    const text = recordedText("device-usage/network/hvt/describe-dot.stdout").replaceAll(
      "Unikernel.Main",
      "Mirage_logs.Make",
    );
    const named = parseDescription(text, ["Mirage_logs.Make"]).graph;
    assert.equal(named?.application, 13);
    assert.equal(parseDescription(text).graph?.application, undefined);
  });

  it("parses a chosen functor, and a choice between applications", () => {
    const graph = graphOf(
      device(1, "Netif"),
      device(2, "A.Make"),
      device(3, "B.Make"),
      '  4 [label="If\\nkind"];',
      '  5 [label="$", shape="diamond"];',
      device(6, "Unikernel.Main"),
      device(7, "Mirage_runtime", "target"),
      '  4 -> 2 [style="dotted", headport="n"];',
      '  4 -> 3 [style="dotted", headport="n"];',
      '  4 -> 3 [style="bold", style="dotted", headport="n"];',
      '  5 -> 4 [style="bold", tailport="sw"];',
      "  5 -> 1 [];",
      "  6 -> 5 [];",
      '  7 -> 6 [style="dashed"];',
    );
    const apply = graph.nodes.find(({ kind }) => kind === "apply");
    assert.deepEqual([apply?.functor, apply?.arguments], [4, [1]]);
    assert.deepEqual(graph.nodes.find(({ kind }) => kind === "if")?.branches, [2, 3]);
    assert.equal(graph.application, 6);
  });

  it("unescapes OCaml's %S", () => {
    assert.equal(node('"x__1\\nA \\"quoted\\" \\\\ path\\n"')?.path, 'A "quoted" \\ path');
    assert.equal(node('"x__1\\n<b>&amp;</script>\\n"')?.path, "<b>&amp;</script>");
    assert.equal(node('"x__1\\n\\195\\169\\240\\159\\144\\171 \\tend\\n"')?.path, "é🐫 \tend");
    assert.equal(node('"x__1\\nbroken \\195 byte\\n"')?.path, "broken \ufffd byte");
    assert.equal(node('"x__1\\nfirst\\nsecond\\nkey1, key2"')?.path, "first\nsecond");
    assert.deepEqual(node('"x__1\\nfirst\\nsecond\\nkey1, key2"')?.keys, ["key1", "key2"]);
    assert.equal(node('"netif__1"')?.path, "netif");
    assert.equal(node('""')?.path, "");
  });

  it("parses keys whose values contain commas, equals signs or newlines", () => {
    const header = "Keys      \n  a=x=y,\n  b=[1, 2],\n  c=first\n  second,\n  d (default),\n  required\n";
    const { graph } = parseDescription(`Name       n\n${header}Output     -digraph G {\n}\n`);
    assert.deepEqual(graph?.keys, [
      { name: "a", value: "x=y", isDefault: false },
      { name: "b", value: "[1, 2]", isDefault: false },
      { name: "c", value: "first\nsecond", isDefault: false },
      { name: "d", value: "", isDefault: true },
      { name: "required", value: "", isDefault: false },
    ]);
  });

  it("reports that there is no graph", () => {
    for (const text of [
      "",
      "Name       x\nKeys       target=unix\n",
      "run ['dune' 'build']: exited with 1",
    ]) {
      assert.deepEqual(parseDescription(text), {
        graph: undefined,
        problems: ["mirage printed no graph."],
      });
    }
  });

  it("parses an empty graph, a graph after one that config.ml printed, and CRLF", () => {
    assert.deepEqual(digraph("ordering=out;"), {
      graph: { name: "", keys: [], nodes: [], root: undefined, application: undefined },
      problems: [],
    });
    const printed = 'digraph G {\n 1 [label="x__1\\nX\\n"];\n}\n';
    const text = printed + recordedText("tutorial/hello/unix/describe-dot.stdout");
    assert.equal(parseDescription(text).graph?.nodes.length, 13);
    assert.deepEqual(parseDescription(text.replaceAll("\n", "\r\n")), parseDescription(text));
  });

  it("parses the beginning of truncated output and reports that it is incomplete", () => {
    const text = recordedText("device-usage/network/hvt/describe-dot.stdout");
    for (const part of [0.3, 0.6, 0.9, 0.999]) {
      const { graph, problems } = parseDescription(text.slice(0, Math.floor((text.length - 3) * part)));
      assert.ok((graph?.nodes.length ?? 0) > 0);
      assert.ok(
        problems.some((problem) => /incomplete/.test(problem)),
        problems.join(),
      );
    }
  });

  it("reports unknown styles, unreadable lines, missing nodes and duplicate nodes, and parses the rest", () => {
    const { graph, problems } = digraph(
      device(1, "A"),
      device(2, "B"),
      device(2, "C"),
      '  2 -> 1 [style="wavy", color=red];',
      "  2 -> 9 [];",
      "  subgraph x {",
      '  3 [label="not closed];',
    );
    assert.deepEqual(
      graph?.nodes.map(({ path, dependencies }) => [path, dependencies]),
      [
        ["A", []],
        ["B", [1]],
      ],
    );
    assert.deepEqual(problems, [
      "The graph defines a node twice; the first definition is shown.",
      'Edges with the unknown style "wavy" are shown as dependencies.',
      "Some edges lead to missing nodes and were skipped.",
      "Some lines of the graph could not be read and were skipped.",
    ]);
  });

  it("terminates on cycles", () => {
    const ring = graphOf(device(1, "A"), device(2, "B"), "1 -> 2 [];", "2 -> 1 [];", "1 -> 1 [];");
    assert.equal(ring.root, undefined);
    assert.equal(graphView(ring).view.edges.length, 3);
    const below = graphOf(
      device(1, "A"),
      device(2, "B"),
      device(3, "R"),
      "1 -> 2 [];",
      "2 -> 1 [];",
      "3 -> 1 [];",
    );
    assert.equal(below.root, 3);
  });

  it("parses a chain and a star of 10,000 nodes", () => {
    const count = 10_000;
    const nodes = Array.from({ length: count }, (_, i) => device(i + 1, `M${i % 7}.Make`));
    const chain = Array.from({ length: count - 1 }, (_, i) => `  ${i + 2} -> ${i + 1} [];`);
    const star = Array.from({ length: count - 1 }, (_, i) => `  ${count} -> ${i + 1} [style="dashed"];`);
    for (const edges of [chain, star]) {
      const { view } = graphView(graphOf(...nodes, ...edges));
      assert.equal(new Set(view.nodes.map(({ key }) => key)).size, count);
    }
  });

  it("never throws", () => {
    const piece = fc.oneof(
      anyText({ maxLength: 20 }),
      fc.constantFrom(
        '1 [label="',
        '\\n"',
        '", shape="box"];',
        "2 -> 1 [",
        'style="dotted"',
        "];",
        "\n",
        "}",
      ),
      fc.constantFrom("digraph G {\n", "Name       x\n", "Keys  ", "Output  -", "\\", "\\195", "0 -> 0 [];"),
      fc.nat(99).map((id) => `${id} -> ${id + 1} [style="bold"];\n`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { graph } = parseDescription(`digraph G {\n${pieces.join("")}`);
        if (graph) graphView(graph);
      }),
    );
  });
});

describe("the header of a description", () => {
  it("ends before the graph, even if empty lines are between them", () => {
    const text = "Name       n\nKeys       a= (default),\n  b=1 (default)\n\ndigraph G {\n}\n";
    assert.deepEqual(parseDescription(text).graph?.keys, [
      { name: "a", value: "", isDefault: true },
      { name: "b", value: "1", isDefault: true },
    ]);
  });
});
