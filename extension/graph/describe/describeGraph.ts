import { diffGraphs, type GraphChange, type DiffNode } from "../compare/diffGraphs.ts";
import { nodesById, reachable } from "../edges.ts";
import type { GraphConfiguration, FunctorGraph, GraphNode } from "../model.ts";
import { moduleCount, joinList, commonName } from "./moduleNames.ts";
import { t } from "../../protocol/l10n.ts";

/** Descriptions of mirage's options, used after the target and "with". */
const optionDescriptions: Readonly<Record<string, string>> = {
  "--net=host": t("sockets"),
  "--net=socket": t("sockets"),
  "--net=ocaml": t("the OCaml network stack"),
  "--net=direct": t("the OCaml network stack"),
  "--no-dhcp": t("a fixed address"),
  "--no-dhcp=true": t("a fixed address"),
  "--utcp": "µTCP",
  "--utcp=true": "µTCP",
};

/** Describes a configuration: `hvt`, `unix with sockets`, `unix with --net2=host, all choices`. */
export function describeConfiguration({ target, options, evaluate }: GraphConfiguration): string {
  const known = options.map((option) =>
    Object.hasOwn(optionDescriptions, option) ? (optionDescriptions[option] ?? option) : option,
  );
  const withOptions = known.length > 0 ? t("{0} with {1}", target, joinList(known)) : target;
  return evaluate ? withOptions : t("{0}, all choices", withOptions);
}

/** Describes a graph in sentences. */
export function describeGraph(graph: FunctorGraph, configuration?: GraphConfiguration): readonly string[] {
  const { nodes } = graph;
  if (nodes.length === 0) return [t("The graph is empty.")];
  const name = graph.name === "" ? t("The unikernel") : graph.name;
  const subject = configuration ? t("{0} for {1}", name, describeConfiguration(configuration)) : name;
  const services = nodes.filter(({ kind }) => kind === "service").length;
  const choices = nodes.filter(({ kind }) => kind === "if");
  const own = nodes.filter(({ kind }) => kind !== "service" && isModule(kind)).length;
  const count = moduleCount(own + services);
  if (own === 0) return [t("{0} consists of {1} and has no application.", subject, count)];
  return [
    services > 0
      ? t("{0} consists of {1}, including {2}.", subject, count, serviceCount(services))
      : t("{0} consists of {1}.", subject, count),
    ...describeApplications(graph),
    ...(choices.length > 0
      ? [
          choices.length === 1
            ? t("1 choice depends on {0}.", describeKeys(choices))
            : t("{0} choices depend on {1}.", choices.length, describeKeys(choices)),
        ]
      : []),
  ];
}

function describeKeys(choices: readonly GraphNode[]): string {
  const keys = new Set(choices.flatMap(({ keys: names }) => names));
  const names = joinList([...keys].toSorted());
  if (keys.size === 0) return t("keys");
  return keys.size === 1 ? t("the key {0}", names) : t("the keys {0}", names);
}

function isModule(kind: GraphNode["kind"]): boolean {
  return kind !== "if" && kind !== "apply";
}

function serviceCount(count: number): string {
  return count === 1 ? t("1 runtime service") : t("{0} runtime services", count);
}

function describeApplications(graph: FunctorGraph): readonly string[] {
  const byId = nodesById(graph);
  return graph.nodes
    .filter(({ kind }) => kind === "application")
    .map((application) => {
      const { path, arguments: args } = application;
      if (args.length === 0) return t("{0} takes no devices.", path);
      const names = args.map((id) => argumentName(byId.get(id)));
      const below = reachable(byId, args);
      const modules = [...below].filter((id) => isModule(byId.get(id)?.kind ?? "if")).length;
      const counts = new Map<string, number>();
      for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
      const devices = joinList([...counts].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)));
      if (modules <= args.length) return t("{0} is applied to {1}.", path, devices);
      return t(
        "{0} is applied to {1}, together {2} with their dependencies.",
        path,
        devices,
        moduleCount(modules),
      );
    });
}

function argumentName(node: GraphNode | undefined): string {
  if (!node) return t("a node missing from the graph");
  if (node.kind === "if") return t("a choice by {0}", joinList([...node.keys]));
  return node.kind === "apply" ? t("a chosen functor") : commonName(node.path);
}

/**
 * Describes in sentences which modules `after` adds to `before` and which it removes:
 * `hvt instead of unix with sockets adds 12 modules: Ethernet, ARP, …`. `names` are those of the two
 * configurations, such as {@link describeConfiguration} returns.
 */
export function describeComparison(
  before: FunctorGraph,
  after: FunctorGraph,
  names: { readonly before: string; readonly after: string },
  diff: readonly DiffNode[] = diffGraphs(before, after),
): readonly string[] {
  const of = (change: GraphChange) => diff.filter((node) => node.change === change);
  const [added, removed, changed, same] = [of("added"), of("removed"), of("changed"), of("same")];
  const instead = t("{0} instead of {1}", names.after, names.before);
  if (added.length + removed.length + changed.length === 0) {
    return [t("{0} changes nothing: both consist of the same {1}.", instead, moduleCount(modulesIn(same)))];
  }
  const sentences = [
    added.length > 0 ? t("adds {0}", changeList(added)) : "",
    removed.length > 0 ? t("removes {0}", changeList(removed)) : "",
  ].filter((part) => part !== "");
  const [first, ...rest] = sentences;
  const others = changed.map((node) => titleOf(node.after ?? node.before));
  return [
    first === undefined ? t("{0} neither adds nor removes modules.", instead) : `${instead} ${first}.`,
    ...rest.map((sentence) => t("It {0}.", sentence)),
    ...(others.length > 0
      ? [
          others.length === 1
            ? t("{0} uses different modules.", joinList(others))
            : t("{0} use different modules.", joinList(others)),
        ]
      : []),
    modulesIn(same) === 1 ? t("1 module is unchanged.") : t("{0} modules are unchanged.", modulesIn(same)),
  ];
}

function modulesIn(nodes: readonly DiffNode[]): number {
  return nodes.filter(({ before, after }) => isModule((after ?? before)?.kind ?? "if")).length;
}

function changeList(nodes: readonly DiffNode[]): string {
  const shown = nodes.flatMap(({ before, after }) => after ?? before ?? []);
  const modules = shown.filter(({ kind }) => isModule(kind));
  const choices = shown.length - modules.length;
  const names = joinList(modules.map(({ path }) => commonName(path)));
  const list = modules.length > 0 ? `${moduleCount(modules.length)}: ${names}` : "";
  const more = choices === 0 ? "" : choices === 1 ? t("1 choice") : t("{0} choices", choices);
  return list === "" || more === "" ? list + more : t("{0} and {1}", more, list);
}

function titleOf(node: GraphNode | undefined): string {
  if (!node) return "";
  if (node.kind === "if") return t("a choice by {0}", joinList([...node.keys]));
  return node.kind === "apply"
    ? t("a chosen functor")
    : node.kind === "application"
      ? node.path
      : commonName(node.path);
}
