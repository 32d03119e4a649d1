import { readConfigSource } from "../../language-bridge/configSource.ts";
import { oneLine, type Span } from "../../language-bridge/tokens.ts";
import { claimsOf, type Claim } from "./claims.ts";
import { functorOf } from "./functor.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";
import { registeredIn } from "./values.ts";

/** An expression of config.ml that a node comes from. Offsets in UTF-16 units, ends exclusive. */
export interface Place {
  readonly span: Span;
  /** The name in it that does it, to put the cursor on. */
  readonly word: Span;
  /** The expression on one line, cut where it is long. */
  readonly label: string;
}

/** What relates a config.ml to its graph, both ways. */
export interface Places {
  /** Best first; empty for what config.ml does not make. */
  readonly of: (id: number) => readonly Place[];
  /** Ids of the nodes of the innermost expression at an offset, the one that it stands for first. */
  readonly at: (offset: number) => readonly number[];
}

const rank: Readonly<Record<Claim["role"], number>> = { made: 0, inside: 1, below: 2, use: 3 };

/**
 * Reads config.ml's text once for many questions. The text may be newer than the graph; what does not
 * fit is left out. Never fails.
 */
export function readPlaces(graph: FunctorGraph, configText: string): Places {
  const claims = [...claimsOf(graph, registeredIn(configText)), ...parameterClaims(graph, configText)];
  const width = ({ span }: Claim) => span.end - span.start;
  const bySize = claims.toSorted((a, b) => width(a) - width(b) || rank[a.role] - rank[b.role]);
  return {
    of: (id) => {
      const own = bySize.filter(({ ids, role }) => role !== "use" && ids.includes(id));
      const best = Math.min(...own.map(({ role }) => rank[role]));
      const places = new Map<string, Place>();
      for (const { span, word, role } of own) {
        const name = `${word.start} ${word.end}`;
        if (rank[role] !== best || places.has(name)) continue;
        places.set(name, { span, word, label: labelOf(configText, span) });
      }
      return [...places.values()].toSorted((a, b) => a.span.start - b.span.start);
    },
    at: (offset) => {
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

/** Characters of a label; longer ones fill a menu and say no more. */
const longest = 60;

function labelOf(text: string, { start, end }: Span): string {
  const line = oneLine(text.slice(start, Math.min(end, start + 10 * longest)));
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

function contains({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** `main "Unikernel.Main" (stackv4v6 @-> job)`: each type stands for the argument at its place. */
function parameterClaims(graph: FunctorGraph, configText: string): readonly Claim[] {
  return readConfigSource(configText).mains.flatMap(({ module, parameters }) =>
    graph.nodes
      .filter(({ path }) => path === module.value)
      .flatMap((node) =>
        (parameters ?? []).flatMap(({ span }, place): readonly Claim[] => {
          const id = node.arguments[place];
          return id === undefined ? [] : [{ span, word: span, ids: [id], role: "use" }];
        }),
      ),
  );
}

/** The module paths that config.ml gives to `main`; for `parseDescription`. */
export function mainsIn(configText: string): readonly string[] {
  return readConfigSource(configText).mains.map(({ module }) => module.value);
}

/**
 * Names of the opam packages that config.ml itself gives to a node: those written in the expression
 * that makes it, and in lists that it names. For `generatedDetails`.
 */
export function packagesInConfig(
  graph: FunctorGraph,
  configText: string,
  node: GraphNode,
): readonly string[] {
  const { packages, lists, words } = readConfigSource(configText);
  const within = (outer: Span, inner: Span) => outer.start <= inner.start && inner.end <= outer.end;
  const spans = placesOf(graph, configText, node).flatMap(({ span }) => [
    span,
    ...labelsAndWords(configText, span, words).flatMap((name) => lists.get(name) ?? []),
  ]);
  const found = packages.filter((call) => spans.some((span) => within(span, call.span)));
  return [...new Set(found.map(({ name }) => name.value))];
}

/** Names used in a piece of config.ml; `~packages` alone names a value as well. */
function labelsAndWords(
  text: string,
  { start, end }: Span,
  words: readonly { readonly name: string; readonly span: Span }[],
): readonly string[] {
  const used = words.filter(({ span }) => start <= span.start && span.end <= end).map(({ name }) => name);
  return /~packages\b(?!\s*:)/.test(text.slice(start, end)) ? [...used, "packages"] : used;
}

/** Where config.ml makes a node, best first: {@link readPlaces}. */
export function placesOf(graph: FunctorGraph, configText: string, node: GraphNode): readonly Place[] {
  return readPlaces(graph, configText).of(node.id);
}

/** Ids of the nodes that the expression at an offset of config.ml makes: {@link readPlaces}. */
export function nodeAt(graph: FunctorGraph, configText: string, offset: number): readonly number[] {
  return readPlaces(graph, configText).at(offset);
}

/**
 * Ids of the nodes that an offset of the application's own file stands for: the application for its
 * name and that of `start`, an argument for the functor's parameter, or for that of `start`.
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
  const given =
    parameter >= 0 ? parameter : header.startParameters.findIndex((span) => contains(span, offset));
  const id = node.arguments[given];
  if (id !== undefined && graph.nodes.some((each) => each.id === id)) return [id];
  const names = [header.name, ...(header.start ? [header.start] : [])];
  return names.some((span) => span.end > span.start && contains(span, offset)) ? [node.id] : [];
}
