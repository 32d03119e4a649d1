import type { OptionView } from "../../protocol/graph.ts";
import { edgesOf, nodesById, type EdgeKind } from "../edges.ts";
import type { GraphConfiguration, FunctorGraph, GraphNode, KeyValue } from "../model.ts";
import { commonName } from "./moduleNames.ts";
import { describeConfiguration, describeGraph } from "./describeGraph.ts";
import { t } from "../../protocol/l10n.ts";

/** Levels of a nested list. Deeper items are not indented further, because the text would grow too fast. */
const maxDepth = 24;

/** Combines the kind of an edge with the text of the node that it leads to. */
const edgeTexts: Readonly<Record<EdgeKind, (text: string) => string>> = {
  argument: (text) => text,
  dependency: (text) => t("needs {0}", text),
  branch: (text) => t("or {0}", text),
  default: (text) => t("by default {0}", text),
  functor: (text) => t("applies {0}", text),
};

/**
 * Describes a unikernel as a Markdown document: a summary, its keys, its devices as a nested list, and the
 * options that its config.ml declares.
 */
export function describeMarkdown(
  graph: FunctorGraph,
  configuration: GraphConfiguration,
  options: readonly OptionView[],
): string {
  const name = graph.name === "" ? t("Unikernel") : graph.name;
  const services = graph.nodes.filter(({ kind }) => kind === "service");
  const blocks = [
    `# ${escape(name)}`,
    t("Configured for {0}.", escape(describeConfiguration(configuration))),
    describeGraph(graph, configuration).map(escape).join(" "),
    ...(graph.keys.length > 0 ? [`## ${t("Keys")}`, keysTable(graph.keys)] : []),
    ...devices(graph),
    ...(services.length > 0
      ? [`## ${t("Runtime services")}`, services.map((node) => `- ${nodeText(node)}`).join("\n")]
      : []),
    ...(options.length > 0 ? [`## ${t("Options")}`, optionsTable(options)] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function devices(graph: FunctorGraph): readonly string[] {
  const starts = graph.nodes.filter(({ kind }) => kind === "application").map(({ id }) => id);
  if (starts.length === 0) return [];
  const byId = nodesById(graph);
  const lines: string[] = [];
  const seen = new Set<number>();
  const open = starts.toReversed().map((id) => ({ id, depth: 0, edgeText: edgeTexts.argument }));
  for (let next = open.pop(); next; next = open.pop()) {
    const node = byId.get(next.id);
    if (!node) continue;
    const edges = edgesOf(node);
    const isRepeated = seen.has(node.id) && edges.length > 0;
    seen.add(node.id);
    const indent = "  ".repeat(Math.min(next.depth, maxDepth));
    const text = next.edgeText(nodeText(node));
    lines.push(`${indent}- ${isRepeated ? t("{0} (see above)", text) : text}`);
    if (isRepeated) continue;
    const { depth } = next;
    open.push(
      ...edges.toReversed().map(({ kind, to }) => ({ id: to, depth: depth + 1, edgeText: edgeTexts[kind] })),
    );
  }
  return [`## ${t("Devices")}`, lines.join("\n")];
}

function nodeText(node: GraphNode): string {
  if (node.kind === "if") return t("a choice by {0}", node.keys.map(code).join(", "));
  if (node.kind === "apply") return t("the application of a chosen functor");
  const plain = commonName(node.path);
  const name = `${code(node.path)}${plain === node.path ? "" : ` ${escape(plain)}`}`;
  return node.keys.length > 0 ? t("{0}, reads {1}", name, node.keys.map(code).join(", ")) : name;
}

function keysTable(keys: readonly KeyValue[]): string {
  return table(
    [t("Key"), t("Value"), ""],
    keys.map(({ name, value, isDefault }) => [
      code(name),
      value === "" ? "" : code(value),
      isDefault ? t("default") : t("set"),
    ]),
  );
}

function optionsTable(options: readonly OptionView[]): string {
  return table(
    [t("Option"), t("Description"), t("Values"), t("Default")],
    options.map(({ name, documentation, values, initial }) => [
      code(name),
      escape(documentation),
      values.map(code).join(", "),
      initial === "" ? "" : code(initial),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Escapes all Markdown markup of a text. */
function escape(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/[\\`*_{}[\]<>#|~&!]/g, "\\$&")
    .replaceAll("\\|", "|");
}

/** A code span. Its fence is longer than any run of backticks in the text. */
function code(text: string): string {
  const body = text.replace(/\s*[\r\n]+\s*/g, " ");
  const longest = Math.max(0, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = body.startsWith("`") || body.endsWith("`") || body === "" ? " " : "";
  return `${fence}${pad}${body}${pad}${fence}`;
}
