import { matchGraphs } from "./match.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";
import { packagesOf, opamDepends } from "./packages.ts";

export interface GeneratedDetails {
  /** Opam packages of the device that the opam file asks for, with their bounds: `arp (>= 4.0.0 & < 5.0.0)`. */
  readonly packages: readonly string[];
  /** Values handed to `connect`, or the expression that starts the device in place of it. */
  readonly connect: readonly string[];
  /** Where the code was written that mirage put into main.ml; undefined where main.ml does not say. */
  readonly position: { readonly file: string; readonly line: number } | undefined;
}

/**
 * What the generated `mirage/main.ml` and opam file of a configured project tell of a node. Instances
 * there have other numbers than in the graph, so they are found by name and neighbours. `own` are
 * packages that config.ml gives to the node itself. Never fails on text that is something else.
 */
export function generatedDetails(
  mainMl: string,
  opamText: string,
  graph: FunctorGraph,
  node: GraphNode,
  own: readonly string[] = [],
): GeneratedDetails {
  const wanted = new Set([...packagesOf(node.path), ...own]);
  const packages = opamDepends(opamText)
    .filter(({ name }) => wanted.has(name))
    .map(({ name, bounds }) => (bounds === "" ? name : `${name} (${bounds})`));
  const instances = readInstances(mainMl);
  const index = instanceOf(instances, graph, node);
  const instance = index === undefined ? undefined : instances[index];
  return { packages, connect: instance?.connect ?? [], position: instance?.position };
}

interface Instance {
  readonly name: string;
  readonly full: string;
  /** Full names of what is started before, in order. */
  readonly needs: readonly string[];
  readonly connect: readonly string[];
  readonly position: GeneratedDetails["position"];
}

const opening = /^let (\w+?)__(\d+) = lazy \($/;
const forced = /^ {2}let __\w+ = Lazy\.force (\w+) in$/;
const bound = /^ {2}\w+ >>= fun \w+ ->$/;
const argument = /^ {2}let \w+ = \(\w+ \(\)\) in$/;
const directive = /^# (\d+) "([^"]*)"$/;

/** Each device is `let NAME__N = lazy (` … `);;`, as functoria's `Engine.connect` prints it. */
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
    instances.push({ name, full: `${name}__${number}`, needs, connect, position });
  }
  return instances;
}

const call = /\b[A-Z]\w*(?:\.\w+)*\.(?:connect|start)(?=[ ~?)]|$)/;
/** What ends the arguments of a call. */
const after: ReadonlySet<string> = new Set([">|=", ">>=", ":", ";", "in", "|>"]);

/** The arguments with which `connect` or `start` is called; any other expression as it is. */
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
      if (after.has(current)) return words;
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

/** Both as graphs of names, with all that is started before as one list, so that they compare. */
function instanceOf(
  instances: readonly Instance[],
  graph: FunctorGraph,
  node: GraphNode,
): number | undefined {
  const alone = instances.findIndex(({ name }) => name === node.instance);
  if (alone < 0 || node.instance === "") return undefined;
  if (instances.findLastIndex(({ name }) => name === node.instance) === alone) return alone;
  const ids = new Map(instances.map(({ full }, id) => [full, id]));
  const bare = { kind: "module", keys: [], arguments: [], branches: [] } as const;
  const none = { defaultBranch: undefined, functor: undefined };
  const generated: FunctorGraph = {
    ...graph,
    root: instances.length - 1,
    application: undefined,
    nodes: instances.map(({ name, needs }, id) => {
      const dependencies = needs.flatMap((full) => ids.get(full) ?? []);
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
  return matchGraphs(described, generated).toAfter.get(node.id);
}
