import { diffGraphs, type Change, type DiffNode } from "./diff.ts";
import { nodesById, reachable } from "./edges.ts";
import type { Configuration, FunctorGraph, GraphNode } from "./model.ts";
import { countedModules, listed, plainName } from "./names.ts";
import { t } from "../platform/l10n.ts";

/** What options of mirage mean, said after the target. */
const optionWords: Readonly<Record<string, string>> = {
  "--net=host": t("sockets"),
  "--net=socket": t("sockets"),
  "--net=ocaml": t("the OCaml network stack"),
  "--net=direct": t("the OCaml network stack"),
  "--no-dhcp": t("a fixed address"),
  "--no-dhcp=true": t("a fixed address"),
  "--utcp": "µTCP",
  "--utcp=true": "µTCP",
};

/** A configuration in a few words: `hvt`, `unix with sockets`, `unix with --net2=host, with all choices`. */
export function configurationWords({ target, options, evaluate }: Configuration): string {
  const known = options.map((option) =>
    Object.hasOwn(optionWords, option) ? (optionWords[option] ?? option) : option,
  );
  const withOptions = known.length > 0 ? t("{0} with {1}", target, listed(known)) : target;
  return evaluate ? withOptions : t("{0}, all choices", withOptions);
}

/** What a graph is, a sentence each. */
export function graphWords(graph: FunctorGraph, configuration?: Configuration): readonly string[] {
  const { nodes } = graph;
  if (nodes.length === 0) return [t("The graph is empty.")];
  const name = graph.name === "" ? t("The unikernel") : graph.name;
  const subject = configuration ? t("{0} for {1}", name, configurationWords(configuration)) : name;
  const services = nodes.filter(({ kind }) => kind === "service").length;
  const choices = nodes.filter(({ kind }) => kind === "if");
  const own = nodes.filter(({ kind }) => kind !== "service" && isModule(kind)).length;
  const count = countedModules(own + services);
  if (own === 0) return [t("{0} is made of {1}, which start no application.", subject, count)];
  return [
    services > 0
      ? t("{0} is made of {1}, {2} of them started around the application.", subject, count, services)
      : t("{0} is made of {1}.", subject, count),
    ...applicationWords(graph),
    ...(choices.length > 0
      ? [
          choices.length === 1
            ? t("1 choice depends on {0}.", keyWords(choices))
            : t("{0} choices depend on {1}.", choices.length, keyWords(choices)),
        ]
      : []),
  ];
}

function keyWords(choices: readonly GraphNode[]): string {
  const keys = new Set(choices.flatMap(({ keys: names }) => names));
  const names = listed([...keys].toSorted());
  if (keys.size === 0) return t("keys");
  return keys.size === 1 ? t("the key {0}", names) : t("the keys {0}", names);
}

function isModule(kind: GraphNode["kind"]): boolean {
  return kind !== "if" && kind !== "apply";
}

function applicationWords(graph: FunctorGraph): readonly string[] {
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
      const given = [...counts].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name));
      const applied = t("{0} is applied to {1}.", path, listed(given));
      if (modules <= args.length) return applied;
      return `${applied} ${t("With what these need, {0}.", countedModules(modules))}`;
    });
}

function argumentName(node: GraphNode | undefined): string {
  if (!node) return t("something that is not in the graph");
  if (node.kind === "if") return t("a choice by {0}", listed([...node.keys]));
  return node.kind === "apply" ? t("a functor that is chosen") : plainName(node.path);
}

/**
 * What `after` has that `before` has not, and the other way round, a sentence each:
 * `hvt instead of unix with sockets adds 12 modules: Ethernet, ARP, …`. The names are those of the
 * two configurations, such as {@link configurationWords} gives.
 */
export function comparisonWords(
  before: FunctorGraph,
  after: FunctorGraph,
  names: { readonly before: string; readonly after: string },
  diff: readonly DiffNode[] = diffGraphs(before, after),
): readonly string[] {
  const of = (change: Change) => diff.filter((node) => node.change === change);
  const [added, removed, changed, same] = [of("added"), of("removed"), of("changed"), of("same")];
  const instead = t("{0} instead of {1}", names.after, names.before);
  if (added.length + removed.length + changed.length === 0) {
    return [t("{0} changes nothing: both have the same {1}.", instead, countedModules(modulesIn(same)))];
  }
  const sentences = [
    added.length > 0 ? t("adds {0}", changeList(added)) : "",
    removed.length > 0 ? t("removes {0}", changeList(removed)) : "",
  ].filter((part) => part !== "");
  const [first, ...rest] = sentences;
  const others = changed.map((node) => titleOf(node.after ?? node.before));
  return [
    first === undefined ? t("{0} adds and removes no module.", instead) : `${instead} ${first}.`,
    ...rest.map((sentence) => t("It {0}.", sentence)),
    ...(others.length > 0
      ? [
          others.length === 1
            ? t("What {0} uses is different.", listed(others))
            : t("What {0} use is different.", listed(others)),
        ]
      : []),
    modulesIn(same) === 1 ? t("1 module is the same.") : t("{0} modules are the same.", modulesIn(same)),
  ];
}

function modulesIn(nodes: readonly DiffNode[]): number {
  return nodes.filter(({ before, after }) => isModule((after ?? before)?.kind ?? "if")).length;
}

function changeList(nodes: readonly DiffNode[]): string {
  const shown = nodes.flatMap(({ before, after }) => after ?? before ?? []);
  const modules = shown.filter(({ kind }) => isModule(kind));
  const choices = shown.length - modules.length;
  const names = listed(modules.map(({ path }) => plainName(path)));
  const list = modules.length > 0 ? `${countedModules(modules.length)}: ${names}` : "";
  const more = choices === 0 ? "" : choices === 1 ? t("1 choice") : t("{0} choices", choices);
  return list === "" || more === "" ? list + more : t("{0} and {1}", more, list);
}

function titleOf(node: GraphNode | undefined): string {
  if (!node) return "";
  if (node.kind === "if") return t("a choice by {0}", listed([...node.keys]));
  return node.kind === "apply"
    ? t("a functor that is chosen")
    : node.kind === "application"
      ? node.path
      : plainName(node.path);
}
