import type { EdgeView, GraphView, NodeView } from "../protocol/graph.ts";

/** A graph with its captions. */
export interface ExportedGraph {
  /** Name of the unikernel. */
  readonly name: string;
  /** Describes the configuration and what it is compared with. */
  readonly configuration: string;
  readonly view: GraphView;
}

interface NodeStyle {
  readonly fill: string;
  readonly line: string;
  /** Shape in DOT, and the brackets that denote it in Mermaid. */
  readonly shape: string;
  readonly brackets: readonly [string, string];
}

/** Colours for light backgrounds; the panel uses those of the theme. */
const nodeStyles: Readonly<Record<NodeView["kind"], NodeStyle>> = {
  application: { fill: "#dbe9f6", line: "#1f5f99", shape: "box", brackets: ["([", "])"] },
  functor: { fill: "#ffffff", line: "#444444", shape: "box", brackets: ["[", "]"] },
  module: { fill: "#f0f0f0", line: "#444444", shape: "ellipse", brackets: ["(", ")"] },
  service: { fill: "#ffffff", line: "#999999", shape: "note", brackets: ["[[", "]]"] },
  if: { fill: "#fdf3d8", line: "#8a6500", shape: "diamond", brackets: ["{", "}"] },
  apply: { fill: "#fdf3d8", line: "#8a6500", shape: "hexagon", brackets: ["{{", "}}"] },
};

const changeLines = { same: undefined, added: "#1a7f37", removed: "#b62324", changed: "#8250df" } as const;

const dotStyles: Readonly<Record<EdgeView["kind"], string>> = {
  argument: "solid",
  dependency: "dashed",
  branch: "dotted",
  default: "dotted,bold",
  functor: "bold",
};

/** DOT for Graphviz. Edges leave a node in the order of its arguments. */
export function dotText({ name, configuration, view }: ExportedGraph): string {
  const numbers = numbered(view);
  const nodes = view.nodes.map((node, i) => {
    const { fill, line, shape } = nodeStyles[node.kind];
    const style = node.change === "removed" ? "filled,dashed" : "filled";
    return `  n${i} [${attributes({
      label: nodeLabel(node),
      shape,
      style,
      fillcolor: fill,
      color: changeLines[node.change] ?? line,
      penwidth: node.change === "same" ? "1" : "2",
    })}];`;
  });
  const edges = ordered(view).flatMap((edge) => {
    const [from, to] = [numbers.get(edge.from), numbers.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const color = changeLines[edge.change] ?? "#444444";
    return [`  n${from} -> n${to} [${attributes({ style: dotStyles[edge.kind], color })}];`];
  });
  return [
    "digraph G {",
    `  graph [${attributes({ label: [name, configuration].filter(Boolean).join(": "), labelloc: "t", ordering: "out", fontname: "Helvetica" })}];`,
    `  node [${attributes({ fontname: "Helvetica", fontsize: "11" })}];`,
    ...nodes,
    ...edges,
    "}",
    "",
  ].join("\n");
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${dotEscape(value)}"`)
    .join(", ");
}

/** DOT has its own escapes: `\N` would be the node's name. */
function dotEscape(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replace(/\r\n|\r|\n/g, "\\n")
    .replaceAll("\0", "\uFFFD");
}

function nodeLabel({ kind, title, keys }: NodeView): string {
  if (kind === "if") return `If\n${title}`;
  return keys.length > 0 ? `${title}\n${keys.join(", ")}` : title;
}

function numbered(view: GraphView): ReadonlyMap<string, number> {
  return new Map(view.nodes.map(({ key }, i) => [key, i]));
}

function ordered(view: GraphView): readonly EdgeView[] {
  const numbers = numbered(view);
  return view.edges.toSorted(
    (a, b) => (numbers.get(a.from) ?? 0) - (numbers.get(b.from) ?? 0) || a.order - b.order,
  );
}

const mermaidArrows: Readonly<Record<EdgeView["kind"], string>> = {
  argument: "-->",
  dependency: "-.->",
  branch: "-. or .->",
  default: "-. default .->",
  functor: "==>",
};

/** A Mermaid flowchart, as GitHub and the Markdown preview render it. */
export function mermaidText({ name, configuration, view }: ExportedGraph): string {
  const numbers = numbered(view);
  const edges = ordered(view).flatMap((edge) => {
    const [from, to] = [numbers.get(edge.from), numbers.get(edge.to)];
    return from === undefined || to === undefined
      ? []
      : [{ text: `  n${from} ${mermaidArrows[edge.kind]} n${to}`, change: edge.change }];
  });
  const changes = ["added", "removed", "changed"] as const;
  const classes = Object.entries(nodeStyles).map(
    ([kind, { fill, line }]) => `  classDef ${kind}Node fill:${fill},stroke:${line},color:#1f1f1f`,
  );
  return [
    `%% ${[name, configuration]
      .filter(Boolean)
      .join(": ")
      .replace(/[\r\n{}]+/g, " ")}`,
    "flowchart TD",
    ...view.nodes.map((node, i) => {
      const [open, close] = nodeStyles[node.kind].brackets;
      return `  n${i}${open}"${mermaidEscape(nodeLabel(node))}"${close}:::${node.kind}Node`;
    }),
    ...edges.map(({ text }) => text),
    ...classes,
    ...changes.flatMap((change) => {
      const of = view.nodes.flatMap((node, i) => (node.change === change ? [`n${i}`] : []));
      const dashed = change === "removed" ? ",stroke-dasharray:4 3" : "";
      return of.length === 0
        ? []
        : [
            `  classDef ${change} stroke:${changeLines[change]},stroke-width:3px${dashed}`,
            `  class ${of.join(",")} ${change}`,
          ];
    }),
    ...changes.flatMap((change) => {
      const of = edges.flatMap((edge, i) => (edge.change === change ? [i] : []));
      return of.length === 0 ? [] : [`  linkStyle ${of.join(",")} stroke:${changeLines[change]}`];
    }),
    "",
  ].join("\n");
}

/** Escapes all characters that could start markup or end the label as Mermaid entities. */
function mermaidEscape(text: string): string {
  return text
    .replace(/\r\n|\r/g, "\n")
    .replace(/[^\p{L}\p{N} ._,\n]/gu, (character) => `#${character.codePointAt(0) ?? 63};`)
    .replaceAll("\n", "<br/>");
}

/** The JSON export. `version` increases with each incompatible change. */
export interface GraphJson {
  readonly format: "mirageos-functor-graph";
  readonly version: 1;
  readonly name: string;
  readonly configuration: string;
  readonly nodes: readonly {
    /** The same node has the same key in other exports of the same config.ml. */
    readonly key: string;
    readonly kind: NodeView["kind"];
    /** Module path; for a choice, its keys. */
    readonly title: string;
    readonly instance: string;
    readonly keys: readonly string[];
    readonly change: NodeView["change"];
  }[];
  /** Grouped by the node that they leave, in the order of its arguments. */
  readonly edges: readonly Pick<EdgeView, "from" | "to" | "kind" | "change">[];
}

/** The graph as JSON in the shape of {@link GraphJson}. */
export function graphJson({ name, configuration, view }: ExportedGraph): string {
  const json: GraphJson = {
    format: "mirageos-functor-graph",
    version: 1,
    name,
    configuration,
    nodes: view.nodes.map(({ key, kind, title, instance, keys, change }) => {
      return { key, kind, title, instance, keys, change };
    }),
    edges: ordered(view).map(({ from, to, kind, change }) => ({ from, to, kind, change })),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}
