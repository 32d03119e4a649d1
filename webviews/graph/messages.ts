import { either, flag, list, nothing, number, object, text, word, type Shaped } from "../kit/shape.ts";

export const nodeKinds = ["application", "functor", "module", "service", "if", "apply"] as const;
export const edgeKinds = ["argument", "dependency", "branch", "default", "functor"] as const;

/** How a node or an edge stands to the other configuration, or to the picture before. */
const change = word("same", "added", "removed", "changed");
export type Change = "same" | "added" | "removed" | "changed";

export const isConfiguration = object({
  target: text,
  /** Arguments of `mirage configure` beside the target, such as `--net=host`. */
  options: list(text),
  /** False shows every branch of each choice. */
  evaluate: flag,
});
export type ConfigurationView = Shaped<typeof isConfiguration>;

/** With what the configuration is compared. */
export const isOther = either(
  object({ kind: word("nothing") }),
  object({ kind: word("configuration"), configuration: isConfiguration }),
  /** The same configuration of config.ml as it was committed last. */
  object({ kind: word("committed") }),
);
export type OtherView = Shaped<typeof isOther>;

const isNode = object({
  /** Names the node in this and later pictures of the panel: the same node keeps its key. */
  key: text,
  kind: word(...nodeKinds),
  /** Module path, or the keys of an `if`. */
  title: text,
  /** Name of the value in generated code, without its number. */
  instance: text,
  keys: list(text),
  change,
  /** What changed, in words; empty when nothing did. */
  changeWords: text,
});
export type NodeView = Shaped<typeof isNode>;

const isEdge = object({
  from: text,
  to: text,
  kind: word(...edgeKinds),
  /** Place among the edges that leave `from`, from 0. */
  order: number,
  change,
});
export type EdgeView = Shaped<typeof isEdge>;

export const isGraph = object({ nodes: list(isNode), edges: list(isEdge) });
export type GraphView = Shaped<typeof isGraph>;

/** An option that config.ml declares, for the controls of the panel. */
const isOption = object({
  /** With its dashes: `--net`. */
  name: text,
  documentation: text,
  /** A flag is there or not; a choice is one of `values`; anything else is typed. */
  kind: word("flag", "choice", "text"),
  values: list(text),
  /** As the help prints it; empty when it says none. */
  initial: text,
});
export type OptionView = Shaped<typeof isOption>;

const isBanner = object({
  /** Why the picture is an old one or missing: the error of config.ml, a missing tool, no trust. */
  text,
  /** More of it, shown when asked for; empty when there is none. */
  detail: text,
  severity: word("error", "warning", "info"),
  /** Labels of buttons; pressing one sends `banner` with its index. */
  actions: list(text),
});
export type BannerView = Shaped<typeof isBanner>;

const isPicture = object({
  kind: word("picture"),
  /** Grows by one with each picture. */
  generation: number,
  /** Path of config.ml, which the page keeps so that its panel can be brought back. */
  unikernel: text,
  /** Name of the unikernel, and its folder as shown to the user. */
  name: text,
  place: text,
  targets: list(object({ name: text, note: text })),
  options: list(isOption),
  configuration: isConfiguration,
  other: isOther,
  /** The configuration that the project has now; undefined when it has none. */
  current: either(isConfiguration, nothing),
  graph: either(isGraph, nothing),
  /** What the graph is, or what the comparison found, a sentence each. */
  words: list(text),
  banner: either(isBanner, nothing),
});
export type Picture = Shaped<typeof isPicture>;

/** From the extension. */
export const isToGraph = either(
  isPicture,
  /** Something is being evaluated; the picture stays. */
  object({ kind: word("busy"), on: flag, words: text }),
  /** The cursor of the editor stands in what made this node; undefined when in none. */
  object({ kind: word("mark"), key: either(text, nothing) }),
  /** Selects the node and brings it into view. */
  object({ kind: word("reveal"), key: text }),
  /**
   * Pictures that the user may look for next: laid out while nothing else is to be done, and shown at
   * once when they are asked for, until what is asked then is there.
   */
  object({ kind: word("ahead"), pictures: list(isPicture) }),
);
export type ToGraph = Shaped<typeof isToGraph>;

export const isDetails = object({
  /** Opam packages of the device with their bounds, such as `ethernet (>= 3.0.0)`. */
  packages: list(text),
  /** Values handed to `connect`, as generated code has them. */
  connect: list(text),
  /** Doors into the source; opening one sends `open` with its index. */
  places: list(object({ label: text, place: text })),
});
export type Details = Shaped<typeof isDetails>;

export const exportFormats = ["svg", "png", "dot", "mermaid", "json", "markdown"] as const;

/** From the panel. */
export const isFromGraph = either(
  /** Answered with nothing; pictures follow. Undefined asks for what the project is configured for. */
  object({ kind: word("look"), configuration: either(isConfiguration, nothing), other: isOther }),
  /** Ends the evaluation that `busy` told of. */
  object({ kind: word("cancel") }),
  /** Answered with `Details`. */
  object({ kind: word("details"), key: text }),
  /** Opens a place of the details, or without index the first there is. */
  object({ kind: word("open"), key: text, index: either(number, nothing) }),
  object({ kind: word("configure"), configuration: isConfiguration }),
  object({ kind: word("banner"), index: number }),
  /** `data` is the drawing for svg (text) and png (base64), and empty for what the extension makes itself. Answered with words for the user. */
  object({ kind: word("export"), format: word(...exportFormats), data: text }),
);
export type FromGraph = Shaped<typeof isFromGraph>;

/** What the panel keeps for its next page. */
export const isKept = object({
  /** Path of config.ml. */
  unikernel: text,
  configuration: either(isConfiguration, nothing),
  other: isOther,
  selected: either(text, nothing),
  focus: either(text, nothing),
  /** What the focus shows of its neighbourhood. */
  focusShows: word("arguments", "below", "users"),
  collapsed: list(text),
  hideServices: flag,
  asTree: flag,
  /** The pane beside the drawing, with the details of what is selected. */
  details: either(flag, nothing),
  /** Place and scale of the drawing; undefined fits it into the panel. */
  view: either(object({ x: number, y: number, scale: number }), nothing),
});
export type Kept = Shaped<typeof isKept>;
