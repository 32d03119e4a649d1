import type { OptionView } from "../../webviews/graph/messages.ts";
import { edgesOf, nodesById, type EdgeKind } from "./edges.ts";
import type { Configuration, FunctorGraph, GraphNode, KeyValue } from "./model.ts";
import { plainName } from "./names.ts";
import { configurationWords, graphWords } from "./words.ts";

/** Deeper lists are not indented further: no reader follows them, and the text would grow too fast. */
const deepest = 24;

const edgeWords: Readonly<Record<EdgeKind, string>> = {
  argument: "",
  dependency: "needs ",
  branch: "or ",
  default: "by default ",
  functor: "applies ",
};

/**
 * A unikernel as a document: what it is in words, its keys, its devices as a nested list, and the
 * options that its config.ml takes.
 */
export function describeMarkdown(
  graph: FunctorGraph,
  configuration: Configuration,
  options: readonly OptionView[],
): string {
  const name = graph.name === "" ? "Unikernel" : graph.name;
  const services = graph.nodes.filter(({ kind }) => kind === "service");
  const blocks = [
    `# ${escape(name)}`,
    `Configured for ${escape(configurationWords(configuration))}.`,
    graphWords(graph, configuration).map(escape).join(" "),
    ...(graph.keys.length > 0 ? ["## Keys", keysTable(graph.keys)] : []),
    ...devices(graph),
    ...(services.length > 0
      ? ["## Started around the application", services.map((node) => `- ${nodeText(node)}`).join("\n")]
      : []),
    ...(options.length > 0 ? ["## Options", optionsTable(options)] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function devices(graph: FunctorGraph): readonly string[] {
  const starts = graph.nodes.filter(({ kind }) => kind === "application").map(({ id }) => id);
  if (starts.length === 0) return [];
  const byId = nodesById(graph);
  const lines: string[] = [];
  const seen = new Set<number>();
  const open = starts.toReversed().map((id) => ({ id, depth: 0, word: "" }));
  for (let next = open.pop(); next; next = open.pop()) {
    const node = byId.get(next.id);
    if (!node) continue;
    const edges = edgesOf(node);
    const again = seen.has(node.id) && edges.length > 0;
    seen.add(node.id);
    const indent = "  ".repeat(Math.min(next.depth, deepest));
    lines.push(`${indent}- ${next.word}${nodeText(node)}${again ? " (see above)" : ""}`);
    if (again) continue;
    const { depth } = next;
    open.push(
      ...edges.toReversed().map(({ kind, to }) => ({ id: to, depth: depth + 1, word: edgeWords[kind] })),
    );
  }
  return ["## Devices", lines.join("\n")];
}

function nodeText(node: GraphNode): string {
  if (node.kind === "if") return `a choice by ${node.keys.map(code).join(", ")}`;
  if (node.kind === "apply") return "a functor that is chosen, applied";
  const plain = plainName(node.path);
  const keys = node.keys.length > 0 ? `, reads ${node.keys.map(code).join(", ")}` : "";
  return `${code(node.path)}${plain === node.path ? "" : ` ${escape(plain)}`}${keys}`;
}

function keysTable(keys: readonly KeyValue[]): string {
  return table(
    ["Key", "Value", ""],
    keys.map(({ name, value, isDefault }) => [
      code(name),
      value === "" ? "" : code(value),
      isDefault ? "default" : "chosen",
    ]),
  );
}

function optionsTable(options: readonly OptionView[]): string {
  return table(
    ["Option", "Meaning", "Values", "Default"],
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

/** Text in which nothing is markup. */
function escape(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/[\\`*_{}[\]<>#|~&!]/g, "\\$&")
    .replaceAll("\\|", "|");
}

/** A code span: its fence is longer than any run of backticks in it. */
function code(text: string): string {
  const body = text.replace(/\s*[\r\n]+\s*/g, " ");
  const longest = Math.max(0, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = body.startsWith("`") || body.endsWith("`") || body === "" ? " " : "";
  return `${fence}${pad}${body}${pad}${fence}`;
}
