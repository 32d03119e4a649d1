import { readDotLine, type DotAttribute, type DotLine } from "./dotLines.ts";
import { readHeader } from "./descriptionHeader.ts";
import { withKinds, type BareNode } from "./nodeKinds.ts";
import type { FunctorGraph } from "../model.ts";
import { t } from "../../protocol/l10n.ts";

export interface ParsedDescription {
  /** Undefined if the text contains no graph. */
  readonly graph: FunctorGraph | undefined;
  /** Explains to the user why the graph is missing or incomplete; no duplicates. */
  readonly problems: readonly string[];
}

/**
 * Parses what `describe --dot` prints with `-o -` (a header, then indented DOT) or writes with `-o FILE`
 * (DOT alone), and skips what config.ml itself printed before. `mains` are the module paths that config.ml
 * passes to `main`, if they are known; without them the application is found by its position. The format
 * is `Dot` in functoria's `impl.ml`.
 *
 * Never throws: lines that it cannot parse are skipped and reported in `problems`. The time is linear.
 */
export function parseDescription(text: string, mains: readonly string[] = []): ParsedDescription {
  const start = graphStart(text);
  if (!start) return { graph: undefined, problems: [t("mirage printed no graph.")] };
  const { nodes, problems } = readGraph(text, start.body);
  const { name, keys } = readHeader(text.slice(0, start.header));
  return { graph: { name, keys, ...withKinds(nodes, mains) }, problems };
}

/** The last `digraph` that ends a line: whatever config.ml prints comes before it. */
function graphStart(text: string): { readonly header: number; readonly body: number } | undefined {
  const opening = /digraph \w+ \{[ \t]*\r?(?:\n|$)/y;
  let at = text.lastIndexOf("digraph ");
  while (at >= 0) {
    opening.lastIndex = at;
    if (opening.test(text)) return { header: at, body: opening.lastIndex };
    at = at === 0 ? -1 : text.lastIndexOf("digraph ", at - 1);
  }
  return undefined;
}

interface DraftNode {
  readonly id: number;
  readonly label: readonly string[];
  readonly shape: string | undefined;
  readonly arguments: number[];
  readonly dependencies: number[];
  readonly branches: number[];
  defaultBranch: number | undefined;
  functor: number | undefined;
}

function readGraph(text: string, from: number) {
  const drafts = new Map<number, DraftNode>();
  const problems = new Set<string>();
  let ended = false;
  for (let at = from; at < text.length && !ended;) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const line = readDotLine(text.slice(at, end).replace(/\r$/, ""));
    at = end + 1;
    ended = line.kind === "end";
    const problem = take(line, drafts);
    if (problem !== undefined) problems.add(problem);
  }
  if (!ended) problems.add(t("The graph is incomplete because mirage's output was cut off."));
  return { nodes: [...drafts.values()].map(nodeOf), problems: [...problems] };
}

function take(line: DotLine, drafts: Map<number, DraftNode>): string | undefined {
  switch (line.kind) {
    case "end":
    case "nothing":
      return undefined;
    case "unknown":
      return t("Some lines of the graph could not be read and were skipped.");
    case "node":
      if (drafts.has(line.id)) return t("The graph defines a node twice; the first definition is shown.");
      drafts.set(line.id, draftOf(line.id, line.attributes));
      return undefined;
    case "edge": {
      const source = drafts.get(line.from);
      if (!source || !drafts.has(line.to)) return t("Some edges lead to missing nodes and were skipped.");
      return connect(source, line.to, line.attributes);
    }
  }
}

function draftOf(id: number, attributes: readonly DotAttribute[]): DraftNode {
  const last = (name: string) => attributes.findLast((attribute) => attribute.name === name)?.value;
  return {
    id,
    label: (last("label") ?? "").split("\n"),
    shape: last("shape"),
    arguments: [],
    dependencies: [],
    branches: [],
    defaultBranch: undefined,
    functor: undefined,
  };
}

/** The style of an edge determines its kind; a second style `bold` marks the default branch. */
function connect(source: DraftNode, to: number, attributes: readonly DotAttribute[]): string | undefined {
  const styles = new Set(attributes.filter(({ name }) => name === "style").map(({ value }) => value));
  if (styles.size === 0) {
    source.arguments.push(to);
  } else if (styles.has("dotted")) {
    if (source.branches.at(-1) !== to && !source.branches.includes(to)) source.branches.push(to);
    if (styles.has("bold")) source.defaultBranch = to;
  } else if (styles.has("bold")) {
    source.functor = to;
  } else {
    source.dependencies.push(to);
    if (!styles.has("dashed"))
      return t('Edges with the unknown style "{0}" are shown as dependencies.', [...styles][0] ?? "");
  }
  return undefined;
}

/** The label consists of the instance, the module path and the keys; that of a choice of `If` and the keys. */
function nodeOf({ label, shape, ...edges }: DraftNode): BareNode {
  const choice = shape === undefined && label[0] === "If";
  if (choice) return { ...edges, form: "if", instance: "", path: "", keys: keysIn(label.slice(1).join(" ")) };
  if (shape === "diamond") return { ...edges, form: "apply", instance: "", path: "", keys: [] };
  const instance = (label[0] ?? "").replace(/__\d+$/, "");
  const keys = label.length > 2 ? keysIn(label.at(-1) ?? "") : [];
  const path = label.slice(1, label.length > 2 ? -1 : undefined).join("\n");
  return { ...edges, form: "device", instance, path: path === "" ? instance : path, keys };
}

function keysIn(text: string): readonly string[] {
  return text.split(/[,\s]+/).filter((key) => key !== "");
}
