import { edgesOf, reachable } from "./edges.ts";
import type { FunctorGraph, GraphNode, NodeKind } from "./model.ts";

/** A node as the drawing has it, before it is known what part it plays. */
export type BareNode = Omit<GraphNode, "kind"> & { readonly form: "device" | "if" | "apply" };

/**
 * What mirage's `register` (lib/mirage.ml) starts before the unikernel's own jobs, of the versions
 * from 4.4 on.
 */
const startedByRegister = new Set([
  "Mirage_runtime",
  "Functoria_runtime",
  "struct end",
  "Cmdliner_stdlib",
  "Mirage_bootvar",
  "Bootvar",
  "Sys",
  "Mirage_logs",
  "Mirage_logs.Make",
  "Mirage_sleep",
  "Mirage_ptime",
  "Mirage_mtime",
  "Mirage_crypto_rng_mirage",
  "Mirage_crypto_rng_mirage.Make",
  "Pclock",
  "Mclock",
  "Unix_os.Time",
  "Solo5_os.Time",
  "Xen_os.Time",
  "OS.Time",
]);

/** Jobs of mirage's own that a config.ml may hand to `register` beside its unikernel. */
const observer = /^(?:Logs_syslog|Mirage_monitoring|Mirage_syslog)/;

/**
 * Tells root, application and services. The root is what nothing points at; the application is
 * what it starts and `mains` names, else what it starts and mirage does not bring itself; services
 * are the root and all that it alone starts.
 */
export function withKinds(
  nodes: readonly BareNode[],
  mains: readonly string[],
): Pick<FunctorGraph, "nodes" | "root" | "application"> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const root = rootOf(nodes);
  const jobs = root === undefined ? [] : jobsOf(byId, root);
  const named = (jobs.length > 0 ? jobs : nodes).filter(({ path }) => mains.includes(path));
  const applications =
    named.length > 0
      ? named
      : jobs.filter(({ path }) => !startedByRegister.has(path) && !observer.test(path));
  const own = reachable(
    byId,
    applications.map(({ id }) => id),
  );
  const services = root === undefined ? new Set<number>() : reachable(byId, [root], ({ id }) => !own.has(id));
  const functors = new Set(nodes.flatMap(({ functor }) => (functor === undefined ? [] : [functor])));
  const applicationIds = new Set(applications.map(({ id }) => id));

  const kindOf = ({ id, form, arguments: args }: BareNode): NodeKind => {
    if (form !== "device") return form;
    if (applicationIds.has(id)) return "application";
    if (services.has(id)) return "service";
    return args.length > 0 || functors.has(id) ? "functor" : "module";
  };
  return {
    nodes: nodes.map((node) => {
      const { form: _, ...rest } = node;
      return { ...rest, kind: kindOf(node) };
    }),
    root,
    application: applications[0]?.id,
  };
}

/** Functoria prints the root last, so of several the last one counts. */
function rootOf(nodes: readonly BareNode[]): number | undefined {
  const used = new Set(nodes.flatMap((node) => edgesOf(node).map(({ to }) => to)));
  return nodes.findLast(({ id }) => !used.has(id))?.id;
}

/** What the root starts, in order; a choice stands for what it chooses from. */
function jobsOf(byId: ReadonlyMap<number, BareNode>, root: number): readonly BareNode[] {
  const found = new Map<number, BareNode>();
  const seen = new Set<number>([root]);
  const open = (byId.get(root)?.dependencies ?? []).concat(byId.get(root)?.arguments ?? []).toReversed();
  while (open.length > 0) {
    const node = byId.get(open.pop() ?? Number.NaN);
    if (!node || seen.has(node.id)) continue;
    seen.add(node.id);
    if (node.form === "if") open.push(...node.branches.toReversed());
    else if (node.form === "apply") open.push(...(node.functor === undefined ? [] : [node.functor]));
    else found.set(node.id, node);
  }
  return [...found.values()];
}
