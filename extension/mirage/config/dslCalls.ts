import { type Span } from "../../ocaml/brackets.ts";
import { type MirageModule } from "./mirageModule.ts";

/** An argument of a call in config.ml, or an operand of `@->` or `$`. */
export interface Operand {
  /** With the parentheses around it. */
  readonly span: Span;
  /** The name if the operand is one, without `Mirage.` before it. */
  readonly name: string | undefined;
}

/** An operand of the type of a `main`. */
export interface TypeOperand extends Operand {
  /** Whether the name is bound by the file itself where it is used, so that it is not a type of mirage. */
  readonly isLocal: boolean;
}

/** A string literal in double quotes; the span is what is between the quotes. */
export interface Literal {
  readonly value: string;
  readonly span: Span;
}

/** A call with its labelled arguments. */
export interface Call {
  /** The name of the function that is called. */
  readonly word: Span;
  /** From the name to the end of its last argument. */
  readonly span: Span;
  readonly labels: ReadonlyMap<string, LabelledArgument>;
  /** The name of the innermost `let` around it: in `let NAME = main …`, the name of the call. */
  readonly binding: string | undefined;
}

export interface LabelledArgument {
  /** From `~` or `?` to the end of the value. */
  readonly span: Span;
  /** Undefined for `~packages` alone. */
  readonly value: Span | undefined;
  /** Spans of the elements if the value is a list that is written out. */
  readonly elements: readonly Span[] | undefined;
}

/** `main "Unikernel.Main" (stackv4v6 @-> job)`, or `foreign`, its name before mirage 4. */
export interface MainCall extends Call {
  readonly module: Literal;
  /** False if the file defines a function `main` of its own, which may pass other devices. */
  readonly isMirage: boolean;
  /** The operands of `@->` without the `job` at the end; undefined if the text does not contain them. */
  readonly parameters: readonly TypeOperand[] | undefined;
  /** The type, with its parentheses. */
  readonly type: Span | undefined;
  /** Offset of the type's last operand, which is `job` if the parameters are known. */
  readonly result: number;
  /** Whether the type is written in the call itself, so that it can be edited there. */
  readonly typeInPlace: boolean;
  /** Lengths of the lists given to labels, as in `let runtime_args = [ … ] in main ~runtime_args …`, where certain. */
  readonly lengths: ReadonlyMap<string, number>;
}

/** `package "x" ~min:"1.0" ~sublibs:["a"]` */
export interface PackageCall extends Call {
  readonly name: Literal;
  readonly sublibs: readonly string[];
}

/** `main $ a $ b` in the list of `register`. */
export interface Application {
  readonly functor: Operand;
  readonly arguments: readonly Operand[];
  readonly span: Span;
}

/** `register "name" [ main $ a $ b ]` */
export interface RegisterCall extends Call {
  /** The name as a literal, also one that a `let` binds; undefined if config.ml computes it. */
  readonly name: Literal | undefined;
  /** Where the call names it: the literal with its quotes, or the name that is bound to it. */
  readonly nameArgument: Span | undefined;
  readonly jobs: readonly Application[];
  /** Whether it is Mirage's `register`: qualified, or below an `open` and not bound by the file itself. */
  readonly isMirage: boolean;
}

/** The calls of the Mirage DSL in a config.ml, and the names that it binds. */
export interface ConfigSource {
  readonly mirage: MirageModule;
  readonly mains: readonly MainCall[];
  readonly packages: readonly PackageCall[];
  readonly registers: readonly RegisterCall[];
  /** Uses of the combinators of network stacks, whose labels changed with the versions of mirage. */
  readonly stacks: readonly Call[];
  /** Every use of a name: devices, combinators, types. */
  readonly words: readonly { readonly name: string; readonly span: Span }[];
  /** Names that the file binds with `let`, with the offset of the first binding. */
  readonly bound: ReadonlyMap<string, number>;
  /** Other names for a name, `let time = default_time`, with the whole binding. */
  readonly aliases: ReadonlyMap<string, { readonly of: string; readonly span: Span }>;
  /** Names that the file binds to a call, `let stack = generic_stackv4v6 net`, with the function that is called. */
  readonly calls: ReadonlyMap<string, string>;
  /** Lists that are written out in `let NAME = [ … ]`, with their brackets. */
  readonly lists: ReadonlyMap<string, Span>;
  readonly origins: DeviceOrigins;
}

/** Which devices and names of a config.ml are mirage's own, so that their modules are known. */
export interface DeviceOrigins {
  /**
   * Whether the device that a `main` gets at a place certainly comes from a combinator of mirage. A `typ` is
   * nominal: with `impl`, a device of mirage's type can have any module.
   */
  readonly isMirageDevice: (main: MainCall, place: number) => boolean;
  /** Whether a type or combinator of mirage has its name at an offset, as far as types and opens decide. */
  readonly isMirageName: (name: string, offset: number) => boolean;
}
