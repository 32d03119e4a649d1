import { diffGraphs, type Change, type DiffNode } from "./diff.ts";
import { nodesById, reachable } from "./edges.ts";
import type { Configuration, FunctorGraph, GraphNode } from "./model.ts";
import { counted, listed, plainName } from "./names.ts";

/** What options of mirage mean, said after the target. */
const optionWords: Readonly<Record<string, string>> = {
  "--net=host": "sockets",
  "--net=socket": "sockets",
  "--net=ocaml": "the OCaml network stack",
  "--net=direct": "the OCaml network stack",
  "--no-dhcp": "a fixed address",
  "--no-dhcp=true": "a fixed address",
  "--utcp": "µTCP",
  "--utcp=true": "µTCP",
};

/** A configuration in a few words: `hvt`, `unix with sockets`, `unix with --net2=host, with all choices`. */
export function configurationWords({ target, options, evaluate }: Configuration): string {
  const known = options.map((option) =>
    Object.hasOwn(optionWords, option) ? (optionWords[option] ?? option) : option,
  );
  const withOptions = known.length > 0 ? `${target} with ${listed(known)}` : target;
  return evaluate ? withOptions : `${withOptions}, all choices`;
}

/** What a graph is, a sentence each. */
export function graphWords(graph: FunctorGraph, configuration?: Configuration): readonly string[] {
  const { nodes } = graph;
  if (nodes.length === 0) return ["The graph is empty."];
  const name = graph.name === "" ? "The unikernel" : graph.name;
  const where = configuration ? ` for ${configurationWords(configuration)}` : "";
  const services = nodes.filter(({ kind }) => kind === "service").length;
  const choices = nodes.filter(({ kind }) => kind === "if");
  const own = nodes.filter(({ kind }) => kind !== "service" && isModule(kind)).length;
  const made = `${name}${where} is made of ${counted(own + services, "module")}`;
  if (own === 0) return [`${made}, which start no application.`];
  const parts = services > 0 ? `${made}, ${services} of them started around the application` : made;
  return [
    `${parts}.`,
    ...applicationWords(graph),
    ...(choices.length > 0
      ? [
          `${counted(choices.length, "choice")} ${choices.length === 1 ? "depends" : "depend"} on ${keyWords(choices)}.`,
        ]
      : []),
  ];
}

function keyWords(choices: readonly GraphNode[]): string {
  const keys = new Set(choices.flatMap(({ keys: names }) => names));
  return keys.size === 0 ? "keys" : `the ${keys.size === 1 ? "key" : "keys"} ${listed([...keys].toSorted())}`;
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
      if (args.length === 0) return `${path} takes no devices.`;
      const names = args.map((id) => argumentName(byId.get(id)));
      const below = reachable(byId, args);
      const modules = [...below].filter((id) => isModule(byId.get(id)?.kind ?? "if")).length;
      const beneath = modules > args.length ? ` With what these need, ${counted(modules, "module")}.` : "";
      return `${path} is applied to ${listed(names)}.${beneath}`;
    });
}

function argumentName(node: GraphNode | undefined): string {
  if (!node) return "something that is not in the graph";
  if (node.kind === "if") return `a choice by ${listed([...node.keys])}`;
  return node.kind === "apply" ? "a functor that is chosen" : plainName(node.path);
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
  const instead = `${names.after} instead of ${names.before}`;
  if (added.length + removed.length + changed.length === 0) {
    return [`${instead} changes nothing: both have the same ${counted(modulesIn(same), "module")}.`];
  }
  const sentences = [
    added.length > 0 ? `adds ${changeList(added)}` : "",
    removed.length > 0 ? `removes ${changeList(removed)}` : "",
  ].filter((part) => part !== "");
  const [first, ...rest] = sentences;
  const others = changed.map((node) => titleOf(node.after ?? node.before));
  return [
    first === undefined ? `${instead} adds and removes no module.` : `${instead} ${first}.`,
    ...rest.map((sentence) => `It ${sentence}.`),
    ...(others.length > 0
      ? [`What ${listed(others)} ${others.length === 1 ? "uses" : "use"} is different.`]
      : []),
    `${counted(modulesIn(same), "module is", "modules are")} the same.`,
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
  const list = modules.length > 0 ? `${counted(modules.length, "module")}: ${names}` : "";
  const more = choices > 0 ? counted(choices, "choice") : "";
  return list === "" || more === "" ? list + more : `${more} and ${list}`;
}

function titleOf(node: GraphNode | undefined): string {
  if (!node) return "";
  if (node.kind === "if") return `a choice by ${listed([...node.keys])}`;
  return node.kind === "apply"
    ? "a functor that is chosen"
    : node.kind === "application"
      ? node.path
      : plainName(node.path);
}
