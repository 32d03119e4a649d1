import {
  union,
  boolean,
  array,
  absent,
  number,
  object,
  string,
  literal,
  type Validated,
  type Validator,
} from "./validators.ts";

export const nodeKinds = ["application", "functor", "module", "service", "if", "apply"] as const;
const edgeKinds = ["argument", "dependency", "branch", "default", "functor"] as const;

/** How a node or an edge differs from the compared configuration, or from the graph shown before. */
const change = literal("same", "added", "removed", "changed");

const isConfiguration = object({
  target: string,
  /** Arguments of `mirage configure` other than the target, such as `--net=host`. */
  options: array(string),
  /** Whether choices are resolved; if false, the graph contains every branch of each choice. */
  evaluate: boolean,
});
export type ConfigurationView = Validated<typeof isConfiguration>;

/** What the configuration is compared with. */
const isComparisonTarget = union(
  object({ kind: literal("nothing") }),
  object({ kind: literal("configuration"), configuration: isConfiguration }),
  /** The same configuration, evaluated with the last committed config.ml. */
  object({ kind: literal("committed") }),
  /** The configuration that differs most; the content that follows names it as a `configuration`. */
  object({ kind: literal("mostDifferent") }),
);
export type ComparisonTarget = Validated<typeof isComparisonTarget>;

const isNode = object({
  /** Identifies the node in this and later graphs of the panel: the same node keeps its key. */
  key: string,
  kind: literal(...nodeKinds),
  /** Module path; for an `if`, the names of its keys. */
  title: string,
  /** Name of the value in generated code, without its number suffix. */
  instance: string,
  keys: array(string),
  change,
  /** What changed, in sentences; empty if nothing did. */
  changeDescription: string,
});
export type NodeView = Validated<typeof isNode>;

const isEdge = object({
  from: string,
  to: string,
  kind: literal(...edgeKinds),
  /** Index among the edges that leave `from`, starting at 0. */
  order: number,
  change,
});
export type EdgeView = Validated<typeof isEdge>;

const isGraph = object({ nodes: array(isNode), edges: array(isEdge) });
export type GraphView = Validated<typeof isGraph>;

/** An option that config.ml declares, shown as a control of the panel. */
const isOption = object({
  /** Including its dashes: `--net`. */
  name: string,
  documentation: string,
  /** A flag is present or absent; a choice is one of `values`; any other option is a text field. */
  kind: literal("flag", "choice", "text"),
  values: array(string),
  /** The default value as the help prints it; empty if it prints none. */
  initial: string,
});
export type OptionView = Validated<typeof isOption>;

const isBanner = object({
  text: string,
  /** Further text, shown on request; empty if there is none. */
  detail: string,
  severity: literal("error", "warning", "info"),
  /** Labels of buttons; clicking one sends `bannerAction` with its index. */
  actions: array(string),
});
export type BannerView = Validated<typeof isBanner>;

const isPanelContent = object({
  kind: literal("content"),
  /** Increases by one with each message of this kind. */
  generation: number,
  /** Path of config.ml. The page stores it, so that the panel can be restored after a reload. */
  unikernel: string,
  /** Name of the unikernel. */
  name: string,
  /** Its folder. */
  folder: string,
  targets: array(object({ name: string, note: string })),
  options: array(isOption),
  configuration: isConfiguration,
  other: isComparisonTarget,
  /** The configuration that the project is configured for; undefined if it is not configured. */
  current: union(isConfiguration, absent),
  graph: union(isGraph, absent),
  /** Describes the graph or the result of the comparison. */
  sentences: array(string),
  banner: union(isBanner, absent),
});
export type GraphPanelContent = Validated<typeof isPanelContent>;

/** Messages from the extension to the page. */
export const isToGraphPage = union(
  isPanelContent,
  /** An evaluation has started or ended; the page continues to show the last graph. */
  object({ kind: literal("busy"), on: boolean, description: string }),
  /** The cursor of the editor is in the source of this node; undefined if it is in no node's source. */
  object({ kind: literal("highlight"), key: union(string, absent) }),
  /** Selects the node and scrolls it into view. */
  object({ kind: literal("reveal"), key: string }),
);
export type ToGraphPage = Validated<typeof isToGraphPage>;

export const isNodeDetails = object({
  /** Opam packages of the device with their version bounds, such as `ethernet (>= 3.0.0)`. */
  packages: array(string),
  /** Arguments of `connect` in the generated code. */
  connect: array(string),
  /** Source locations of the node; opening one sends `open` with its index. */
  sources: array(object({ label: string, location: string })),
});
export type NodeDetails = Validated<typeof isNodeDetails>;

/** Accepts bytes, which VS Code passes to a page as such. */
export const isBytes: Validator<Uint8Array<ArrayBuffer>> = (value): value is Uint8Array<ArrayBuffer> =>
  value instanceof Uint8Array;

export const exportFormats = ["svg", "png", "dot", "mermaid", "json", "markdown"] as const;

/** Messages from the page to the extension. */
export const isFromGraphPage = union(
  /** Requests a graph, which `content` delivers. Without a configuration, that of commands is used. */
  object({
    kind: literal("showGraph"),
    configuration: union(isConfiguration, absent),
    other: isComparisonTarget,
  }),
  /** The user opened the list of targets: evaluates them all, so that selecting one is fast. */
  object({ kind: literal("evaluateTargets") }),
  /** Cancels the evaluation that `busy` reported. */
  object({ kind: literal("cancel") }),
  /** The response is the WebAssembly code of Graphviz, a `Uint8Array`. */
  object({ kind: literal("graphviz") }),
  /** The response is a `NodeDetails`. */
  object({ kind: literal("details"), key: string }),
  /** Opens one of the node's sources; without an index, the first one or the one that the user picks. */
  object({ kind: literal("open"), key: string, index: union(number, absent) }),
  object({ kind: literal("configure"), configuration: isConfiguration }),
  object({ kind: literal("bannerAction"), index: number }),
  /**
   * `data` is the drawing for svg (text) and png (base64), and empty for formats that the extension
   * writes itself. The response is a message for the user, empty if the user cancelled.
   */
  object({ kind: literal("export"), format: literal(...exportFormats), data: string }),
);
export type FromGraphPage = Validated<typeof isFromGraphPage>;

/** State that VS Code stores for the panel and that its page restores after a reload. */
export const isGraphPageState = object({
  /** Path of config.ml. */
  unikernel: string,
  configuration: union(isConfiguration, absent),
  other: isComparisonTarget,
  selected: union(string, absent),
  focus: union(string, absent),
  /** Which neighbours of the focused node are shown. */
  focusShows: literal("arguments", "below", "users"),
  collapsed: array(string),
  /** Whether runtime services are left out, except those that have changed. */
  hideServices: boolean,
  /** Whether the legend is folded away. */
  hideLegend: boolean,
  asTree: boolean,
  /** Whether the pane with the details of the selected node is open. */
  details: union(boolean, absent),
  /** Position and scale of the drawing; undefined fits it into the panel. */
  view: union(object({ x: number, y: number, scale: number }), absent),
});
export type GraphPageState = Validated<typeof isGraphPageState>;
