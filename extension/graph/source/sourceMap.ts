import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import { oneLine, spanContains, type Span } from "../../ocaml/brackets.ts";
import { mapNodes, type NodeMapping } from "./mapNodes.ts";
import { functorOf } from "./functorSource.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";
import { evaluateConfig } from "../../mirage/config/deviceExpressions.ts";

/** An expression of config.ml that creates a node. Offsets are in UTF-16 units, ends are exclusive. */
export interface SourceLocation {
  readonly span: Span;
  /** The name in it to put the cursor on. */
  readonly nameSpan: Span;
  /** The expression on one line, truncated if it is long. */
  readonly label: string;
}

/** Relates a config.ml and its graph in both directions. */
export interface SourceMap {
  /** The expressions that create the node with an id, in source order; empty if there are none. */
  readonly locationsOf: (id: number) => readonly SourceLocation[];
  /** Ids of the nodes of the innermost expression at an offset; the node that it evaluates to is first. */
  readonly nodesAt: (offset: number) => readonly number[];
}

const rank: Readonly<Record<NodeMapping["role"], number>> = { made: 0, inside: 1, below: 2, use: 3 };

/**
 * Maps the text of config.ml to a graph. The text may be newer than the graph; expressions that do not fit
 * are left out. Never throws.
 */
export function readSourceMap(graph: FunctorGraph, configText: string): SourceMap {
  const mappings = [...mapNodes(graph, evaluateConfig(configText)), ...mapParameters(graph, configText)];
  const width = ({ span }: NodeMapping) => span.end - span.start;
  const bySize = mappings.toSorted((a, b) => width(a) - width(b) || rank[a.role] - rank[b.role]);
  return {
    locationsOf: (id) => {
      const own = bySize.filter(({ ids, role }) => role !== "use" && ids.includes(id));
      const best = Math.min(...own.map(({ role }) => rank[role]));
      const locations = new Map<string, SourceLocation>();
      for (const { span, nameSpan, role } of own) {
        const name = `${nameSpan.start} ${nameSpan.end}`;
        if (rank[role] !== best || locations.has(name)) continue;
        locations.set(name, { span, nameSpan, label: labelOf(configText, span) });
      }
      return [...locations.values()].toSorted((a, b) => a.span.start - b.span.start);
    },
    nodesAt: (offset) => {
      const innermost = bySize.find(({ span, role }) => role !== "below" && contains(span, offset));
      if (!innermost) return [];
      const same = bySize.filter(
        ({ span, role }) =>
          role === innermost.role && span.start === innermost.span.start && span.end === innermost.span.end,
      );
      return [...new Set(same.flatMap(({ ids }) => ids))];
    },
  };
}

/** Maximal length of a label, in characters. */
const maxLabel = 60;

function labelOf(text: string, { start, end }: Span): string {
  const line = oneLine(text.slice(start, Math.min(end, start + 10 * maxLabel)));
  return line.length > maxLabel ? `${line.slice(0, maxLabel - 1)}…` : line;
}

function contains({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** Maps each type in `main "Unikernel.Main" (stackv4v6 @-> job)` to the argument at the same position. */
function mapParameters(graph: FunctorGraph, configText: string): readonly NodeMapping[] {
  return readConfigSource(configText).mains.flatMap(({ module, parameters }) =>
    graph.nodes
      .filter(({ path }) => path === module.value)
      .flatMap((node) =>
        (parameters ?? []).flatMap(({ span }, index): readonly NodeMapping[] => {
          const id = node.arguments[index];
          return id === undefined ? [] : [{ span, nameSpan: span, ids: [id], role: "use" }];
        }),
      ),
  );
}

/** The module paths that config.ml passes to `main`; for `parseDescription`. */
export function mainsIn(configText: string): readonly string[] {
  return readConfigSource(configText).mains.map(({ module }) => module.value);
}

/**
 * Names of the opam packages that config.ml itself adds to a node: those in the expression that creates it
 * and in lists that it refers to. For `generatedDetails`.
 */
export function packagesInConfig(
  graph: FunctorGraph,
  configText: string,
  node: GraphNode,
): readonly string[] {
  const { packages, lists, words } = readConfigSource(configText);
  const spans = sourceLocations(graph, configText, node).flatMap(({ span }) => [
    span,
    ...labelsAndWords(configText, span, words).flatMap((name) => lists.get(name) ?? []),
  ]);
  const found = packages.filter((call) => spans.some((span) => spanContains(span, call.span)));
  return [...new Set(found.map(({ name }) => name.value))];
}

/** Names used in a part of config.ml; the punned label `~packages` refers to a value too. */
function labelsAndWords(
  text: string,
  { start, end }: Span,
  words: readonly { readonly name: string; readonly span: Span }[],
): readonly string[] {
  const used = words.filter(({ span }) => start <= span.start && span.end <= end).map(({ name }) => name);
  return /~packages\b(?!\s*:)/.test(text.slice(start, end)) ? [...used, "packages"] : used;
}

/** The expressions of config.ml that create a node: {@link SourceMap.locationsOf}. */
export function sourceLocations(
  graph: FunctorGraph,
  configText: string,
  node: GraphNode,
): readonly SourceLocation[] {
  return readSourceMap(graph, configText).locationsOf(node.id);
}

/** Ids of the nodes of the expression at an offset of config.ml: {@link SourceMap.nodesAt}. */
export function nodeAt(graph: FunctorGraph, configText: string, offset: number): readonly number[] {
  return readSourceMap(graph, configText).nodesAt(offset);
}

/**
 * Ids of the nodes at an offset of the application's own file: the application at its name and that of
 * `start`, an argument at the corresponding parameter of the functor or of `start`.
 */
export function nodeInSource(
  graph: FunctorGraph,
  sourceText: string,
  node: GraphNode,
  offset: number,
): readonly number[] {
  const header = functorOf(sourceText, node.path);
  if (!header) return [];
  const parameter = header.parameters.findIndex(({ span }) => contains(span, offset));
  const index =
    parameter >= 0 ? parameter : header.startParameters.findIndex((span) => contains(span, offset));
  const id = node.arguments[index];
  if (id !== undefined && graph.nodes.some((each) => each.id === id)) return [id];
  const names = [header.name, ...(header.start ? [header.start] : [])];
  return names.some((span) => span.end > span.start && contains(span, offset)) ? [node.id] : [];
}
