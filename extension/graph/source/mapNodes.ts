import type { Span } from "../../ocaml/brackets.ts";
import { isOneOf, deviceCombinator } from "../../mirage/deviceModules.ts";
import { branchTaken } from "./branchTaken.ts";
import { nodesById, reachable } from "../edges.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";
import { resolveName, type Registered, type Value } from "../../mirage/config/deviceExpressions.ts";

/** Relates an expression of config.ml to nodes. */
export interface NodeMapping {
  readonly span: Span;
  /** The name of the function that it calls, to put the cursor on. */
  readonly nameSpan: Span;
  /** Ids of nodes; the node that the expression evaluates to is first. */
  readonly ids: readonly number[];
  /**
   * `made`: the expression creates the nodes. `inside`: it is a combinator that creates them below its own
   * device. `below`: they are below the device that it creates. `use`: it is a name for them.
   */
  readonly role: "made" | "inside" | "below" | "use";
}

/** Limit of mappings, which bounds the work for a hostile config.ml; real ones need far fewer. */
const maxMappings = 5000;

/** Limit of nested names and calls that are followed. */
const maxDepth = 500;
/** Number of nodes below a device from which choices among them are not examined, because that takes time for each. */
const largeGraph = 3000;

/** Maps the expressions of the values that config.ml registers to the nodes of its graph. */
export function mapNodes(graph: FunctorGraph, registered: readonly Registered[]): readonly NodeMapping[] {
  const byId = nodesById(graph);
  const mappings: NodeMapping[] = [];
  const fitOf = createFitCheck();
  const decided = graph.nodes.every(({ kind }) => kind !== "if");
  let depth = 0;
  const addMapping = (span: Span, nameSpan: Span, ids: readonly number[], role: NodeMapping["role"]) => {
    if (ids.length > 0 && mappings.length < maxMappings) mappings.push({ span, nameSpan, ids, role });
  };
  const nodesOf = (ids: readonly number[]) => ids.flatMap((id) => byId.get(id) ?? []);

  /** The devices that the choices and applications among the nodes can evaluate to, and these choices. */
  const resolveChoices = (ids: readonly number[]) => {
    const devices = new Map<number, GraphNode>();
    const choices = new Map<number, GraphNode>();
    const open = ids.toReversed();
    while (open.length > 0) {
      const node = byId.get(open.pop() ?? Number.NaN);
      if (!node || devices.has(node.id) || choices.has(node.id)) continue;
      if (node.kind === "if" || node.kind === "apply") choices.set(node.id, node);
      else devices.set(node.id, node);
      if (node.kind === "if") open.push(...node.branches.toReversed());
      if (node.kind === "apply" && node.functor !== undefined) open.push(node.functor);
    }
    return { devices: [...devices.values()], choices: [...choices.values()] };
  };
  const devicesIn = (ids: readonly number[]) => resolveChoices(ids).devices;

  const belowOf = (ids: readonly number[]): readonly number[] => {
    const own = new Set(ids);
    const below = [...reachable(byId, ids)].filter((id) => !own.has(id));
    return below.length < largeGraph ? below : below.filter((id) => byId.get(id)?.kind !== "if");
  };

  /** Nodes below `ids` that the value may have created, for arguments whose position is unknown. */
  const findFitting = (value: Value, ids: readonly number[]): readonly number[] => {
    const below = belowOf(ids);
    return below.filter((id) => {
      const devices = devicesIn([id]);
      return devices.length > 0 && devices.every((node) => fitOf(value, node) === "yes");
    });
  };

  const mapValue = (value: Value, ids: readonly number[]): void => {
    if (ids.length === 0 || mappings.length >= maxMappings || depth > maxDepth) return;
    depth++;
    mapKind(value, ids);
    depth--;
  };

  const mapKind = (value: Value, ids: readonly number[]): void => {
    switch (value.kind) {
      case "use":
        addMapping(value.span, value.span, ids, "use");
        if (value.binding) addMapping(value.binding, value.binding, ids, "use");
        mapValue(value.value, ids);
        return;
      case "choice":
        mapChoice(value, ids);
        return;
      case "applied": {
        const functors = devicesIn(ids);
        addMapping(value.span, value.span, ids, "use");
        // `$` is a node itself if it applies a choice.
        const applications = nodesOf(ids).filter(({ kind }) => kind === "apply");
        addMapping(
          value.span,
          value.span,
          applications.map(({ id }) => id),
          "made",
        );
        mapValue(
          value.functor,
          nodesOf(ids).flatMap(({ id, kind, functor }) => (kind === "apply" ? (functor ?? []) : id)),
        );
        const holders = [...new Set([...nodesOf(ids).filter(({ kind }) => kind === "apply"), ...functors])];
        mapArguments(value.arguments, holders);
        return;
      }
      case "made":
        mapCall(value, ids);
        return;
      case "items":
        for (const item of value.items) mapValue(item, fittingIds(item, ids));
        return;
      case "closure":
      case "nothing":
        return;
    }
  };

  const fittingIds = (value: Value, ids: readonly number[]) =>
    ids.filter((id) => devicesIn([id]).some((node) => fitOf(value, node) === "yes"));

  const mapArguments = (values: readonly Value[], holders: readonly GraphNode[]) => {
    for (const [index, value] of values.entries()) {
      const ids = holders.flatMap((node) => node.arguments[index] ?? []);
      mapValue(value, [...new Set(ids)]);
    }
  };

  /** The outermost choices of the graph that an `if_impl` or `match_impl` created. */
  const choicesOf = ({ options, byKey }: Value & { kind: "choice" }, ids: readonly number[]) => {
    if (!byKey) return [];
    // Equal branches are one node, except that the default branch may be a separate one.
    const fits = (branch: number) =>
      devicesIn([branch]).some((node) => options.some((option) => fitOf(option, node) === "yes"));
    const all = nodesOf(ids).filter(
      ({ kind, branches }) => kind === "if" && (branches.length === options.length || branches.every(fits)),
    );
    const inner = reachable(
      byId,
      all.flatMap(({ branches }) => branches),
    );
    return all.filter(({ id }) => !inner.has(id));
  };

  const mapChoice = (value: Value & { kind: "choice" }, ids: readonly number[]) => {
    const { options } = value;
    const choices = choicesOf(value, ids);
    const made = new Set(choices.map(({ id }) => id));
    const below = reachable(
      byId,
      choices.flatMap(({ branches }) => branches),
    );
    const rest = ids.filter((id) => !made.has(id) && !below.has(id));
    addMapping(value.span, value.word, [...made], "made");
    addMapping(value.span, value.word, rest, "use");
    const taken = choices.length === 0 && decided ? branchTaken(value.condition, graph.keys) : undefined;
    for (const [index, option] of options.entries()) {
      if (taken !== undefined && index !== taken) continue;
      const branchIds = choices.flatMap(({ branches }) =>
        branches.length === options.length ? (branches[index] ?? []) : fittingIds(option, branches),
      );
      const devices = devicesIn(rest).filter((node) => fitOf(option, node) !== "no");
      mapValue(option, [...new Set([...branchIds, ...devices.map(({ id }) => id)])]);
    }
  };

  /** The `Unit` nodes that mirage passes to a `main` without devices to delay its start. */
  const unitsOf = (own: readonly GraphNode[]) =>
    nodesOf(own.flatMap(({ arguments: given, dependencies }) => [...given, ...dependencies]))
      .filter(({ path }) => path === "Unit")
      .map(({ id }) => id);

  const mapCall = (value: Value & { kind: "made" }, ids: readonly number[]) => {
    const combinator = value.path === undefined ? deviceCombinator(value.name) : undefined;
    const { devices, choices } = resolveChoices(ids);
    const own = devices.filter((node) => fitOf(value, node) !== "no");
    const isOwn = new Set(own.map(({ id }) => id));
    const between = choices.filter(({ id }) => devicesIn([id]).some((node) => isOwn.has(node.id)));
    const roots = [...between, ...own].map(({ id }) => id);
    addMapping(value.span, value.word, roots, "made");
    const below = belowOf(roots);
    if (combinator) {
      const inner = below.filter((id) => devicesIn([id]).some(({ path }) => isOneOf(path, combinator.inner)));
      addMapping(value.span, value.word, inner, "inside");
    }
    if (value.path === undefined) addMapping(value.span, value.word, below, "below");
    else addMapping(value.span, value.word, unitsOf(own), "inside");
    if (combinator?.direct) mapArguments(value.arguments, own);
    else for (const argument of value.arguments) mapValue(argument, findFitting(argument, roots));
    for (const argument of value.labelled) mapValue(argument, findFitting(argument, roots));
  };

  for (const { word, span, jobs, services } of registered) {
    const root = byId.get(graph.root ?? Number.NaN);
    if (!root) continue;
    const started = graph.nodes.filter(({ kind }) => kind === "service").map(({ id }) => id);
    const applications = graph.nodes.filter(({ kind }) => kind === "application").map(({ id }) => id);
    addMapping(word, word, [root.id, ...started.filter((id) => id !== root.id)], "inside");
    addMapping(span, word, applications, "use");
    for (const job of jobs) {
      const ids = [...root.dependencies, ...root.arguments];
      const fit = fittingIds(job, ids);
      mapValue(job, fit.length > 0 ? fit : jobs.length === 1 ? applications : []);
    }
    for (const service of services) mapValue(service, findFitting(service, [root.id]));
  }
  return mappings;
}

type Fit = "yes" | "no" | "maybe";

/** Decides whether a value can have created a node. Caches, because config.ml may name a value many times. */
function createFitCheck(): (value: Value, node: GraphNode) => Fit {
  const known = new Map<Value, Map<string, Fit>>();
  const fit = (value: Value, path: string, depth: number): Fit => {
    const inner = resolveName(value);
    const byPath = known.get(inner) ?? new Map<string, Fit>();
    known.set(inner, byPath);
    const cached = byPath.get(path);
    if (cached !== undefined) return cached;
    const result = depth > maxDepth ? "maybe" : computeFit(inner, path, depth + 1);
    byPath.set(path, result);
    return result;
  };
  const computeFit = (value: Exclude<Value, { kind: "use" }>, path: string, depth: number): Fit => {
    switch (value.kind) {
      case "made": {
        if (value.path !== undefined) return value.path === path ? "yes" : "no";
        const combinator = deviceCombinator(value.name);
        if (!combinator) return "maybe";
        return isOneOf(path, combinator.roots) ? "yes" : "no";
      }
      case "applied":
        return fit(value.functor, path, depth);
      case "choice": {
        const all = value.options.map((option) => fit(option, path, depth));
        return all.includes("yes") ? "yes" : all.includes("maybe") ? "maybe" : "no";
      }
      case "items":
        return value.items.some((item) => fit(item, path, depth) === "yes") ? "yes" : "no";
      case "closure":
      case "nothing":
        return "no";
    }
  };
  return (value, { path }) => fit(value, path, 0);
}
