import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDescription } from "../../extension/graph/dot/parseDescription.ts";
import type { FunctorGraph } from "../../extension/graph/model.ts";
import { graphView } from "../../extension/graph/graphView.ts";
import { root } from "../../scripts/programs.ts";
import {
  isFromGraphPage,
  type NodeDetails,
  type EdgeView,
  type FromGraphPage,
  type GraphView,
  type NodeView,
  type GraphPanelContent,
  type ToGraphPage,
} from "../../extension/protocol/graph.ts";
import { openChannel } from "../../extension/protocol/channel.ts";
import type { View } from "./view.ts";

const recordings = join(root, "test-workspace", "recordings");
const files = {
  hello: "mirage-4.11.1/skeleton/tutorial/hello/hvt/describe-dot-eval.stdout",
  network: "mirage-4.11.1/skeleton/device-usage/network/hvt/describe-dot-eval.stdout",
  networkHost: "mirage-4.11.1/skeleton/device-usage/network/unix+net=host/describe-dot-eval.stdout",
  branches: "mirage-4.11.1/skeleton/applications/static_website_tls/unix/describe-dot-no-eval.stdout",
} as const;

/** Reads the graph that mirage printed for a project of mirage-skeleton. */
export function recorded(name: keyof typeof files): FunctorGraph {
  const { graph } = parseDescription(readFileSync(join(recordings, files[name]), "utf8"));
  if (!graph) throw new Error(`${files[name]} contains no graph.`);
  return graph;
}

/** Returns the view of a recorded graph, without a comparison. */
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
    changeDescription: "",
    ...change,
  };
}

export function edge(from: string, to: string, order = 0, change: Partial<EdgeView> = {}): EdgeView {
  return { from, to, kind: "argument", order, change: "same", ...change };
}

/** Generates a functor graph with an application and nodes that have a few arguments, some of them shared. */
export function generatedView(size: number): GraphView {
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

export function panelContent(
  graph: GraphView | undefined,
  change: Partial<GraphPanelContent> = {},
): GraphPanelContent {
  return {
    kind: "content",
    generation: 1,
    unikernel: "/w/network/config.ml",
    name: "network",
    folder: "device-usage/network",
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
    sentences: [],
    banner: undefined,
    ...change,
  };
}

/** The extension's side of a panel in a test. */
export interface GraphHost {
  /** The messages that the page sent. */
  readonly received: FromGraphPage[];
  readonly send: (message: ToGraphPage) => void;
  /** Resolves with the `count`th message of a kind, as soon as the page has sent it. */
  readonly waitFor: <K extends FromGraphPage["kind"]>(
    kind: K,
    count?: number,
  ) => Promise<Extract<FromGraphPage, { kind: K }>>;
  readonly dispose: () => void;
}

const someDetails: NodeDetails = {
  packages: ["tcpip (>= 9.0.0 & < 10.0.0)", "ethernet (>= 3.0.0)"],
  connect: ["~no_init:(Key.no_init ())", "ethernet"],
  sources: [
    { label: "config.ml", location: "config.ml:12" },
    {
      label: "Tcpip_stack_direct.MakeV4V6",
      location: "duniverse/mirage-tcpip/src/stack-direct/tcpip_stack_direct.ml:210",
    },
  ],
};

/** Connects to a page. Also handles the messages that it sent before. */
export function graphHost(view: View, details: NodeDetails = someDetails): GraphHost {
  const received: FromGraphPage[] = [];
  const pendingChecks = new Set<() => void>();
  const earlierMessages = [...view.sent];
  const channel = openChannel<ToGraphPage, FromGraphPage>(
    {
      post: (message) => void view.post(message).catch(() => {}),
      onMessage: (listener) => {
        queueMicrotask(() => earlierMessages.forEach(listener));
        return view.onSent(listener);
      },
    },
    {
      incoming: isFromGraphPage,
      handle: (message) => {
        received.push(message);
        for (const check of pendingChecks) check();
        if (message.kind === "details") return details;
        return message.kind === "export" ? `Saved as ${message.format}.` : undefined;
      },
      onError: (reason) => {
        throw new Error(reason);
      },
    },
  );
  return {
    received,
    send: channel.notify,
    waitFor: (kind, count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = received.filter(
            (each): each is Extract<FromGraphPage, { kind: typeof kind }> => each.kind === kind,
          );
          const message = found[count - 1];
          if (message === undefined) return;
          pendingChecks.delete(check);
          resolve(message);
        };
        pendingChecks.add(check);
        check();
      }),
    dispose: channel.dispose,
  };
}
