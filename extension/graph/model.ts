/** The role of a node in a functor graph. */
export type NodeKind =
  /** The user's own functor or module, which config.ml passes to `main`. */
  | "application"
  /** A functor applied to its arguments. */
  | "functor"
  /** A module without arguments. */
  | "module"
  /** Started around the application: logging, clocks, command line, the runtime itself. */
  | "service"
  /** A choice that depends on keys, in graphs whose choices are not resolved. */
  | "if"
  /** Functoria's `$`: the application of an expression that is not a device, such as a choice. */
  | "apply";

export interface GraphNode {
  /** Assigned by the tool in one run; not stable between runs. */
  readonly id: number;
  readonly kind: NodeKind;
  /** Name of the value in generated code without its number, such as `ethernet_make`; empty for `if` and `apply`. */
  readonly instance: string;
  /** OCaml module path such as `Tcpip_stack_direct.MakeV4V6`; empty for `if` and `apply`. */
  readonly path: string;
  /** Names of the keys that the node reads or that its choice depends on. */
  readonly keys: readonly string[];
  /** Ids of the functor's arguments, in order. */
  readonly arguments: readonly number[];
  /** Ids of nodes that must be connected first but are not arguments. */
  readonly dependencies: readonly number[];
  /** Ids of the branches of an `if`, in order. */
  readonly branches: readonly number[];
  /** Id of the default branch of an `if`. */
  readonly defaultBranch: number | undefined;
  /** Id of the functor of an `apply`. */
  readonly functor: number | undefined;
}

export interface KeyValue {
  readonly name: string;
  /** As printed; may be empty. */
  readonly value: string;
  readonly isDefault: boolean;
}

/** The graph of one configuration: a unikernel for one target with its options. */
export interface FunctorGraph {
  /** The name passed to `register`. */
  readonly name: string;
  readonly keys: readonly KeyValue[];
  readonly nodes: readonly GraphNode[];
  /** Id of the node that starts all others; no edge leads to it. */
  readonly root: number | undefined;
  /** Id of the first application node. */
  readonly application: number | undefined;
}

/** A configuration of a unikernel. */
export interface GraphConfiguration {
  readonly target: string;
  /** Arguments of `mirage configure` other than the target, such as `--net=host`. */
  readonly options: readonly string[];
  /** Whether choices are resolved; if false, the graph contains every branch of each choice. */
  readonly evaluate: boolean;
}
