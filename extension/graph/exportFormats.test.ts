import assert from "node:assert/strict";
import { parseDescription } from "./dot/parseDescription.ts";
import { dotText, graphJson, mermaidText } from "./exportFormats.ts";
import { describeMarkdown } from "./describe/markdown.ts";
import { device, graphOf, recordedGraph } from "./testGraphs.ts";
import { comparisonView, graphView } from "./graphView.ts";

const network = recordedGraph("device-usage/network/hvt/describe-dot");
const sockets = recordedGraph("device-usage/network/unix+net=host/describe-dot");
const hostile = graphOf(
  device(1, '</script><b>\\"x\\" | `y` \\\\N #quot; *z*'),
  device(2, "Unikernel"),
  device(3, "Mirage_runtime"),
  "2 -> 1 [];",
  '3 -> 2 [style="dashed"];',
);
const exported = (view: ReturnType<typeof graphView>["view"]) => ({ name: "n", configuration: "hvt", view });

describe("the export of a graph", () => {
  it("writes DOT with the nodes and edges in their order", () => {
    const text = dotText(exported(graphView(network).view));
    assert.equal(text.match(/^ {2}n\d+ \[/gm)?.length, 24);
    assert.deepEqual(
      text.match(/^ {2}n11 -> n\d+/gm)?.map((line) => Number(/\d+$/.exec(line)?.[0]) + 1),
      [5, 2, 3, 8, 11, 10, 9],
    );
    assert.match(text, /n12 \[label="Unikernel\.Main", shape="box"/);
    const readable = parseDescription(
      dotText(exported(graphView(hostile).view)).replaceAll(/\bn(?=\d)/g, ""),
    );
    assert.equal(readable.graph?.nodes[0]?.instance, hostile.nodes[0]?.path);
  });

  it("writes a Mermaid flowchart in which labels are escaped", () => {
    const lines = mermaidText(exported(graphView(hostile).view)).split("\n");
    assert.equal(lines[1], "flowchart TD");
    assert.match(lines[2] ?? "", /^ {2}n0\("[\p{L}\p{N} ._,#;]*"\):::moduleNode$/u);
    assert.equal(lines[3], '  n1(["Unikernel"]):::applicationNode');
    const compared = mermaidText(exported(comparisonView(sockets, network).view));
    assert.match(compared, /classDef added stroke/);
    assert.match(compared, /^ {2}class n0,n1,n2,n3,n4,n5,n6,n7,n8,n9,n10,n11 added$/m);
    assert.match(compared, /^ {2}linkStyle [\d,]+ stroke/m);
  });

  it("writes JSON of the documented shape", () => {
    const json: unknown = JSON.parse(graphJson(exported(graphView(hostile).view)));
    assert.deepEqual(json, {
      format: "mirageos-functor-graph",
      version: 1,
      name: "n",
      configuration: "hvt",
      nodes: hostile.nodes.map(({ path, kind, instance }) => {
        return { key: path, kind, title: path, instance, keys: [], change: "same" };
      }),
      edges: [
        { from: "Unikernel", to: hostile.nodes[0]?.path, kind: "argument", change: "same" },
        { from: "Mirage_runtime", to: "Unikernel", kind: "dependency", change: "same" },
      ],
    });
  });

  it("writes a Markdown document with keys, devices and options", () => {
    const text = describeMarkdown(network, { target: "hvt", options: [], evaluate: true }, [
      { name: "--net", documentation: "host | ocaml", kind: "choice", values: ["host"], initial: "" },
    ]);
    assert.match(text, /^# network\n\nConfigured for hvt\.\n/);
    assert.match(text, /^\| `target` \| `hvt` \| set \|$/m);
    assert.match(text, /^\| `--net` \| host \\\| ocaml \| `host` \| {2}\|$/m);
    const devices = text.slice(text.indexOf("## Devices"), text.indexOf("## Runtime services"));
    assert.match(devices, /\n- `Unikernel\.Main`[^]*\n {2}- `Tcpip_stack_direct\.MakeV4V6` TCP\/IP stack\n/);
    assert.equal(devices.match(/`Netif`/g)?.length, 2);
    assert.match(devices, /`Ethernet\.Make` Ethernet \(see above\)/);
    assert.match(text, /- `Mirage_runtime` runtime, reads `target`\n/);
  });

  it("escapes labels in Markdown, and its length is linear in the graph", () => {
    const configuration = { target: "hvt", options: [], evaluate: true };
    assert.match(describeMarkdown(hostile, configuration, []), /- `` <\/script>|- ``<\/script>/);
    const count = 10_000;
    const chain = graphOf(
      ...Array.from({ length: count }, (_, i) => device(i, `M${i}`)),
      device(count, "R"),
      ...Array.from({ length: count - 1 }, (_, i) => `${i + 1} -> ${i} [];`),
      `${count} -> ${count - 1} [style="dashed"];`,
    );
    assert.ok(describeMarkdown(chain, configuration, []).length < 200 * count);
  });
});
