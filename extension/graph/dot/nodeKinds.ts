import { edgesOf, reachable } from "../edges.ts";
import type { FunctorGraph, GraphNode, NodeKind } from "../model.ts";

/** A node as DOT describes it, before its kind is determined. */
export type BareNode = Omit<GraphNode, "kind"> & { readonly form: "device" | "if" | "apply" };

/** Modules that mirage's `register` (lib/mirage.ml, from version 4.4) starts before the unikernel's own jobs. */
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

/** Jobs from mirage itself that a config.ml may pass to `register` in addition to its application. */
const monitoringJob = /^(?:Logs_syslog|Mirage_monitoring|Mirage_syslog)/;

/**
 * Determines root, applications and services. No edge leads to the root. The applications are the jobs of
 * the root that `mains` names, or if there are none, its jobs that do not come from mirage itself.
 * Services are the root and the nodes that no application needs.
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
      : jobs.filter(({ path }) => !startedByRegister.has(path) && !monitoringJob.test(path));
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

/** Functoria prints the root last, so this is the last node to which no edge leads. */
function rootOf(nodes: readonly BareNode[]): number | undefined {
  const used = new Set(nodes.flatMap((node) => edgesOf(node).map(({ to }) => to)));
  return nodes.findLast(({ id }) => !used.has(id))?.id;
}

/** The jobs that the root starts, in order; the branches of a choice count as jobs. */
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
