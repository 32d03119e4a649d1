import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDescription } from "../../extension/graph/dot.ts";
import type { FunctorGraph } from "../../extension/graph/model.ts";
import { graphView } from "../../extension/graph/view.ts";
import { root } from "../../scripts/programs.ts";
import {
  isFromGraph,
  type Details,
  type EdgeView,
  type FromGraph,
  type GraphView,
  type NodeView,
  type Picture,
  type ToGraph,
} from "../../webviews/graph/messages.ts";
import { openChannel } from "../../webviews/kit/channel.ts";
import type { View } from "./view.ts";

const recordings = join(root, "test-workspace", "recordings");
const files = {
  hello: "mirage-4.11.1/skeleton/tutorial/hello/hvt/describe-dot-eval.stdout",
  network: "mirage-4.11.1/skeleton/device-usage/network/hvt/describe-dot-eval.stdout",
  networkHost: "mirage-4.11.1/skeleton/device-usage/network/unix+net=host/describe-dot-eval.stdout",
  branches: "mirage-4.11.1/skeleton/applications/static_website_tls/unix/describe-dot-no-eval.stdout",
} as const;

/** What mirage described for a project of mirage-skeleton. */
export function recorded(name: keyof typeof files): FunctorGraph {
  const { graph } = parseDescription(readFileSync(join(recordings, files[name]), "utf8"));
  if (!graph) throw new Error(`${files[name]} holds no graph.`);
  return graph;
}

/** The drawing of a recording, nothing compared. */
export function recordedView(name: keyof typeof files): GraphView {
  return graphView(recorded(name)).view;
}

export function node(key: string, change: Partial<NodeView> = {}): NodeView {
  return {
    key,
    kind: "functor",
    title: key,
    instance: key.toLowerCase(),
    keys: [],
    change: "same",
    changeWords: "",
    ...change,
  };
}

export function edge(from: string, to: string, order = 0, change: Partial<EdgeView> = {}): EdgeView {
  return { from, to, kind: "argument", order, change: "same", ...change };
}

/** A graph as functors make them: an application, each node with a few arguments, some of them shared. */
export function madeUp(size: number): GraphView {
  let seed = 7;
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const nodes = Array.from({ length: size }, (_, index) =>
    node(`n${index}`, {
      kind: index === 0 ? "application" : index % 3 === 0 ? "module" : "functor",
      title: index === 0 ? "Unikernel.Main" : `Library_${index % 40}.Device_${index}.Make`,
    }),
  );
  const edges: EdgeView[] = [];
  for (let index = 1; index < size; index++) {
    const user = Math.max(0, index - 1 - Math.floor(random() * 24));
    edges.push(edge(`n${user}`, `n${index}`, edges.length));
    const shared = Math.min(size - 1, index + 1 + Math.floor(random() * 30));
    if (random() < 0.35 && shared > index) edges.push(edge(`n${index}`, `n${shared}`, edges.length));
  }
  return { nodes, edges };
}

export function pictureOf(graph: GraphView | undefined, change: Partial<Picture> = {}): Picture {
  return {
    kind: "picture",
    generation: 1,
    unikernel: "/w/network/config.ml",
    name: "network",
    place: "device-usage/network",
    targets: ["unix", "hvt", "spt", "xen", "virtio"].map((name) => ({ name, note: "" })),
    options: [
      {
        name: "--net",
        documentation: "Use host, ocaml or direct.",
        kind: "choice",
        values: ["host", "ocaml"],
        initial: "",
      },
      { name: "--no-dhcp", documentation: "Use static addresses.", kind: "flag", values: [], initial: "" },
      { name: "--utcp", documentation: "Use the other TCP.", kind: "flag", values: [], initial: "" },
    ],
    configuration: { target: "hvt", options: [], evaluate: true },
    other: { kind: "nothing" },
    current: { target: "hvt", options: [], evaluate: true },
    graph,
    words: [],
    banner: undefined,
    ...change,
  };
}

/** The extension's side of a panel in a test. */
export interface GraphHost {
  /** What the panel sent, as messages. */
  readonly asked: FromGraph[];
  readonly tell: (message: ToGraph) => void;
  /** Settles when the panel has sent such a message, or at once when it had. */
  readonly heard: <K extends FromGraph["kind"]>(
    kind: K,
    count?: number,
  ) => Promise<Extract<FromGraph, { kind: K }>>;
  readonly dispose: () => void;
}

export const someDetails: Details = {
  packages: ["tcpip (>= 9.0.0 & < 10.0.0)", "ethernet (>= 3.0.0)"],
  connect: ["~no_init:(Key.no_init ())", "ethernet"],
  places: [
    { label: "config.ml", place: "config.ml:12" },
    {
      label: "Tcpip_stack_direct.MakeV4V6",
      place: "duniverse/mirage-tcpip/src/stack-direct/tcpip_stack_direct.ml:210",
    },
  ],
};

/** Listens to a panel from its first message on, also those it sent before. */
export function graphHost(view: View, details: Details = someDetails): GraphHost {
  const asked: FromGraph[] = [];
  const waiting = new Set<() => void>();
  const before = [...view.sent];
  const channel = openChannel<ToGraph, FromGraph>(
    {
      post: (message) => void view.post(message).catch(() => {}),
      onMessage: (listener) => {
        queueMicrotask(() => before.forEach(listener));
        return view.onSent(listener);
      },
    },
    {
      incoming: isFromGraph,
      handle: (message) => {
        asked.push(message);
        for (const check of waiting) check();
        if (message.kind === "details") return details;
        return message.kind === "export" ? `Saved as ${message.format}.` : undefined;
      },
      onStray: (reason) => {
        throw new Error(reason);
      },
    },
  );
  return {
    asked,
    tell: channel.tell,
    heard: (kind, count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = asked.filter(
            (each): each is Extract<FromGraph, { kind: typeof kind }> => each.kind === kind,
          );
          const wanted = found[count - 1];
          if (wanted === undefined) return;
          waiting.delete(check);
          resolve(wanted);
        };
        waiting.add(check);
        check();
      }),
    dispose: channel.dispose,
  };
}
