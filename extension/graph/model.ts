/** What a node of a functor graph is. */
export type NodeKind =
  /** What `main` of config.ml names: the user's own functor or module. */
  | "application"
  /** A functor applied to its arguments. */
  | "functor"
  /** A module without arguments. */
  | "module"
  /** Started around the application: logging, clocks, command line, the runtime itself. */
  | "service"
  /** A choice that depends on keys, in graphs that are not evaluated. */
  | "if"
  /** Functoria's `$`: an application of something that is not a device. */
  | "apply";

export interface GraphNode {
  /** As the tool counts in one run; says nothing about other runs. */
  readonly id: number;
  readonly kind: NodeKind;
  /** Name of the value in generated code without its number, such as `ethernet_make`; empty for `if` and `apply`. */
  readonly instance: string;
  /** OCaml module path such as `Tcpip_stack_direct.MakeV4V6`; empty for `if` and `apply`. */
  readonly path: string;
  /** Keys the node reads, or that its choice depends on. */
  readonly keys: readonly string[];
  /** Ids of the arguments of the functor, in order. */
  readonly arguments: readonly number[];
  /** Ids of what must be connected before, without being an argument. */
  readonly dependencies: readonly number[];
  /** Ids of the branches of an `if`, in order. */
  readonly branches: readonly number[];
  /** The branch an `if` takes when nothing says otherwise. */
  readonly defaultBranch: number | undefined;
  /** The functor part of an `apply`. */
  readonly functor: number | undefined;
}

export interface KeyValue {
  readonly name: string;
  /** As printed, which may be empty. */
  readonly value: string;
  readonly isDefault: boolean;
}

/** The graph of one configuration: a unikernel for one target with its options. */
export interface FunctorGraph {
  /** Name given to `register`. */
  readonly name: string;
  readonly keys: readonly KeyValue[];
  readonly nodes: readonly GraphNode[];
  /** The node that starts everything: nothing points at it. */
  readonly root: number | undefined;
  readonly application: number | undefined;
}

/** Which configuration is asked for. */
export interface Configuration {
  readonly target: string;
  /** Arguments of `mirage configure` beside the target, such as `--net=host`. */
  readonly options: readonly string[];
  /** False shows every branch of each choice. */
  readonly evaluate: boolean;
}
