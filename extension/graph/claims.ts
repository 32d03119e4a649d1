import type { Span } from "../../language-bridge/tokens.ts";
import { isOneOf, makerOf } from "./devices.ts";
import { optionTaken } from "./conditions.ts";
import { nodesById, reachable } from "./edges.ts";
import type { FunctorGraph, GraphNode } from "./model.ts";
import { bare, type Registered, type Value } from "./values.ts";

/** A piece of config.ml and the nodes it has to do with. */
export interface Claim {
  readonly span: Span;
  /** What to show of it: the name that is called. */
  readonly word: Span;
  /** Ids of nodes, the one that it stands for first. */
  readonly ids: readonly number[];
  /**
   * `made` is the expression that makes the nodes, `inside` a combinator that puts them below its
   * own device, `below` one that has them below it, `use` a name for them.
   */
  readonly role: "made" | "inside" | "below" | "use";
}

/** No config.ml makes as many; it bounds the work on one that is made to. */
const limit = 5000;

/** Names and calls within each other that are followed. */
const deepest = 500;
/** Nodes of a graph of which choices are not looked into. */
const large = 3000;

/** Relates what config.ml registers to the nodes of the graph that it gave. */
export function claimsOf(graph: FunctorGraph, registered: readonly Registered[]): readonly Claim[] {
  const byId = nodesById(graph);
  const claims: Claim[] = [];
  const makes = fitter();
  const decided = graph.nodes.every(({ kind }) => kind !== "if");
  let depth = 0;
  const claim = (span: Span, word: Span, ids: readonly number[], role: Claim["role"]) => {
    if (ids.length > 0 && claims.length < limit) claims.push({ span, word, ids, role });
  };
  const nodesOf = (ids: readonly number[]) => ids.flatMap((id) => byId.get(id) ?? []);

  /** The devices that choices and applications among the nodes come to, and the choices on the way. */
  const within = (ids: readonly number[]) => {
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
  const devicesIn = (ids: readonly number[]) => within(ids).devices;

  /** In a graph that nobody could read, choices are not looked into: that takes time for each. */
  const belowOf = (ids: readonly number[]): readonly number[] => {
    const own = new Set(ids);
    const below = [...reachable(byId, ids)].filter((id) => !own.has(id));
    return below.length < large ? below : below.filter((id) => byId.get(id)?.kind !== "if");
  };

  /** Nodes below `ids` that the value may have made, for arguments whose place is not known. */
  const search = (value: Value, ids: readonly number[]): readonly number[] => {
    const below = belowOf(ids);
    return below.filter((id) => {
      const devices = devicesIn([id]);
      return devices.length > 0 && devices.every((node) => makes(value, node) === "yes");
    });
  };

  const assign = (value: Value, ids: readonly number[]): void => {
    if (ids.length === 0 || claims.length >= limit || depth > deepest) return;
    depth++;
    relate(value, ids);
    depth--;
  };

  const relate = (value: Value, ids: readonly number[]): void => {
    switch (value.kind) {
      case "use":
        claim(value.span, value.span, ids, "use");
        if (value.binding) claim(value.binding, value.binding, ids, "use");
        assign(value.value, ids);
        return;
      case "choice":
        assignChoice(value, ids);
        return;
      case "applied": {
        const functors = devicesIn(ids);
        claim(value.span, value.span, ids, "use");
        // `$` itself is a node where what it applies is chosen.
        const signs = nodesOf(ids).filter(({ kind }) => kind === "apply");
        claim(
          value.span,
          value.span,
          signs.map(({ id }) => id),
          "made",
        );
        assign(
          value.functor,
          nodesOf(ids).flatMap(({ id, kind, functor }) => (kind === "apply" ? (functor ?? []) : id)),
        );
        const holders = [...new Set([...nodesOf(ids).filter(({ kind }) => kind === "apply"), ...functors])];
        assignArguments(value.arguments, holders);
        return;
      }
      case "made":
        assignMade(value, ids);
        return;
      case "items":
        for (const item of value.items) assign(item, fitting(item, ids));
        return;
      case "closure":
      case "nothing":
        return;
    }
  };

  const fitting = (value: Value, ids: readonly number[]) =>
    ids.filter((id) => devicesIn([id]).some((node) => makes(value, node) === "yes"));

  const assignArguments = (values: readonly Value[], holders: readonly GraphNode[]) => {
    for (const [place, value] of values.entries()) {
      const ids = holders.flatMap((node) => node.arguments[place] ?? []);
      assign(value, [...new Set(ids)]);
    }
  };

  /** The choices of the graph that `if_impl` or `match_impl` has made, without those within them. */
  const madeBy = ({ options, byKey }: Value & { kind: "choice" }, ids: readonly number[]) => {
    if (!byKey) return [];
    // A branch that is equal to another is drawn once; that of the default can be drawn apart.
    const fits = (branch: number) =>
      devicesIn([branch]).some((node) => options.some((option) => makes(option, node) === "yes"));
    const all = nodesOf(ids).filter(
      ({ kind, branches }) => kind === "if" && (branches.length === options.length || branches.every(fits)),
    );
    const inner = reachable(
      byId,
      all.flatMap(({ branches }) => branches),
    );
    return all.filter(({ id }) => !inner.has(id));
  };

  const assignChoice = (value: Value & { kind: "choice" }, ids: readonly number[]) => {
    const { options } = value;
    const choices = madeBy(value, ids);
    const made = new Set(choices.map(({ id }) => id));
    const below = reachable(
      byId,
      choices.flatMap(({ branches }) => branches),
    );
    const rest = ids.filter((id) => !made.has(id) && !below.has(id));
    claim(value.span, value.word, [...made], "made");
    claim(value.span, value.word, rest, "use");
    const taken = choices.length === 0 && decided ? optionTaken(value.condition, graph.keys) : undefined;
    for (const [place, option] of options.entries()) {
      if (taken !== undefined && place !== taken) continue;
      const placed = choices.flatMap(({ branches }) =>
        branches.length === options.length ? (branches[place] ?? []) : fitting(option, branches),
      );
      const devices = devicesIn(rest).filter((node) => makes(option, node) !== "no");
      assign(option, [...new Set([...placed, ...devices.map(({ id }) => id)])]);
    }
  };

  /** What mirage gives to a `main` without devices, so that it does not start before its time. */
  const unitsOf = (own: readonly GraphNode[]) =>
    nodesOf(own.flatMap(({ arguments: given, dependencies }) => [...given, ...dependencies]))
      .filter(({ path }) => path === "Unit")
      .map(({ id }) => id);

  const assignMade = (value: Value & { kind: "made" }, ids: readonly number[]) => {
    const maker = value.path === undefined ? makerOf(value.name) : undefined;
    const { devices, choices } = within(ids);
    const own = devices.filter((node) => makes(value, node) !== "no");
    const isOwn = new Set(own.map(({ id }) => id));
    const between = choices.filter(({ id }) => devicesIn([id]).some((node) => isOwn.has(node.id)));
    const roots = [...between, ...own].map(({ id }) => id);
    claim(value.span, value.word, roots, "made");
    const below = belowOf(roots);
    if (maker) {
      const inner = below.filter((id) => devicesIn([id]).some(({ path }) => isOneOf(path, maker.inner)));
      claim(value.span, value.word, inner, "inside");
    }
    if (value.path === undefined) claim(value.span, value.word, below, "below");
    else claim(value.span, value.word, unitsOf(own), "inside");
    if (maker?.direct) assignArguments(value.arguments, own);
    else for (const argument of value.arguments) assign(argument, search(argument, roots));
    for (const argument of value.labelled) assign(argument, search(argument, roots));
  };

  for (const { word, span, jobs, services } of registered) {
    const root = byId.get(graph.root ?? Number.NaN);
    if (!root) continue;
    const started = graph.nodes.filter(({ kind }) => kind === "service").map(({ id }) => id);
    const applications = graph.nodes.filter(({ kind }) => kind === "application").map(({ id }) => id);
    claim(word, word, [root.id, ...started.filter((id) => id !== root.id)], "inside");
    claim(span, word, applications, "use");
    for (const job of jobs) {
      const ids = [...root.dependencies, ...root.arguments];
      const fit = fitting(job, ids);
      assign(job, fit.length > 0 ? fit : jobs.length === 1 ? applications : []);
    }
    for (const service of services) assign(service, search(service, [root.id]));
  }
  return claims;
}

type Fit = "yes" | "no" | "maybe";

/** Whether a value's own device can be a node; remembers, for config.ml can name a value many times. */
function fitter(): (value: Value, node: GraphNode) => Fit {
  const known = new Map<Value, Map<string, Fit>>();
  const fit = (value: Value, path: string, depth: number): Fit => {
    const inner = bare(value);
    const answers = known.get(inner) ?? new Map<string, Fit>();
    known.set(inner, answers);
    const before = answers.get(path);
    if (before !== undefined) return before;
    const answer = depth > deepest ? "maybe" : fitAnew(inner, path, depth + 1);
    answers.set(path, answer);
    return answer;
  };
  const fitAnew = (value: Exclude<Value, { kind: "use" }>, path: string, depth: number): Fit => {
    switch (value.kind) {
      case "made": {
        if (value.path !== undefined) return value.path === path ? "yes" : "no";
        const maker = makerOf(value.name);
        if (!maker) return "maybe";
        return isOneOf(path, maker.roots) ? "yes" : "no";
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
