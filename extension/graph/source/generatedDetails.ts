import { matchNodes } from "../compare/matchNodes.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";
import { packagesOf, opamDepends } from "./packages.ts";

export interface GeneratedDetails {
  /** The device's opam packages that the opam file depends on, with version bounds: `arp (>= 4.0.0 & < 5.0.0)`. */
  readonly packages: readonly string[];
  /** Arguments of `connect`, or the expression that starts the device in place of it. */
  readonly connect: readonly string[];
  /** The original location of code that mirage copied into main.ml; undefined if main.ml does not name it. */
  readonly position: { readonly file: string; readonly line: number } | undefined;
}

/**
 * Extracts the details of a node from the generated `mirage/main.ml` and opam file. Instances are numbered
 * differently than in the graph, so they are matched by name and neighbours. `own` are the packages that
 * config.ml names for the node itself. Never throws, whatever the texts are.
 */
export function generatedDetails(
  mainMl: string,
  opamText: string,
  graph: FunctorGraph,
  node: GraphNode,
  own: readonly string[] = [],
): GeneratedDetails {
  const names = new Set([...packagesOf(node.path), ...own]);
  const packages = opamDepends(opamText)
    .filter(({ name }) => names.has(name))
    .map(({ name, bounds }) => (bounds === "" ? name : `${name} (${bounds})`));
  const instances = readInstances(mainMl);
  const index = instanceOf(instances, graph, node);
  const instance = index === undefined ? undefined : instances[index];
  return { packages, connect: instance?.connect ?? [], position: instance?.position };
}

interface Instance {
  readonly name: string;
  /** Name with its number: `netif__11`. */
  readonly fullName: string;
  /** Full names of the instances that it starts first, in order. */
  readonly needs: readonly string[];
  readonly connect: readonly string[];
  readonly position: GeneratedDetails["position"];
}

const opening = /^let (\w+?)__(\d+) = lazy \($/;
const forced = /^ {2}let __\w+ = Lazy\.force (\w+) in$/;
const bound = /^ {2}\w+ >>= fun \w+ ->$/;
const argument = /^ {2}let \w+ = \(\w+ \(\)\) in$/;
const directive = /^# (\d+) "([^"]*)"$/;

/** Parses the devices, `let NAME__N = lazy (` … `);;`, as functoria's `Engine.connect` prints them. */
function readInstances(mainMl: string): readonly Instance[] {
  const instances: Instance[] = [];
  const lines = mainMl.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const start = opening.exec(lines[at] ?? "");
    if (!start) continue;
    const needs: string[] = [];
    let position: GeneratedDetails["position"];
    const code: string[] = [];
    for (at++; at < lines.length && lines[at] !== ");;"; at++) {
      const line = lines[at] ?? "";
      const need = forced.exec(line)?.[1];
      const from = directive.exec(line);
      if (need !== undefined) needs.push(need);
      else if (from) position = { line: Number(from[1]), file: from[2] ?? "" };
      else if (code.length > 0 || !(bound.test(line) || argument.test(line))) code.push(line);
    }
    const [, name = "", number = ""] = start;
    const connect = connectArguments(code.join(" ").replace(/\s+/g, " ").trim());
    instances.push({ name, fullName: `${name}__${number}`, needs, connect, position });
  }
  return instances;
}

const call = /\b[A-Z]\w*(?:\.\w+)*\.(?:connect|start)(?=[ ~?)]|$)/;
/** Words that end the arguments of a call. */
const terminators: ReadonlySet<string> = new Set([">|=", ">>=", ":", ";", "in", "|>"]);

/** The arguments of a call of `connect` or `start`; any other expression unchanged. */
function connectArguments(code: string): readonly string[] {
  const found = call.exec(code);
  if (!found) return code === "" || code === "return ()" ? [] : [code];
  const words: string[] = [];
  let depth = 0;
  let quoted = false;
  let current = "";
  const rest = `${code.slice(found.index + found[0].length)} `;
  for (let i = 0; i < rest.length && depth >= 0; i++) {
    const character = rest[i] ?? "";
    if (character === " " && depth === 0 && !quoted) {
      if (terminators.has(current)) return words;
      if (current !== "") words.push(current);
      current = "";
      continue;
    }
    if (!quoted && ")]}".includes(character)) depth--;
    if (depth < 0) break;
    current += character;
    if (quoted && character === "\\") current += rest[++i] ?? "";
    else if (character === '"') quoted = !quoted;
    else if (!quoted && "([{".includes(character)) depth++;
  }
  return current === "" ? words : [...words, current];
}

/**
 * Index of the instance that corresponds to a node. Matches the instances and the graph as two graphs of
 * instance names whose edges are all dependencies.
 */
function instanceOf(
  instances: readonly Instance[],
  graph: FunctorGraph,
  node: GraphNode,
): number | undefined {
  const first = instances.findIndex(({ name }) => name === node.instance);
  if (first < 0 || node.instance === "") return undefined;
  if (instances.findLastIndex(({ name }) => name === node.instance) === first) return first;
  const ids = new Map(instances.map(({ fullName }, id) => [fullName, id]));
  const bare = { kind: "module", keys: [], arguments: [], branches: [] } as const;
  const none = { defaultBranch: undefined, functor: undefined };
  const generated: FunctorGraph = {
    ...graph,
    root: instances.length - 1,
    application: undefined,
    nodes: instances.map(({ name, needs }, id) => {
      const dependencies = needs.flatMap((fullName) => ids.get(fullName) ?? []);
      return { ...bare, ...none, id, instance: name, path: name, dependencies };
    }),
  };
  const described: FunctorGraph = {
    ...graph,
    nodes: graph.nodes.map((each) => {
      const dependencies = [...each.arguments, ...each.dependencies, ...each.branches];
      return { ...bare, ...none, id: each.id, instance: each.instance, path: each.instance, dependencies };
    }),
  };
  return matchNodes(described, generated).toAfter.get(node.id);
}
